import type { Fidelity, FieldFidelity, KindDefinition, KindRestore, StoredItem } from "@skyeworx/engine";
import { objectAt, textAt } from "../../record/json-access.ts";
import { storageText } from "../../storage-format/storage-format.ts";
import { contentUrl } from "../content/describe-content.ts";
import { readContent } from "../content/records.ts";
import { differences, type Field, textField } from "../fields.ts";
import { kindOfParent } from "../tree-object/tree-flavour.ts";
import { draftFlavour, draftKindId, draftListingPart } from "./draft-record.ts";

const exact: FieldFidelity = { level: "exact" };
const impossible = (reason: string): FieldFidelity => ({ level: "impossible", reason });
const ofTheDraft: FieldFidelity = { level: "derived", from: "the draft" };
const row = (field: string, label: string, inPlace: FieldFidelity = exact, recreated = inPlace) => ({ field, label, inPlace, recreated });
const byConnection = impossible("Atlassian records the connection's account: the draft is written in its name and shown to it.");

/** What comes back of a draft, and how well. */
export const draftFidelity: Fidelity = [
	row("id", "Id", exact, impossible("Atlassian gives a draft that is written again a new id.")),
	row("type", "Page or blog post"),
	row("title", "Title"),
	row("body", "Body", exact, { level: "degraded", why: "References to things with a new id are changed; all else is kept as it was." }),
	row("status", "Status"),
	row("spaceId", "Space", impossible("Atlassian's API moves no page to another space."), exact),
	row("parentId", "Parent", impossible("A draft stays where it is."), exact),
	row("parentType", "Type of the parent", ofTheDraft),
	row("position", "Position among its siblings", impossible("A draft has no place before it is published.")),
	...["authorId", "createdAt", "ownerId", "lastOwnerId"].map((field) => row(field, "Author and date", exact, byConnection)),
	row("version", "Version", { level: "derived", from: "the last change" }),
	row("subtype", "Whether it is a live doc", exact, { level: "degraded", why: "A live doc comes back as a page." }),
	row("_links", "Address", ofTheDraft),
	row("listing", "What the search says of it", { level: "derived", from: "the search" }),
];

/** The fields of a draft. */
export function draftFields(item: StoredItem): readonly Field[] {
	const main = item.parts.get("") ?? null;
	const record = readContent(main);
	const body = record.body?.storage?.value ?? "";
	return [
		textField("title", "Title", record.title),
		{ field: "body", label: "Body", identity: body, value: { type: "storage", markup: body } },
		textField("spaceId", "Space", record.spaceId),
		textField("parentId", "Parent", record.parentId ?? ""),
	];
}

/** Pages and blog posts that are not published yet; without `restore` they can be described and compared only. */
export function draftKind(restore?: KindRestore): KindDefinition {
	return {
		id: draftKindId,
		app: "confluence",
		names: ["draft", "drafts"],
		scopes: {
			read: ["read:page:confluence", "read:content-details:confluence"],
			restore: ["read:page:confluence", "write:page:confluence", "delete:page:confluence", "read:content-details:confluence"],
		},
		fidelity: draftFidelity,
		beside: [draftListingPart, "context"],
		describedBy: ["", "context"],
		describe(item, site) {
			const main = item.parts.get("") ?? null;
			const record = readContent(main);
			const key = /^\/spaces\/([^/]+)\//.exec(record._links?.webui ?? "")?.[1];
			const named = key === undefined ? record.spaceId : decodeURIComponent(key);
			const context = objectAt(item.parts.get("context"), "space");
			const space = { key: textAt(context, "key") ?? named, name: textAt(context, "name") ?? named };
			return {
				app: "confluence",
				title: record.title === "" ? "Untitled draft" : record.title,
				type: `draft of a ${draftFlavour(main)?.names[0] ?? "page"}`,
				status: "Draft",
				space: { id: record.spaceId, ...space },
				...(record.parentId == null ? {} : { parent: { kind: kindOfParent(record.parentType), id: record.parentId } }),
				...(record.createdAt == null ? {} : { createdAt: record.createdAt }),
				...(record.version.createdAt == null ? {} : { updatedAt: record.version.createdAt }),
				text: storageText(record.body?.storage?.value ?? ""),
				people: [],
				url: contentUrl(site.url, { main: record }),
				references: [],
				files: [],
			};
		},
		compare: (before, after) => differences(before === undefined ? [] : draftFields(before), after === undefined ? [] : draftFields(after)),
		...(restore === undefined ? {} : { restore }),
	};
}
