import type { JsonObject, JsonValue } from "@skyeworx/core";
import { idAt, listAt, textAt } from "../../record/json-access.ts";

/** Who holds a role: accounts and groups. */
export function actorsOf(role: JsonValue): readonly JsonObject[] {
	const actors = listAt(role, "actors").flatMap((actor): JsonObject[] => {
		const [accountId, groupId] = [textAt(actor, "actorUser", "accountId"), textAt(actor, "actorGroup", "groupId")];
		const name = textAt(actor, "displayName") ?? "";
		if (accountId !== undefined) return [{ accountId, name }];
		return groupId === undefined ? [] : [{ groupId, name: textAt(actor, "actorGroup", "name") ?? name }];
	});
	const keyOf = (actor: JsonObject) => idAt(actor, "accountId") ?? idAt(actor, "groupId") ?? "";
	return actors.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
