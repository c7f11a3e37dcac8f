import { AppError, type ItemRef, itemRefText, type JsonValue } from "@skyeworx/core";
import type { ItemPlan } from "@skyeworx/engine";
import { z } from "zod";
import type { HttpClient } from "../../../http/http-client.ts";
import { at, idAt, textAt } from "../../../record/json-access.ts";
import { spaceKind } from "../../space/space-kind.ts";
import { restoreMark, workItemKind, workItemRef } from "../record.ts";
import { numberOf } from "./key-number.ts";
import { type PlanDetails, parseDetails } from "./plan-details.ts";
import type { Restoring } from "./restoring.ts";

const found = z.object({ issues: z.array(z.custom<JsonValue>()).default([]) });

/** The space's newest key as the search index knows it: everything created from now on has a higher number. */
async function newestKey(client: HttpClient, spaceId: string, signal: AbortSignal | undefined): Promise<string> {
	const body = { jql: `project = ${spaceId} ORDER BY created DESC, key DESC`, fields: ["key"], maxResults: 1 };
	const answer = await client.read({ method: "POST", path: "/rest/api/3/search/jql", body, idempotent: true, signal }, found);
	const key = textAt(answer.issues[0], "key");
	if (key !== undefined) return key;
	const call = { method: "GET", path: "/rest/api/3/project/{projectIdOrKey}", parameters: { projectIdOrKey: spaceId }, signal } as const;
	return `${textAt((await client.call(call)).json, "key") ?? ""}-0`;
}

/** The newest keys of spaces that restores write to: asked once, then told by what they make. */
export class NewestKeys {
	private readonly keys = new Map<string, string>();

	/** A key of the space of an item to be made that is older than anything made from now on. */
	async of({ context, details, site }: Pick<Restoring, "context" | "details" | "site">): Promise<string> {
		return this.keys.get(`${context.restoreId} ${details.spaceId}`) ?? (await newestKey(site.client, details.spaceId, context.signal));
	}

	/** Takes in what a restore made. */
	made({ context, details }: Pick<Restoring, "context" | "details">, key: string): void {
		const place = `${context.restoreId} ${details.spaceId}`;
		if (numberOf(key) > numberOf(this.keys.get(place) ?? "")) this.keys.set(place, key);
	}
}

/**
 * Arranges a plan whose items are to get their old keys: Jira counts up, so they are made in the order of their numbers, and
 * numbers between them are used up by placeholders. A number that is past is said before anything is done.
 */
export async function arrangeKeys(client: HttpClient, plans: readonly ItemPlan[]): Promise<readonly ItemPlan[]> {
	const spaces = Map.groupBy(plans.filter(keepsKey), (plan) => parseDetails(plan.details).spaceId);
	const arranged = new Map<string, ItemPlan>();
	for (const [spaceId, items] of spaces) {
		// A space that is restored first begins to count anew.
		const comes = items.some((plan) => plan.after.some((ref) => ref.kind === spaceKind));
		const newest = comes ? 0 : numberOf(await newestKey(client, spaceId, undefined));
		let last: { readonly number: number; readonly ref?: ItemRef } = { number: newest };
		for (const plan of items.toSorted((a, b) => keyNumber(a) - keyNumber(b))) {
			const number = keyNumber(plan);
			if (number <= newest) arranged.set(itemRefText(plan.ref), past(plan, newest));
			else {
				arranged.set(itemRefText(plan.ref), inTurn(plan, last, arranged));
				last = { number, ref: plan.ref };
			}
		}
	}
	return plans.map((plan) => arranged.get(itemRefText(plan.ref)) ?? plan);
}

const keyNumber = (plan: ItemPlan): number => parseDetails(plan.details).keepNumber ?? 0;

function keepsKey(plan: ItemPlan): boolean {
	return plan.action === "create" && plan.ref.kind === workItemKind && keyNumber(plan) > 0;
}

function past(plan: ItemPlan, newest: number): ItemPlan {
	const reason = `Its number is past: the space has come to ${newest} already. Restore it without keeping keys.`;
	return { ...plan, action: "cannot", reason, changes: [], losses: [], after: [], requests: 0 };
}

/** Only a sub-task needs its parent before it; other items are put below theirs when all are there. */
function inTurn(plan: ItemPlan, last: { readonly number: number; readonly ref?: ItemRef }, done: ReadonlyMap<string, ItemPlan>): ItemPlan {
	const details: PlanDetails = parseDetails(plan.details);
	const placeholders = keyNumber(plan) - last.number - 1;
	const isStuck = details.isSubtask && plan.after.some((ref) => ref.kind === workItemKind && !done.has(itemRefText(ref)));
	if (isStuck) {
		const reason = "It is a sub-task with a lower number than its parent: Jira can't make it first. Restore it without keeping keys.";
		return { ...plan, action: "cannot", reason, changes: [], losses: [], after: [], requests: 0 };
	}
	const said = placeholders === 0 ? "Gets its old key." : `Gets its old key: ${placeholders} placeholders are made and deleted before it.`;
	return {
		...plan,
		reason: said,
		after: [...plan.after.filter((ref) => ref.kind === spaceKind), ...(last.ref === undefined ? [] : [last.ref])],
		losses: plan.losses.filter(({ field }) => field !== "key"),
		requests: plan.requests + Math.ceil(placeholders / placeholdersAtOnce) + placeholders,
	};
}

/** Most work items that one call creates (Atlassian's document). */
const placeholdersAtOnce = 50;
const made = z.object({ issues: z.array(z.object({ id: z.string(), key: z.string() })).default([]) });

/** Uses numbers up until the next one is that of the item. @throws AppError `restore-failed` when the space has come further already */
export async function useUpNumbers(restoring: Restoring, anchor: string): Promise<void> {
	const { context, details } = restoring;
	const wanted = details.keepNumber;
	if (wanted === null) return;
	let last = Math.max(numberOf(anchor), restoring.whole.highestGiven(context, details.spaceId));
	while (last < wanted - 1) {
		const from = last;
		// The first one shows where the space stands: newer items may have been deleted.
		const count = from === numberOf(anchor) ? 1 : Math.min(placeholdersAtOnce, wanted - 1 - from);
		last = await context.step(`placeholders/${from}`, {
			run: () => burn(restoring, count),
			find: () => burnt(restoring, { prefix: anchor.replace(/-\d+$/, ""), from }),
		});
		if (last <= from) throw tooLate(wanted);
	}
	if (last >= wanted) throw tooLate(wanted);
}

/** The error for a key that can't be had any more. */
export function tooLate(number: number): AppError {
	return new AppError("restore-failed", `The space has come past number ${number}: the work item can't get its old key`, {
		hint: "Restore it without keeping keys.",
	});
}

async function burn(restoring: Restoring, count: number): Promise<number> {
	const { client } = restoring.site;
	const { signal } = restoring.context;
	const update = await placeholder(restoring);
	const body = { issueUpdates: Array.from({ length: count }, () => update) };
	const { issues } = await client.read({ method: "POST", path: "/rest/api/3/issue/bulk", body, signal }, made);
	for (const { id } of issues) await remove(restoring, id);
	return Math.max(0, ...issues.map(({ key }) => numberOf(key)));
}

async function placeholder({ context, details, site }: Restoring) {
	const path = "/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes";
	const call = { method: "GET", path, parameters: { projectIdOrKey: details.spaceId }, signal: context.signal } as const;
	const types = at((await site.client.call(call)).json, "issueTypes");
	const plain = (Array.isArray(types) ? types : []).find((type) => at(type, "subtask") !== true && at(type, "hierarchyLevel") === 0);
	const fields = {
		project: { id: details.spaceId },
		issuetype: { id: idAt(plain, "id") ?? "" },
		summary: "Placeholder of a restore: deleted at once",
	};
	return { fields, properties: [{ key: restoreMark, value: { restore: context.restoreId, item: "", part: "placeholder" } }] };
}

async function remove({ context, site }: Restoring, id: string): Promise<void> {
	const call = { method: "DELETE", path: "/rest/api/3/issue/{issueIdOrKey}", parameters: { issueIdOrKey: id }, accept: [404] } as const;
	await site.client.call({ ...call, query: { deleteSubtasks: "false" }, signal: context.signal });
}

/** Placeholders whose making was cut off: those that are left go; undefined when there is none. */
async function burnt(
	restoring: Restoring,
	{ prefix, from }: { readonly prefix: string; readonly from: number },
): Promise<number | undefined> {
	const issueIdsOrKeys = Array.from({ length: 100 }, (_, index) => `${prefix}-${from + 1 + index}`);
	const body = { issueIdsOrKeys, fields: ["summary"], properties: [restoreMark] };
	const call = { method: "POST", path: "/rest/api/3/issue/bulkfetch", body, idempotent: true, signal: restoring.context.signal } as const;
	const { issues } = await restoring.site.client.read(call, found);
	const ours = issues.filter((issue) => {
		const mark = at(issue, "properties", restoreMark);
		return textAt(mark, "restore") === restoring.context.restoreId && textAt(mark, "part") === "placeholder";
	});
	for (const issue of ours) await remove(restoring, idAt(issue, "id") ?? "");
	return ours.length === 0 ? undefined : Math.max(...ours.map((issue) => numberOf(textAt(issue, "key") ?? "")));
}

/** Whether the parent of a new item comes later in the same restore. */
export function comesLater({ context, wanted, whole }: Restoring, parentId: string): boolean {
	return (whole.placeOf(context, workItemRef(parentId)) ?? -1) > (whole.placeOf(context, wanted.ref) ?? -1);
}
