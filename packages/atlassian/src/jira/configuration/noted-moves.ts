import type { ApplyContext } from "@skyeworx/engine";
import { z } from "zod";
import { collectItems, queryTokenPages } from "../../http/paging.ts";
import { idAt } from "../../record/json-access.ts";
import type { Deed, Reading } from "../setting/setting-kind.ts";

/** A status that Jira moves work items out of, and the one that it moves them to; ids. */
export interface StatusPair {
	readonly from: string;
	/** Empty for one that the change itself makes. */
	readonly to: string;
}

const noted = z.object({
	/** The site's time before the change, epoch milliseconds. */
	since: z.number(),
	spaceIds: z.array(z.string()),
	pairs: z.array(z.object({ from: z.string(), to: z.string() })),
});

/** What a change of workflows does to work items, as the journal remembers it. */
export interface NotedMoves extends z.infer<typeof noted> {
	/** The site's time after the change; undefined when it was cut off. */
	readonly until: number | undefined;
}

const [before, after] = ["moves", "moves done"];
const again = { find: () => Promise.resolve(undefined) };

/**
 * Remembers, before workflows change, between which statuses and in which spaces Jira will move work items: undo finds them again
 * by their histories. Answers what was remembered first, also after an interruption when nothing is left to be moved.
 */
export async function noteMoves(
	deed: Deed,
	moves: { readonly pairs: readonly StatusPair[]; readonly spaceIds: () => Promise<readonly string[]> },
): Promise<readonly StatusPair[]> {
	if (moves.pairs.length === 0 && !deed.context.begun(before)) return [];
	const answer = await deed.context.step(before, {
		run: async () => ({
			since: await deed.now(),
			spaceIds: [...(await moves.spaceIds())],
			pairs: moves.pairs.map(({ from, to }) => ({ from, to })),
		}),
		...again,
	});
	return noted.parse(answer).pairs;
}

/** Remembers that Jira is done with moving. */
export async function noteMoved(deed: Deed): Promise<void> {
	if (deed.context.begun(before)) await deed.context.step(after, { run: () => deed.now(), ...again });
}

/** How often, and how long at most, a migration is asked whether it ended: an hour in all. */
const asking = { times: 1_800, pause: 2_000 } as const;

/** Waits until Jira has moved the work items: it goes on with that after it answered. */
export async function ended(deed: Deed, hasEnded: () => Promise<boolean>): Promise<void> {
	for (let time = 0; time < asking.times && !(await hasEnded()); time += 1) await deed.pause(asking.pause);
}

/** What a restore remembered, or the undoing of it; undefined when that moved nothing. */
export function notedMoves(context: Pick<ApplyContext, "answered">, of: "restore" | "undo"): NotedMoves | undefined {
	const prefix = of === "undo" ? "undo " : "";
	const [answer, until] = [context.answered(prefix + before), context.answered(prefix + after)];
	return answer === undefined ? undefined : { ...noted.parse(answer), until: typeof until === "number" ? until : undefined };
}

/** Where Jira lists the spaces that use a workflow, and those that use a scheme of workflows. */
const usages = {
	workflowId: "/rest/api/3/workflow/{workflowId}/projectUsages",
	workflowSchemeId: "/rest/api/3/workflowscheme/{workflowSchemeId}/projectUsages",
} as const;

/** Ids of the spaces that use a workflow, or a scheme of workflows. */
export async function spacesUsing(reading: Reading, what: keyof typeof usages, id: string): Promise<readonly string[]> {
	const query = { maxResults: 200 };
	const call = { method: "GET", path: usages[what], parameters: { [what]: id }, query, signal: reading.signal } as const;
	return (await collectItems(queryTokenPages(reading.client, call, "projects"))).flatMap((space) => idAt(space, "id") ?? []);
}
