import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { ApplyContext, UndoneBeside } from "@skyeworx/engine";
import { readAhead } from "../../read-ahead.ts";
import { idAt, listAt, objectAt, textAt, timeAt } from "../../record/json-access.ts";
import { readAccount } from "../context.ts";
import type { Deed } from "../setting/setting-kind.ts";
import { bulkFetchLimit, fetchHistories, historyLimit } from "../work-item/fetch-items.ts";
import { findIds, updatedIds } from "../work-item/find-changes.ts";
import { workItemRef } from "../work-item/record.ts";
import { KnownWays, walkToStatus } from "../work-item/restore/transition-item.ts";
import { type NotedMoves, notedMoves } from "./noted-moves.ts";

/** A change of a work item's status, as its history tells it. */
interface StatusChange {
	readonly from: string;
	readonly fromName: string;
	readonly to: string;
	readonly toName: string;
	readonly at: number;
	readonly accountId: string;
}

/** A work item that a change of workflows moved. */
interface Moved {
	readonly id: string;
	/** How the restore moved it; undefined when its undoing alone did. */
	readonly change: StatusChange | undefined;
	/** How the undoing moved it, whose workflow lacks the status that somebody gave it since. */
	readonly again: StatusChange | undefined;
	/** Beside those two: no other change of its status came after the restore's, or the connection's own account made it. */
	readonly untouched: "yes" | "by-us" | "no";
}

/** Clocks of Jira's machines differ a little. */
const skew = 5_000;
const atOnce = 4;

/**
 * Leads work items back into the statuses out of which a change of workflows had moved them: those whose own history says so, in
 * the spaces and at the time that the journal remembers, and whose status nobody changed since. Finds none that search does not
 * show.
 */
export async function moveBack(deed: Deed): Promise<readonly UndoneBeside[]> {
	const moved = await movedItems(deed);
	const ways = new KnownWays();
	const undone: UndoneBeside[] = [];
	for (let start = 0; start < moved.length; start += bulkFetchLimit) {
		const some = moved.slice(start, start + bulkFetchLimit);
		const there = await issuesNow(deed, some);
		for await (const line of readAhead(
			some.map((one) => () => moveOneBack(deed, ways, one, there.get(one.id))),
			atOnce,
		)) {
			undone.push(line);
		}
	}
	return undone;
}

/** What the restore and its undoing moved, by the histories of what search finds. */
async function movedItems(deed: Deed): Promise<readonly Moved[]> {
	const { client, context } = deed;
	const [restore, undo] = [notedMoves(context, "restore"), notedMoves(context, "undo")];
	const noted = [restore, undo].filter((moves) => moves !== undefined);
	if (noted.every(({ spaceIds }) => spaceIds.length === 0)) return [];
	const { accountId, timeZone } = await readAccount(deed, context.signal);
	const all = await concerned(deed, noted, timeZone);
	const moved: Moved[] = [];
	for (let start = 0; start < all.length; start += historyLimit) {
		const histories = await fetchHistories({ client, signal: context.signal }, all.slice(start, start + historyLimit), ["status"]);
		for (const [id, history] of histories) {
			const changes = history.flatMap(statusChanges);
			const ours = (moves: NotedMoves | undefined) =>
				changes.findLast((one) => moves !== undefined && one.accountId === accountId && isAmong(moves, one));
			const [change, again] = [ours(restore), ours(undo)];
			if (change === undefined && again === undefined) continue;
			const last = changes.findLast((one) => one !== again);
			const untouched = last === change ? "yes" : last?.accountId === accountId ? "by-us" : "no";
			moved.push({ id, change, again, untouched });
		}
	}
	return moved;
}

/** Ids of the work items that may have been moved. */
async function concerned({ client, context }: Deed, noted: readonly NotedMoves[], timeZone: string): Promise<readonly string[]> {
	const ids = new Set<number>();
	for (const { spaceIds, pairs, since } of noted) {
		const search = { client, spaces: spaceIds, signal: context.signal };
		const targets = [...new Set(pairs.map(({ to }) => to))].filter((to) => to !== "");
		if (targets.length > 0) for await (const id of findIds(search, ` AND status in (${targets.join(", ")})`)) ids.add(id);
		for await (const id of updatedIds({ ...search, timeZone }, since)) ids.add(id);
	}
	return [...ids].toSorted((a, b) => a - b).map(String);
}

function statusChanges(history: JsonValue): readonly StatusChange[] {
	const [time, accountId] = [timeAt(history, "created") ?? 0, textAt(history, "author", "accountId") ?? ""];
	return listAt(history, "items")
		.filter((item) => textAt(item, "field") === "status")
		.map((item) => ({
			from: textAt(item, "from") ?? "",
			fromName: textAt(item, "fromString") ?? "",
			to: textAt(item, "to") ?? "",
			toName: textAt(item, "toString") ?? "",
			at: time,
			accountId,
		}));
}

function isAmong({ since, until = Number.POSITIVE_INFINITY, pairs }: NotedMoves, change: StatusChange): boolean {
	if (change.at < since - skew || change.at > until + skew) return false;
	return pairs.some(({ from, to }) => from === change.from && (to === "" || to === change.to));
}

/** Work items with all their fields: transitions may ask for some. */
async function issuesNow({ client, context }: Deed, moved: readonly Moved[]): Promise<ReadonlyMap<string, JsonObject>> {
	const body = { issueIdsOrKeys: moved.map(({ id }) => id), fields: ["*all"] };
	const call = { method: "POST", path: "/rest/api/3/issue/bulkfetch", body, idempotent: true, signal: context.signal } as const;
	const issues = listAt((await client.call(call)).json, "issues").filter(isJsonObject);
	return new Map(issues.map((issue) => [idAt(issue, "id") ?? "", issue]));
}

async function moveOneBack(deed: Deed, ways: KnownWays, moved: Moved, issue: JsonObject | undefined): Promise<UndoneBeside> {
	const { id, change, again } = moved;
	const label = issue === undefined ? id : `${textAt(issue, "key") ?? id} ${textAt(issue, "fields", "summary") ?? ""}`.trim();
	const line = (outcome: UndoneBeside["outcome"], reason: string): UndoneBeside => ({ ref: workItemRef(id), label, outcome, reason });
	if (issue === undefined) return line("kept", "It is not there any more, or the connection's account no longer sees it.");
	if (change === undefined || (again !== undefined && moved.untouched === "no"))
		return line(
			"kept",
			`It stood in the status "${again?.fromName}", which went away with the restore; Jira moved it to "${again?.toName}".`,
		);
	const now = idAt(issue, "fields", "status", "id") ?? "";
	const back = `Back in the status "${change.fromName}", out of which the change of its workflow had moved it.`;
	if (now === change.from) return line("undone", back);
	const step = `work item ${id} `;
	const isPlanned = deed.context.plans.some(({ ref }) => ref.kind === workItemRef(id).kind && ref.id === id);
	const isOurs = moved.untouched === "yes" || (moved.untouched === "by-us" && (isPlanned || deed.context.begun(`${step}transition/0`)));
	if (!isOurs) return line("kept", "Its status was changed again after the restore, so it was left as it is.");
	const lead = (status: { readonly id: string; readonly name: string }, steps: string) => {
		const step: ApplyContext["step"] = (name, action) => deed.context.step(steps + name, action);
		const begun = (name: string) => deed.context.begun(steps + name);
		const context = { signal: deed.context.signal, step, begun };
		const main = { ...issue, fields: { ...objectAt(issue, "fields"), status } };
		const target = { id, key: textAt(issue, "key") ?? "" };
		const details = { spaceId: idAt(issue, "fields", "project", "id") ?? "", fields: ["status", "resolution"], live: target };
		return walkToStatus({ site: deed, ways, main, details, context, problem: () => undefined }, target);
	};
	if (await lead({ id: change.from, name: change.fromName }, step)) return line("undone", back);
	// Looking for a way led it elsewhere.
	await lead({ id: change.to, name: change.toName }, `${step}return `);
	return line("kept", `No transitions that the connection's account may use lead back to the status "${change.fromName}".`);
}
