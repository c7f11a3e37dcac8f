import type { JsonObject, JsonValue } from "@skyeworx/core";
import { at, textAt } from "../../record/json-access.ts";

/** What a list keeps of a person. The rest belongs to the account, and says more or less of it from one operation to the next. */
const keptMembers = ["accountId", "accountType", "active", "displayName"] as const;

/** People as a work item's lists keep them, in the order of their ids: Jira lists them as it likes. */
export function listedPeople(users: readonly JsonValue[]): readonly JsonObject[] {
	return users.map(listed).toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

const idOf = (person: JsonObject): string => textAt(person, "accountId") ?? "";

function listed(user: JsonValue): JsonObject {
	return Object.fromEntries(
		keptMembers.flatMap((name) => {
			const value = at(user, name);
			return value === undefined ? [] : [[name, value] as const];
		}),
	);
}
