import { canonicalJson, isJsonObject } from "@skyeworx/core";
import type { Fidelity, FieldFidelity, ItemPlan, KindDefinition, KindRestore, StoredItem } from "@skyeworx/engine";
import { listAt, textAt } from "../../record/json-access.ts";
import { hangingFields } from "../content/compare-content.ts";
import { hangingFidelity } from "../content/content-fidelity.ts";
import { describeContent } from "../content/describe-content.ts";
import { contentOf } from "../content/parts.ts";
import { readLabel } from "../content/records.ts";
import { differences, type Field, textField } from "../fields.ts";
import { replayedVersions } from "../restore/losses.ts";
import { restoreProperty } from "../restore/property-owner.ts";
import { bodyOf, containerOf, customContentKindId, customListingPart, readCustomContent } from "./custom-content-record.ts";

type Loss = ItemPlan["losses"][number];

const exact: FieldFidelity = { level: "exact" };
const impossible = (reason: string): FieldFidelity => ({ level: "impossible", reason });
const row = (field: string, label: string, inPlace: FieldFidelity = exact, recreated = inPlace) => ({ field, label, inPlace, recreated });
const degraded = (why: string): FieldFidelity => ({ level: "degraded", why });
const commentsByConnection = "Atlassian records the connection's account; the original author and date are written into the text.";
const byConnection = impossible("Atlassian records the connection's account and the day of the restore.");

/** What comes back of content of an app's own type, and how well. */
const customContentFidelity: Fidelity = [
	row(
		"id",
		"Id",
		exact,
		impossible("Atlassian gives what is created again a new id: where the app keeps ids of its own, it does not know this one."),
	),
	row("type", "Type", exact, {
		level: "degraded",
		why: "Some types only their app may write: then Confluence refuses, and nothing is made.",
	}),
	row("title", "Title"),
	row("body", "Body", exact, {
		level: "degraded",
		why: "References of a storage-format body to things with a new id are changed; what an app wrote in a form of its own is kept as it is.",
	}),
	row("container", "What it is in"),
	row("spaceId", "Space", impossible("Atlassian's API moves no custom content to another space."), exact),
	row("labels", "Labels"),
	row("properties.*", "Properties"),
	row("comments.*", "Comments and replies", degraded(commentsByConnection)),
	row("files.*", "Attachments", exact, degraded("The file is the same; its id, author and date are new.")),
	row(
		"versions.*",
		"Older versions",
		exact,
		impossible(
			"Kept in the backup and readable there; where it is asked for they are written again, each with its first author and date in its message.",
		),
	),
	...hangingFidelity,
	row("authorId", "Author", exact, byConnection),
	row("createdAt", "Creation date", exact, byConnection),
	row("status", "Status"),
	row("version", "Version", { level: "derived", from: "the last change" }),
	row("_links", "Address", { level: "derived", from: "its id" }),
	row("listing", "What lists say of it", { level: "derived", from: "the search" }),
];

/** Properties that are kept of it. */
export function customPropertiesOf(item: StoredItem) {
	return listAt(item.parts.get("properties"))
		.map((property) => ({
			key: textAt(property, "key") ?? "",
			value: (isJsonObject(property) ? property.value : undefined) ?? null,
		}))
		.filter(({ key }) => key !== restoreProperty);
}

/** The fields of content of an app's own type without what hangs on it; `container` tells what it is in by today's name. */
export function customOwnFields(item: StoredItem, container?: string): readonly Field[] {
	const record = readCustomContent(item.parts.get("") ?? null);
	const { representation, value } = bodyOf(record);
	const labels = listAt(item.parts.get("labels")).map((label) => readLabel(label).name);
	const shown = representation === "storage" ? ({ type: "storage", markup: value } as const) : ({ type: "text", text: value } as const);
	return [
		textField("title", "Title", record.title),
		{ field: "body", label: "Body", identity: value, value: shown },
		textField("container", "What it is in", container ?? containerOf(record)?.id ?? "the space"),
		textField("spaceId", "Space", record.spaceId),
		...(labels.length === 0
			? []
			: [{ field: "labels", label: "Labels", identity: labels.join("\n"), value: { type: "list", items: labels } } as const]),
		...customPropertiesOf(item).map(({ key, value: held }) => textField(`properties/${key}`, `Property ${key}`, canonicalJson(held))),
	];
}

/** The same with its comments and files. */
export function customContentFields(item: StoredItem): readonly Field[] {
	return [...customOwnFields(item), ...hangingFields(contentOf(item))];
}

/** What is lost of one that is made again, as far as this one has it. */
export function customContentLosses(item: StoredItem, replay: boolean): readonly Loss[] {
	const { main, attachments } = contentOf(item);
	const has = (field: string): boolean => {
		if (field === "versions.*") return main.version.number > 1;
		if (field === "files.*") return attachments.length > 0;
		return !/^(comments|files)\./.test(field);
	};
	return customContentFidelity.flatMap(({ field, label, recreated }): Loss[] => {
		if (!has(field)) return [];
		if (field === "versions.*" && replay) return [{ field, label, level: "degraded", reason: replayedVersions }];
		if (field === "files.*" && recreated.level === "degraded") return [{ field, label, level: "degraded", reason: recreated.why }];
		return recreated.level === "impossible" ? [{ field, label, level: "impossible", reason: recreated.reason }] : [];
	});
}

/** What people call a type: `forge:…:customer` and `ac:com.example.notes:note` name it last. */
export function customTypeName(type: string): string {
	return type.split(":").at(-1) ?? type;
}

/** Content of apps' own types; without `restore` it can be described and compared only. */
export function customContentKind(restore?: KindRestore): KindDefinition {
	const scope = (verb: string): string => `${verb}:custom-content:confluence`;
	return {
		id: customContentKindId,
		app: "confluence",
		names: ["custom content item", "custom content items"],
		scopes: {
			read: [scope("read"), "read:content-details:confluence", "read:attachment:confluence", "read:comment:confluence"],
			restore: [
				scope("read"),
				scope("write"),
				scope("delete"),
				"read:label:confluence",
				"write:label:confluence",
				"read:content-details:confluence",
				"read:attachment:confluence",
				"write:attachment:confluence",
				"delete:attachment:confluence",
				"read:comment:confluence",
				"write:comment:confluence",
				"delete:comment:confluence",
			],
		},
		fidelity: customContentFidelity,
		beside: [customListingPart, "context"],
		describe(item, site) {
			const record = readCustomContent(item.parts.get("") ?? null);
			const parent = containerOf(record);
			const name = customTypeName(record.type);
			return {
				...describeContent({ names: [name, name] }, item, site),
				...(parent === undefined ? {} : { parent }),
				...(record._links?.webui == null ? { url: `${site.url}/wiki` } : {}),
			};
		},
		compare: (before, after) =>
			differences(before === undefined ? [] : customContentFields(before), after === undefined ? [] : customContentFields(after)),
		...(restore === undefined ? {} : { restore }),
	};
}
