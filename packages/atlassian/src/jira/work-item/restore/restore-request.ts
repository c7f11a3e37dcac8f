import { isAppError, type JsonValue } from "@skyeworx/core";
import { at, listAt, textAt } from "../../../record/json-access.ts";
import { experimental, root } from "../../service/desk-lists.ts";
import { workItemRef } from "../record.ts";
import { feedbackOf, reporterOf } from "../request/request-side.ts";
import type { Restoring, TargetItem } from "./restoring.ts";

/** Restores the customer's side of a request: who takes part, and feedback that the connection itself gave. */
export async function restoreRequest(restoring: Restoring, target: TargetItem): Promise<void> {
	for (const accountId of restoring.details.participants) await addParticipant(restoring, target, accountId);
	await restoreFeedback(restoring, target);
}

/** Does one write whose refusal is a problem of this one thing, not of the item; says what it made on an item that was there before. */
async function write(
	restoring: Restoring,
	thing: { readonly field: string; readonly part: string; readonly target: TargetItem },
	step: { readonly run: () => Promise<number>; readonly find: () => Promise<number | undefined> },
): Promise<void> {
	const { context, details } = restoring;
	try {
		await context.step(thing.part, step);
		if (details.live !== null) context.created({ ref: workItemRef(thing.target.id), part: thing.part });
	} catch (error) {
		if (!isAppError(error, "site-refused") && !isAppError(error, "not-found")) throw error;
		restoring.problem(thing.field, `JSM refused it (status ${error.facts.status ?? "unknown"}).`);
	}
}

async function addParticipant(restoring: Restoring, target: TargetItem, accountId: string): Promise<void> {
	const { client } = restoring.site;
	const { signal } = restoring.context;
	const place = { path: `${root}/request/{issueIdOrKey}/participant`, parameters: { issueIdOrKey: target.id }, signal };
	const run = async () =>
		(await client.call({ method: "POST", ...place, body: { accountIds: [accountId] }, idempotent: true, item: target.id })).status;
	const find = async () => {
		const now: JsonValue = (await client.call({ method: "GET", ...place, query: { limit: 100 }, accept: [404] })).json;
		return listAt(now, "values").some((person) => textAt(person, "accountId") === accountId) ? 200 : undefined;
	};
	await write(restoring, { field: `participants/${accountId}`, part: `participant/${accountId}`, target }, { run, find });
}

/** JSM takes feedback from the reporter alone: nobody speaks for a customer. */
async function restoreFeedback(restoring: Restoring, target: TargetItem): Promise<void> {
	const { details, wanted, site, context, me } = restoring;
	const given = feedbackOf(wanted);
	if (!details.feedback || given === undefined || reporterOf(wanted) !== (await me())) return;
	const path = `${root}/request/{requestIdOrKey}/feedback`;
	const place = { path, parameters: { requestIdOrKey: target.id }, headers: experimental, signal: context.signal };
	const body = { type: "csat", rating: given.rating, ...(given.comment === "" ? {} : { comment: { body: given.comment } }) };
	const run = async () => (await site.client.call({ method: "POST", ...place, body, item: target.id })).status;
	const find = async () => {
		const now: JsonValue = (await site.client.call({ method: "GET", ...place, accept: [404] })).json;
		return at(now, "rating") === given.rating ? 201 : undefined;
	};
	await write(restoring, { field: "feedback", part: "feedback/own", target }, { run, find });
}
