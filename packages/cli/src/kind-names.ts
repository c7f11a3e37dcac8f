import type { Client } from "@skyeworx/contract";

/** What a kind is called, many of it: `work items` of `jira.work-item`; the kind itself where nobody knows it. */
export type KindNames = (kind: string) => string;

/** Asks the server what kinds are called. */
export async function kindNames(client: Client, signal: AbortSignal): Promise<KindNames> {
	const names = new Map((await client.getCoverage({ signal })).items.map((kind) => [kind.id as string, kind.names[1]]));
	return (kind) => names.get(kind) ?? kind;
}
