import { canonicalJson } from "@skyeworx/core";
import type { FileMarks } from "../content/file-marks.ts";
import { attempt, type ContainerDeed, versionMessage } from "./deed.ts";
import { heldProperty, type PropertyOwner, writeProperty } from "./property-owner.ts";
import { writeLabels } from "./write-labels.ts";

function propertiesOfFile(deed: ContainerDeed, id: string): PropertyOwner {
	return {
		client: deed.site.client,
		id,
		list: "/wiki/api/v2/attachments/{attachment-id}/properties",
		listName: "attachment-id",
		one: "/wiki/api/v2/attachments/{attachment-id}/properties/{property-id}",
		oneName: "attachment-id",
		signal: deed.context.signal,
	};
}

/** The page as it was before its files were written. */
interface Before {
	readonly attachments: readonly { readonly id: string }[];
	readonly fileMarks: ReadonlyMap<string, FileMarks>;
}

/** Makes labels and properties of the page's attachments those of the backup, as far as `changed` names them. */
export async function writeFileMarks(deed: ContainerDeed, changed: ReadonlySet<string>, before: Before): Promise<void> {
	const now = before.fileMarks;
	for (const { id: wantedId } of deed.content.attachments) {
		const { labels, properties } = deed.content.fileMarks.get(wantedId) ?? { labels: [], properties: [] };
		// A file that could not be uploaded has no stand-in: its old id may be another page's by now.
		const id = deed.files[wantedId]?.id ?? before.attachments.find((one) => one.id === wantedId)?.id;
		if (id === undefined) continue;
		const field = `file/${wantedId}/labels`;
		if (changed.has(field)) {
			await attempt(deed, field, () =>
				writeLabels(deed, id, { wanted: labels, now: now.get(wantedId)?.labels ?? [], step: `file ${wantedId} ` }),
			);
		}
		const owner = propertiesOfFile(deed, id);
		for (const { key, value } of properties) {
			const name = `file/${wantedId}/properties/${key}`;
			if (!changed.has(name)) continue;
			const write = async () => {
				await writeProperty(owner, { key, value }, versionMessage(deed));
				return true;
			};
			const find = async () => {
				const held = await heldProperty(owner, key);
				return held !== undefined && canonicalJson(held.value) === canonicalJson(value) ? true : undefined;
			};
			await attempt(deed, name, async () => void (await deed.context.step(`file ${wantedId} property ${key}`, { run: write, find })));
		}
	}
}
