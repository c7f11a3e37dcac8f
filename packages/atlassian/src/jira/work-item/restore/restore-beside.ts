import { isAppError, type JsonValue } from "@skyeworx/core";
import { z } from "zod";
import { at, listAt, textAt } from "../../../record/json-access.ts";
import { propertiesOf, type RemoteLink, remoteLinksOf, watchersOf } from "../beside.ts";
import { workItemRef } from "../record.ts";
import type { Restoring, TargetItem } from "./restoring.ts";

const made = z.object({ id: z.union([z.string(), z.number()]).transform(String) });

/** Restores what stands beside a work item: properties, links to the outside, watchers and the connection's own vote. */
export async function restoreBeside(restoring: Restoring, target: TargetItem): Promise<void> {
	for (const key of restoring.details.properties) await restoreProperty(restoring, target, key);
	const { add, edit } = restoring.details.remoteLinks;
	for (const link of remoteLinksOf(restoring.wanted)) {
		if (add.includes(link.id)) await addRemoteLink(restoring, target, link);
		else if (edit.includes(link.id)) await editRemoteLink(restoring, target, link);
	}
	await restoreVote(restoring, target);
	for (const accountId of restoring.details.watchers) await addWatcher(restoring, target, accountId);
	await stopWatching(restoring, target);
}

/** Runs a write whose refusal is a problem of this one thing, not of the item. @returns whether it was done */
async function write(restoring: Restoring, field: string, work: () => Promise<JsonValue>): Promise<JsonValue | undefined> {
	try {
		return await work();
	} catch (error) {
		if (!isAppError(error, "site-refused") && !isAppError(error, "not-found")) throw error;
		restoring.problem(field, `Jira refused it (status ${error.facts.status ?? "unknown"}).`);
		return undefined;
	}
}

/** Parts that were made on an item which was there before: undoing takes them away. */
function sayMade({ details, context }: Restoring, target: TargetItem, part: string): void {
	if (details.live !== null) context.created({ ref: workItemRef(target.id), part });
}

async function restoreProperty(restoring: Restoring, target: TargetItem, key: string): Promise<void> {
	const { context, site, wanted } = restoring;
	const value = propertiesOf(wanted)[key];
	if (value === undefined) return;
	const place = {
		path: "/rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}",
		parameters: { issueIdOrKey: target.id, propertyKey: key },
		signal: context.signal,
	};
	const before = await context.step(`was property/${key}`, {
		run: async () => (await site.client.call({ method: "GET", ...place, accept: [404] })).status,
	});
	const put = { run: async () => (await site.client.call({ method: "PUT", ...place, body: value, item: target.id })).status };
	const done = await write(restoring, `properties/${key}`, () =>
		context.step(`property/${key}`, { ...put, find: () => Promise.resolve(undefined) }),
	);
	if (done !== undefined && before === 404) sayMade(restoring, target, `property/${key}`);
}

async function remoteLinksNow({ context, site }: Restoring, target: TargetItem): Promise<readonly RemoteLink[]> {
	const path = "/rest/api/3/issue/{issueIdOrKey}/remotelink";
	const call = { method: "GET", path, parameters: { issueIdOrKey: target.id }, accept: [404], signal: context.signal } as const;
	const parts = new Map<string, JsonValue>([["remote-links", listAt((await site.client.call(call)).json)]]);
	return remoteLinksOf({ ref: workItemRef(target.id), parts, files: [] });
}

async function addRemoteLink(restoring: Restoring, target: TargetItem, link: RemoteLink): Promise<void> {
	const { context, site } = restoring;
	const call = {
		method: "POST",
		path: "/rest/api/3/issue/{issueIdOrKey}/remotelink",
		parameters: { issueIdOrKey: target.id },
		body: link.body,
		item: target.id,
		signal: context.signal,
	} as const;
	// Links that were there before the first try; a link like them that comes on top of them is ours.
	const there = await context.step(`had remote-link/${link.id}`, {
		run: async () => (await remoteLinksNow(restoring, target)).map((one) => one.id),
	});
	const id = await write(restoring, `remote-links/${link.id}`, () =>
		context.step(`remote-link/${link.id}`, {
			run: async () => (await site.client.read(call, made)).id,
			find: async () =>
				(await remoteLinksNow(restoring, target)).find((one) => one.content === link.content && !there.includes(one.id))?.id,
		}),
	);
	if (typeof id === "string" && !there.includes(id)) sayMade(restoring, target, `remote-link/${id}`);
}

async function editRemoteLink(restoring: Restoring, target: TargetItem, link: RemoteLink): Promise<void> {
	const { context, site } = restoring;
	const call = {
		method: "PUT",
		path: "/rest/api/3/issue/{issueIdOrKey}/remotelink/{linkId}",
		parameters: { issueIdOrKey: target.id, linkId: link.id },
		body: link.body,
		item: target.id,
		signal: context.signal,
	} as const;
	const run = async () => (await site.client.call(call)).status;
	await write(restoring, `remote-links/${link.id}`, () =>
		context.step(`edit remote-link/${link.id}`, { run, find: () => Promise.resolve(undefined) }),
	);
}

async function watchingNow({ context, site }: Restoring, target: TargetItem): Promise<ReadonlySet<string>> {
	const path = "/rest/api/3/issue/{issueIdOrKey}/watchers";
	const call = { method: "GET", path, parameters: { issueIdOrKey: target.id }, accept: [404], signal: context.signal } as const;
	return new Set(listAt((await site.client.call(call)).json, "watchers").flatMap((person) => textAt(person, "accountId") ?? []));
}

async function addWatcher(restoring: Restoring, target: TargetItem, accountId: string): Promise<void> {
	const { context, site } = restoring;
	const call = {
		method: "POST",
		path: "/rest/api/3/issue/{issueIdOrKey}/watchers",
		parameters: { issueIdOrKey: target.id },
		body: accountId,
		idempotent: true,
		item: target.id,
		signal: context.signal,
	} as const;
	const run = async () => (await site.client.call(call)).status;
	const find = async () => ((await watchingNow(restoring, target)).has(accountId) ? 204 : undefined);
	const done = await write(restoring, `watchers/${accountId}`, () => context.step(`watcher/${accountId}`, { run, find }));
	if (done !== undefined) sayMade(restoring, target, `watcher/${accountId}`);
}

/** Jira makes whoever creates a work item watch it. */
async function stopWatching(restoring: Restoring, target: TargetItem): Promise<void> {
	const { context, details, me, site, wanted } = restoring;
	if (details.live !== null || !wanted.parts.has("watchers")) return;
	const accountId = await me();
	if (watchersOf(wanted).some((person) => person.accountId === accountId)) return;
	const path = "/rest/api/3/issue/{issueIdOrKey}/watchers";
	const call = { method: "DELETE", path, parameters: { issueIdOrKey: target.id }, query: { accountId }, accept: [400, 403, 404] } as const;
	const run = async () => (await site.client.call({ ...call, signal: context.signal })).status;
	await context.step("stop watching", { run, find: () => Promise.resolve(undefined) });
}

/** Jira lets nobody vote for another person; the reporter can't vote, and nobody can for what is resolved. */
async function restoreVote(restoring: Restoring, target: TargetItem): Promise<void> {
	const { context, details, me, site } = restoring;
	if (details.votes.length === 0 || !details.votes.includes(await me())) return;
	const place = { path: "/rest/api/3/issue/{issueIdOrKey}/votes", parameters: { issueIdOrKey: target.id }, signal: context.signal };
	const run = async () => (await site.client.call({ method: "POST", ...place, idempotent: true, item: target.id })).status;
	const find = async () => (at((await site.client.call({ method: "GET", ...place })).json, "hasVoted") === true ? 204 : undefined);
	const done = await write(restoring, `votes/${await me()}`, () => context.step("vote", { run, find }));
	if (done !== undefined) sayMade(restoring, target, "vote/own");
}
