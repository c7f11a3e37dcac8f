import { AppError, type JsonObject, type JsonValue } from "@skyeworx/core";
import { z } from "zod";
import type { HttpClient } from "../../../../http/http-client.ts";
import { at, idAt, listAt, objectAt, textAt } from "../../../../record/json-access.ts";
import { spaceNow } from "../../../space/space-now.ts";
import { bulkFetchLimit } from "../../fetch-items.ts";
import { workItemRef } from "../../record.ts";
import { parseDetails } from "../plan-details.ts";
import type { Restoring, TargetItem } from "../restoring.ts";
import type { Moving } from "../whole-restore.ts";

/** Where a work item stands. */
interface Standing extends TargetItem {
	readonly spaceId: string;
}

const found = z.object({ issues: z.array(z.custom<JsonValue>()).default([]) });

/** Where work items stand; those that are not shown are left out. */
export async function standings(
	client: HttpClient,
	ids: readonly string[],
	signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Standing>> {
	const known = new Map<string, Standing>();
	for (let start = 0; start < ids.length; start += bulkFetchLimit) {
		const body = { issueIdsOrKeys: ids.slice(start, start + bulkFetchLimit), fields: ["project"] };
		const call = { method: "POST", path: "/rest/api/3/issue/bulkfetch", body, idempotent: true, signal } as const;
		for (const issue of (await client.read(call, found)).issues) {
			const id = idAt(issue, "id") ?? "";
			known.set(id, { id, key: textAt(issue, "key") ?? "", spaceId: idAt(issue, "fields", "project", "id") ?? "" });
		}
	}
	return known;
}

/** A work item that moves, with the sub-tasks of the same restore that go with it. */
interface Family {
	readonly head: { readonly id: string; readonly type: JsonValue | undefined; readonly parentId: string | undefined };
	readonly subtasks: readonly { readonly id: string; readonly type: JsonValue | undefined }[];
}

/**
 * An undo leads back only what its restore had moved, and what nobody moved on since: everything else is put right where it stands.
 */
export function unlessMovedSince(restoring: Restoring): Restoring {
	const { context, details, wanted } = restoring;
	if (details.move === null || context.options.undoing !== true) return restoring;
	const own = context.plans[restoring.whole.placeOf(context, wanted.ref) ?? -1]?.details ?? null;
	const planned = own === null ? undefined : parseDetails(own);
	const wasMoved = planned?.move != null;
	if (wasMoved && spaceNow(context, planned.spaceId) === details.move.from) return restoring;
	if (wasMoved) restoring.problem("fields.project", "It was moved to another space after the restore, so it stays there.");
	return { ...restoring, details: { ...details, move: null, spaceId: details.move.from } };
}

/**
 * Moves a work item back into its space by Jira's bulk move, with those of its sub-tasks that the same restore moves; it keeps its id
 * and its history. Where it stands there already, nothing is written.
 * @throws AppError `restore-failed` when Jira does not move it: nothing else of it is written then
 */
export async function moveItem(restoring: Restoring, live: TargetItem): Promise<TargetItem> {
	const { details, context } = restoring;
	if (details.move === null) return live;
	const isThere = async (): Promise<Standing | undefined> => {
		const now = (await standings(restoring.site.client, [live.id], context.signal)).get(live.id);
		return now?.spaceId === details.spaceId ? now : undefined;
	};
	const task = await context.step("move", {
		run: async () => ((await isThere()) === undefined ? await submit(restoring, live) : ""),
		find: async () => ((await isThere()) === undefined ? undefined : ""),
	});
	const said = task === "" ? undefined : await ended(restoring, task);
	const now = await isThere();
	if (now !== undefined) return { id: now.id, key: now.key };
	throw notMoved(said);
}

async function submit(restoring: Restoring, live: TargetItem): Promise<string> {
	const mapping = await mappingOf(restoring, familyOf(restoring, live));
	const body = { sendBulkNotification: false, targetToSourcesMapping: mapping };
	const call = {
		method: "POST",
		path: "/rest/api/3/bulk/issues/move",
		body,
		accept: [400, 403],
		signal: restoring.context.signal,
	} as const;
	const { status, json } = await restoring.site.client.call(call);
	if (status >= 400) throw notMoved(textAt(listAt(json, "errors")[0], "message"));
	return textAt(json, "taskId") ?? "";
}

/** A sub-task goes with its parent when the same restore moves that; its parent then goes with all of them. */
function familyOf(restoring: Restoring, live: TargetItem): Family {
	const { context, details, main } = restoring;
	const { move } = details;
	const moving = restoring.whole.moving(context);
	const undoing = context.options.undoing === true;
	const parentId = parentNow(restoring);
	const parent = move?.isSubtask === true ? moving.find(({ id }) => id === parentId) : undefined;
	// An undo leads back to where things stood before: the plan of the restore knows what they were there.
	const typeOf = (one: Moving): JsonValue => (undoing ? one.fromType : one.type);
	const headRef = parent?.ref ?? restoring.wanted.ref;
	const isFamily = parent !== undefined || (move?.subtasks ?? []).length > 0;
	const children = isFamily ? moving.filter((one) => one.isSubtask && one.id !== parent?.id && one.parentId === headRef.id) : [];
	const own = at(main, "fields", "issuetype");
	return {
		head:
			parent === undefined
				? { id: live.id, type: own, parentId }
				: { id: parent.id, type: typeOf(parent), parentId: undoing ? undefined : (parent.parentId ?? undefined) },
		subtasks: children.map((one) => ({ id: one.id, type: one.id === live.id ? own : typeOf(one) })),
	};
}

function parentNow({ context, details }: Restoring): string | undefined {
	const id = details.move?.parentId ?? undefined;
	return id === undefined ? undefined : (context.mapped(workItemRef(id))?.ref.id ?? id);
}

/** The body's mapping: `space,type[,parent]` to the work items that go there. */
async function mappingOf(restoring: Restoring, { head, subtasks }: Family): Promise<JsonObject> {
	const { details, screens, context } = restoring;
	const place = async (type: JsonValue | undefined, parentId: string | undefined) => {
		const typeId = await screens.typeFor(details.spaceId, type, context.signal);
		if (typeId === undefined) throw notMoved("The space has no work type of this name any more");
		return [details.spaceId, typeId, ...(parentId === undefined ? [] : [parentId])].join(",");
	};
	const above =
		head.parentId === undefined
			? undefined
			: (await standings(restoring.site.client, [head.parentId], context.signal)).get(head.parentId)?.id;
	const groups = new Map([[await place(head.type, above), [head.id]]]);
	for (const { id, type } of subtasks) {
		const key = await place(type, head.id);
		groups.set(key, [...(groups.get(key) ?? []), id]);
	}
	return Object.fromEntries([...groups].map(([key, issueIdsOrKeys]) => [key, { ...inferred, issueIdsOrKeys }]));
}

/** Values that the space asks for stay, a status that it does not have becomes its first one, and nothing unnamed goes along. */
const inferred = {
	inferClassificationDefaults: true,
	inferFieldDefaults: true,
	inferStatusDefaults: true,
	inferSubtaskTypeDefault: false,
} as const;

const underWay: ReadonlySet<string | undefined> = new Set(["ENQUEUED", "RUNNING", "CANCEL_REQUESTED"]);
/** How often, and how long at most, a move is asked whether it ended: half an hour in all. */
const asking = { times: 1_800, pause: 1_000 } as const;

/** Waits for the end of a move; answers what Jira says of one that failed. */
async function ended({ site, context }: Restoring, taskId: string): Promise<string | undefined> {
	const call = { method: "GET", path: "/rest/api/3/bulk/queue/{taskId}", parameters: { taskId }, accept: [400, 404] } as const;
	for (let time = 0; time < asking.times; time += 1) {
		const { status, json } = await site.client.call({ ...call, signal: context.signal });
		// Jira forgets tasks after two weeks: where the item stands says how it ended.
		if (status >= 400 || !underWay.has(textAt(json, "status"))) return reasonIn(json);
		await site.ports.clock.sleep(asking.pause, context.signal);
	}
	return undefined;
}

function reasonIn(progress: JsonValue): string | undefined {
	const [reasons] = Object.values(objectAt(progress, "failedAccessibleIssues"));
	return idAt(listAt(reasons)[0]);
}

function notMoved(said: string | undefined): AppError {
	return new AppError("restore-failed", `Jira did not move it back into its space${said === undefined ? "" : `: ${said}`}`, {
		hint: "The connection's account needs the global permission Bulk change, Move issues there and Create issues here.",
	});
}
