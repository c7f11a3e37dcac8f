import type { JsonObject, JsonValue } from "@skyeworx/core";
import { at, idAt, listAt, objectAt, textAt } from "../../../record/json-access.ts";
import { identityOf } from "../field-values.ts";
import { transitionScreen } from "./field-metadata.ts";
import { labelOf, type Restoring, type TargetItem } from "./restoring.ts";
import { writableValue } from "./writable-value.ts";

/** A workflow that needs more steps than this has no sensible way. */
const mostHops = 12;

interface Place {
	readonly status: JsonValue | undefined;
	readonly transitions: readonly JsonValue[];
}

/**
 * Brings a work item to the status (and resolution) it had. Jira shows only the transitions that lead out of the present status,
 * so the way is searched step by step: straight there if there is a way, else towards the wanted status category, never twice
 * to the same status.
 */
export async function restoreStatus(restoring: Restoring, target: TargetItem): Promise<void> {
	if (!restoring.details.fields.includes("status") && !restoring.details.fields.includes("resolution")) return;
	const wanted = at(restoring.main, "fields", "status");
	const visited = new Set<string>();
	for (let hop = 0; hop < mostHops; hop++) {
		const reached = await restoring.context.step(`transition/${hop}`, {
			run: () => oneHop(restoring, target, visited),
			// Looking where the item stands now is the first thing that a repeated hop does.
			find: () => Promise.resolve(undefined),
		});
		if (reached === "there") return;
		if (reached === "stuck") break;
		visited.add(reached);
	}
	const name = textAt(wanted, "name") ?? "";
	restoring.problem("fields.status", `No transitions that the account may use lead to "${name}".`);
}

async function look(restoring: Restoring, target: TargetItem): Promise<Place> {
	const { client } = restoring.site;
	const parameters = { issueIdOrKey: target.id };
	const { signal } = restoring.context;
	const [issue, answer] = await Promise.all([
		client.call({ method: "GET", path: "/rest/api/3/issue/{issueIdOrKey}", parameters, query: { fields: "status" }, signal }),
		client.call({
			method: "GET",
			path: "/rest/api/3/issue/{issueIdOrKey}/transitions",
			parameters,
			query: { expand: "transitions.fields" },
			signal,
		}),
	]);
	return { status: at(issue.json, "fields", "status"), transitions: listAt(answer.json, "transitions") };
}

const statusId = (status: JsonValue | undefined): string => idAt(status, "id") ?? "";

/** @returns the status reached, `there` when there was nothing to do, or `stuck` */
async function oneHop(restoring: Restoring, target: TargetItem, visited: ReadonlySet<string>): Promise<string> {
	const place = await look(restoring, target);
	const wanted = at(restoring.main, "fields", "status");
	const isThere = sameStatus(place.status, wanted);
	if (isThere) return "there";
	const next = choose(place, wanted, new Set([...visited, statusId(place.status)]));
	if (next === undefined) return "stuck";
	const fields = screenFields(restoring, next);
	await restoring.site.client.call({
		method: "POST",
		path: "/rest/api/3/issue/{issueIdOrKey}/transitions",
		parameters: { issueIdOrKey: target.id },
		body: { transition: { id: idAt(next, "id") ?? "" }, ...(Object.keys(fields).length === 0 ? {} : { fields }) },
		item: target.id,
		signal: restoring.context.signal,
	});
	return statusId(at(next, "to"));
}

/** The same id, or in another space the same name. */
function sameStatus(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
	return statusId(one) === statusId(other) || (textAt(one, "name") !== undefined && textAt(one, "name") === textAt(other, "name"));
}

/** How far a status is on the way from to do to done. */
function progress(status: JsonValue | undefined): number {
	return { new: 0, indeterminate: 1, done: 2 }[textAt(status, "statusCategory", "key") ?? ""] ?? 1;
}

function choose(place: Place, wanted: JsonValue | undefined, visited: ReadonlySet<string>): JsonValue | undefined {
	const open = place.transitions.filter((one) => at(one, "isAvailable") !== false);
	const straight = open.find((one) => sameStatus(at(one, "to"), wanted));
	if (straight !== undefined) return straight;
	const goal = progress(wanted);
	return open
		.filter((one) => !visited.has(statusId(at(one, "to"))))
		.toSorted((a, b) => Math.abs(progress(at(a, "to")) - goal) - Math.abs(progress(at(b, "to")) - goal))[0];
}

/** What a transition's screen asks for and the snapshot knows: the resolution above all. */
function screenFields(restoring: Restoring, transition: JsonValue): JsonObject {
	const values: Record<string, JsonValue> = {};
	for (const [field, metadata] of transitionScreen(transition)) {
		const stored = objectAt(restoring.main, "fields")[field];
		if (identityOf(stored) === "" || (field !== "resolution" && !metadata.required)) continue;
		const writable = writableValue(stored, metadata);
		if ("value" in writable) values[field] = writable.value;
		else restoring.problem(`fields.${field}`, `${labelOf(restoring, field)}: ${writable.reason}`);
	}
	return values;
}
