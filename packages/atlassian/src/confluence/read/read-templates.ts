import { isAppError, type JsonObject } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { listTemplates, readTemplate } from "../template/template-record.ts";
import { inOrder } from "./in-order.ts";
import type { Reading } from "./reading.ts";

const kind = "confluence.template";
const listsAtOnce = 4;

/** Reads the templates of the site, of its blueprints and of each space: one call each. */
export async function* readTemplates(reading: Reading): AsyncGenerator<Observation> {
	const { request, site, spaces } = reading;
	const keys: (string | undefined)[] = [
		...(request.spaces === undefined ? [undefined] : []),
		...[...spaces.values()].map(({ key }) => key),
	];
	const page = (spaceKey: string | undefined) =>
		listTemplates(site.client, { path: "/wiki/rest/api/template/page", spaceKey }, request.signal);
	const ids: string[] = [];
	let closed = 0;
	try {
		const lists: AsyncGenerator<readonly JsonObject[] | undefined> = inOrder(keys, listsAtOnce, page);
		for await (const list of lists) {
			if (list === undefined) closed += 1;
			for (const part of list ?? []) yield observed(ids, part);
		}
		if (request.spaces === undefined) {
			for (const part of (await listTemplates(site.client, { path: "/wiki/rest/api/template/blueprint" }, request.signal)) ?? [])
				yield observed(ids, part);
		}
	} catch (error) {
		if (!isAppError(error, "scope-missing")) throw error;
		const reason = "Templates are not kept: the credential lacks the scope read:template:confluence.";
		yield { type: "blind-spot", kind, count: undefined, reason, cause: "scope" };
		return;
	}
	if (closed > 0) {
		const reason = "The connection's account may not list the templates of these spaces.";
		yield { type: "blind-spot", kind, count: closed, reason, cause: "permission" };
	} else if (request.spaces === undefined) yield { type: "census", kind, ids, last: true };
	yield { type: "progress", kind, done: ids.length, total: undefined };
}

function observed(ids: string[], part: JsonObject): Observation {
	const { templateId: id } = readTemplate(part);
	ids.push(id);
	return { type: "item", ref: { kind, id }, parts: new Map([["", part]]), covers: [""] };
}
