import type { ItemFacts } from "@skyeworx/catalog";
import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { FieldDifference, KindDefinition } from "@skyeworx/engine";
import { isRawNumber, textAt } from "../../record/json-access.ts";
import { essencesOf, labelOf, shown } from "./essence.ts";
import { referencesOf } from "./references.ts";
import { type SettingKind, treeOf } from "./setting-kind.ts";

/** What a search may find in a record; beyond it the tail of a long list is left out. */
const longestText = 20_000;

/** What it is called. */
export function titleOf(tree: JsonObject): string | undefined {
	return textAt(tree, "name") ?? textAt(tree, "displayName") ?? textAt(tree, "title");
}

/** All words of a record, each once. */
function wordsOf(value: JsonValue): string {
	const found = new Set<string>();
	const walk = (one: JsonValue, name: string): void => {
		if (typeof one === "string") {
			if (!/^(self|id|uuid|expand|accountId|.*Url|.*Id)$/.test(name) && !/^https?:/.test(one)) found.add(one);
		} else if (Array.isArray(one)) for (const entry of one) walk(entry, name);
		else if (isJsonObject(one) && !isRawNumber(one)) for (const [member, entry] of Object.entries(one)) walk(entry, member);
	};
	walk(value, "");
	return [...found].join("\n").slice(0, longestText);
}

function peopleOf(tree: JsonObject): readonly string[] {
	return ["lead", "owner"].flatMap((member) => textAt(tree, member, "displayName") ?? []);
}

/** Makes the engine's definition of a kind, without its restore half. */
export function defineSetting(kind: SettingKind): KindDefinition {
	return {
		id: kind.id,
		app: kind.app ?? "jira",
		names: kind.names,
		scopes: kind.scopes,
		fidelity: kind.table,
		...(kind.absence === undefined ? {} : { absence: kind.absence }),
		describe(item, site): ItemFacts {
			const tree = treeOf(item);
			return {
				app: kind.app ?? "jira",
				title: titleOf(tree) ?? item.ref.id,
				text: wordsOf(tree),
				people: peopleOf(tree),
				references: referencesOf(tree, kind),
				files: [],
				...kind.facts?.(tree, site),
			};
		},
		compare(before, after): readonly FieldDifference[] {
			return differences(kind, treeOf(before), treeOf(after));
		},
	};
}

/** The members in which two records differ, for people. */
export function differences(kind: SettingKind, before: JsonObject, after: JsonObject): readonly FieldDifference[] {
	const [then, now] = [essencesOf(kind, before), essencesOf(kind, after)];
	return [...new Set([...then.keys(), ...now.keys()])].flatMap((member): FieldDifference[] => {
		const [one, other] = [shown(then.get(member)), shown(now.get(member))];
		if (JSON.stringify(then.get(member)) === JSON.stringify(now.get(member))) return [];
		return [{ field: member, label: labelOf(kind, member), before: one, after: other }];
	});
}
