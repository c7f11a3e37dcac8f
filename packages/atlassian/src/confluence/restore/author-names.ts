import type { JsonValue } from "@skyeworx/core";
import { accountsIn, People } from "../read/people.ts";
import type { ContainerDeed } from "./deed.ts";

/** Names of the accounts that older versions name: the backup keeps those of the page and its comments, the others are asked for. */
export async function authorNames(
	deed: Pick<ContainerDeed, "site" | "context" | "content">,
	versions: readonly JsonValue[],
): Promise<ReadonlyMap<string, string>> {
	const { people: known } = deed.content;
	const unknown = [...accountsIn(versions)].filter((id) => !known.has(id));
	if (unknown.length === 0) return known;
	const people = new People(deed.site);
	await people.learn(unknown, deed.context.signal);
	return new Map([...people.of(unknown), ...known]);
}
