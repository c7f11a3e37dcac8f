import type { Fidelity, FieldFidelity, KindDefinition, KindRestore, StoredItem } from "@skyeworx/engine";
import { storageText } from "../../storage-format/storage-format.ts";
import { differences, type Field, textField } from "../fields.ts";
import { readTemplate } from "./template-record.ts";

const exact: FieldFidelity = { level: "exact" };
const row = (field: string, label: string, inPlace: FieldFidelity = exact, recreated = inPlace) => ({ field, label, inPlace, recreated });

/** What comes back of a template, and how well. */
export const templateFidelity: Fidelity = [
	row("templateId", "Id", exact, { level: "impossible", reason: "Atlassian gives a template that is created again a new id." }),
	row("name", "Name"),
	row("description", "Description"),
	row("labels", "Labels"),
	row("space", "Space", { level: "impossible", reason: "Atlassian's API moves no template to another space." }, exact),
	row("body", "Body", exact, { level: "degraded", why: "References to things with a new id are changed; all else is kept as it was." }),
	row("templateType", "Type"),
	row("editorVersion", "Editor", exact, { level: "derived", from: "the site" }),
	row("referencingBlueprint", "Blueprint", { level: "impossible", reason: "Atlassian's API writes no templates of blueprints." }),
	row("originalTemplate", "Original of a blueprint", { level: "impossible", reason: "Atlassian's API writes no templates of blueprints." }),
];

/** The fields of a template. */
export function templateFields(item: StoredItem): readonly Field[] {
	const template = readTemplate(item.parts.get("") ?? null);
	const labels = (template.labels ?? []).map(({ name, prefix }) => (prefix == null || prefix === "global" ? name : `${prefix}:${name}`));
	const body = template.body?.storage?.value ?? "";
	return [
		textField("name", "Name", template.name),
		textField("description", "Description", template.description ?? ""),
		textField("space", "Space", template.space?.key ?? "the whole site"),
		{ field: "body", label: "Body", identity: body, value: { type: "storage", markup: body } },
		...(labels.length === 0
			? []
			: [{ field: "labels", label: "Labels", identity: labels.join("\n"), value: { type: "list", items: labels } } as const]),
	];
}

/** Templates of spaces and of the site, those of blueprints too; without `restore` they can be described and compared only. */
export function templateKind(restore?: KindRestore): KindDefinition {
	return {
		id: "confluence.template",
		app: "confluence",
		names: ["template", "templates"],
		scopes: {
			read: ["read:template:confluence", "read:content-details:confluence"],
			restore: ["read:template:confluence", "write:template:confluence", "read:content-details:confluence"],
		},
		fidelity: templateFidelity,
		describe(item, site) {
			const template = readTemplate(item.parts.get("") ?? null);
			const { space } = template;
			const path = space == null ? "/admin/listglobaltemplates.action" : `/spaces/${encodeURIComponent(space.key)}/settings/templates`;
			return {
				app: "confluence",
				title: template.name,
				type: template.referencingBlueprint == null ? "template" : "blueprint",
				...(space == null ? {} : { space: { id: space.id, key: space.key, name: space.key } }),
				text: [template.description ?? "", storageText(template.body?.storage?.value ?? "")].filter((text) => text !== "").join("\n"),
				people: [],
				url: `${site.url}/wiki${path}`,
				references: [],
				files: [],
			};
		},
		compare: (before, after) =>
			differences(before === undefined ? [] : templateFields(before), after === undefined ? [] : templateFields(after)),
		// Atlassian keeps no author of a template's change.
		unsigned: () => true,
		...(restore === undefined ? {} : { restore }),
	};
}
