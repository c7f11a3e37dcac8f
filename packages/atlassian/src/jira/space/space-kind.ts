import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { FieldDifference, KindDefinition, StoredItem } from "@skyeworx/engine";
import { compareMembers } from "../../record/compare-members.ts";
import { idAt, listAt, textAt } from "../../record/json-access.ts";

/** The kind's id. */
export const spaceKind = "jira.space";

function record(item: StoredItem | undefined): JsonObject {
	const main = item?.parts.get("");
	return isJsonObject(main) ? main : {};
}

/** Compares lists of named things (components, versions) one by one. */
function compareList(part: string, noun: string, before: StoredItem | undefined, after: StoredItem | undefined): FieldDifference[] {
	const named = (item: StoredItem | undefined) => new Map(listAt(item?.parts.get(part)).map((one) => [idAt(one, "id") ?? "", one]));
	const [then, now] = [named(before), named(after)];
	return [...new Set([...then.keys(), ...now.keys()])].flatMap((id) => {
		const [one, other] = [then.get(id), now.get(id)];
		const object = (value: JsonValue | undefined): JsonObject => (isJsonObject(value ?? null) ? (value as JsonObject) : {});
		const changes = compareMembers(object(one), object(other), noun);
		if (changes.length === 0) return [];
		const text = (value: JsonValue | undefined, side: "before" | "after") => {
			if (value === undefined) return undefined;
			const lines = changes.map((change) => `${change.label}: ${change[side]?.type === "text" ? change[side].text : ""}`);
			return { type: "list" as const, items: lines };
		};
		const name = textAt(other, "name") ?? textAt(one, "name") ?? id;
		return [{ field: `${part}/${id}`, label: `${noun} ${name}`, before: text(one, "before"), after: text(other, "after") }];
	});
}

/** Jira spaces (projects) with their components and versions. Kept; restoring them is not offered yet. */
export const jiraSpaceKind: KindDefinition = {
	id: spaceKind,
	app: "jira",
	names: ["Jira space", "Jira spaces"],
	describedBy: ["", "components", "versions"],
	scopes: { read: ["read:jira-work"], restore: [] },
	fidelity: [],
	describe(item, site) {
		const main = record(item);
		const key = textAt(main, "key") ?? item.ref.id;
		const name = textAt(main, "name") ?? key;
		const names = ["components", "versions"].flatMap((part) => listAt(item.parts.get(part)).map((one) => textAt(one, "name") ?? ""));
		const lead = textAt(main, "lead", "displayName");
		return {
			app: textAt(main, "projectTypeKey") === "service_desk" ? "jsm" : "jira",
			key,
			title: name,
			space: { id: item.ref.id, key, name },
			type: textAt(main, "projectTypeKey") ?? "",
			text: [textAt(main, "description") ?? "", ...names].join("\n").trim(),
			people: lead === undefined ? [] : [lead],
			url: `${site.url}/browse/${key}`,
			references: [],
			files: [],
		};
	},
	compare(before, after) {
		return [
			...compareMembers(record(before), record(after), "space"),
			...compareList("components", "Component", before, after),
			...compareList("versions", "Version", before, after),
		];
	},
};
