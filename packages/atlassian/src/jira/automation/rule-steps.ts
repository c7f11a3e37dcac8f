import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { listAt, mapJson, textAt, without } from "../../record/json-access.ts";

/** A rule's steps without the numbers that Automation gives them anew each time it stores the rule. */
export function stepsEssence(value: JsonValue): JsonValue {
	return (
		mapJson(value, (one) =>
			isJsonObject(one) && typeof one.component === "string" ? without(one, "id", "parentId", "conditionParentId", "checksum") : one,
		) ?? value
	);
}

/** Whether a rule's steps hold a secret, which Atlassian keeps to itself: the value of a hidden header. */
export function holdsSecrets(rule: JsonObject): boolean {
	let found = false;
	for (const name of ["trigger", "components"]) {
		mapJson(rule[name] ?? null, (one) => {
			if (isJsonObject(one) && one.headerSecure === true) found = true;
			return one;
		});
	}
	return found;
}

/** Whether a rule's steps go through connections to other tools, whose credentials Atlassian keeps to itself. */
export function hasConnections(rule: JsonObject): boolean {
	return listAt(rule, "connections").length > 0;
}

/** Every step of a rule, those inside others too, its trigger first. */
export function stepTypes(rule: JsonObject): readonly string[] {
	const types: string[] = [];
	const walk = (step: JsonValue): void => {
		types.push(textAt(step, "type") ?? "");
		for (const inner of [...listAt(step, "conditions"), ...listAt(step, "children")]) walk(inner);
	};
	for (const step of [rule.trigger ?? null, ...listAt(rule, "components")]) if (isJsonObject(step)) walk(step);
	return types;
}
