import { canonicalJson, isJsonObject } from "@skyeworx/core";
import type { Fidelity, FieldFidelity, KindDefinition, KindRestore, StoredItem } from "@skyeworx/engine";
import { listAt, textAt } from "../../record/json-access.ts";
import { storageText } from "../../storage-format/storage-format.ts";
import { readLabel } from "../content/records.ts";
import { differences, type Field, textField } from "../fields.ts";
import { restoreProperty } from "../restore/property-owner.ts";
import { bodyOf, containerOf, customContentKindId, readCustomContent } from "./custom-content-record.ts";

const exact: FieldFidelity = { level: "exact" };
const impossible = (reason: string): FieldFidelity => ({ level: "impossible", reason });
const row = (field: string, label: string, inPlace: FieldFidelity = exact, recreated = inPlace) => ({ field, label, inPlace, recreated });
const byConnection = impossible("Atlassian records the connection's account and the day of the restore.");

/** What comes back of content of an app's own type, and how well. */
export const customContentFidelity: Fidelity = [
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

/** The fields of content of an app's own type; `container` tells what it is in by today's name. */
export function customContentFields(item: StoredItem, container?: string): readonly Field[] {
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
			read: [scope("read"), "read:content-details:confluence"],
			restore: [scope("read"), scope("write"), scope("delete"), "read:label:confluence", "write:label:confluence"],
		},
		fidelity: customContentFidelity,
		describe(item, site) {
			const record = readCustomContent(item.parts.get("") ?? null);
			const { representation, value } = bodyOf(record);
			const parent = containerOf(record);
			const key = /^\/spaces\/([^/]+)\//.exec(record._links?.webui ?? "")?.[1];
			const space = key === undefined ? record.spaceId : decodeURIComponent(key);
			return {
				app: "confluence",
				title: record.title,
				type: customTypeName(record.type),
				space: { id: record.spaceId, key: space, name: space },
				...(parent === undefined ? {} : { parent }),
				...(record.createdAt == null ? {} : { createdAt: record.createdAt }),
				...(record.version.createdAt == null ? {} : { updatedAt: record.version.createdAt }),
				text: representation === "storage" ? storageText(value) : "",
				people: [],
				url: record._links?.webui == null ? `${site.url}/wiki` : `${site.url}/wiki${record._links.webui}`,
				references: [],
				files: [],
			};
		},
		compare: (before, after) =>
			differences(before === undefined ? [] : customContentFields(before), after === undefined ? [] : customContentFields(after)),
		...(restore === undefined ? {} : { restore }),
	};
}
