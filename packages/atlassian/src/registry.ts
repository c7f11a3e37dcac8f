import type { KindDefinition } from "@skyeworx/engine";
import { confluenceKinds } from "./confluence/index.ts";
import { jiraKinds } from "./jira/index.ts";

/**
 * Every kind, without a connection: describing, comparing and the fidelity tables are pure. Kinds of an open connector also
 * carry their restore halves.
 */
export function allKinds(): readonly KindDefinition[] {
	return [...jiraKinds(), ...confluenceKinds()];
}
