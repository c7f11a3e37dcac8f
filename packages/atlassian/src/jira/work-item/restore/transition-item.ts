import type { JsonObject, JsonValue } from "@skyeworx/core";
import { at, idAt, listAt, objectAt, textAt } from "../../../record/json-access.ts";
import { identityOf } from "../field-values.ts";
import { transitionScreen } from "./field-metadata.ts";
import { labelOf, type Restoring, type TargetItem } from "./restoring.ts";
import { writableValue } from "./writable-value.ts";

/** A workflow that needs more steps than this has no sensible way. */
const mostHops = 30;

interface Place {
	readonly status: JsonValue | undefined;
	readonly resolution: JsonValue | undefined;
	readonly transitions: readonly JsonValue[];
}

/** A way out of a status, as it was seen. */
interface Way {
	readonly transition: string;
	readonly to: JsonValue;
}

/**
 * What is known of workflows: Jira shows only the transitions that lead out of the present status, so each status that some
 * item stands in teaches where it leads, and the items after it find their way at once.
 */
export class KnownWays {
	private readonly ways = new Map<string, Map<string, readonly Way[]>>();

	/** The ways out of each status that was seen, of one work type in one space. */
	of(spaceId: string, typeId: string): Map<string, readonly Way[]> {
		const key = `${spaceId} ${typeId}`;
		const known = this.ways.get(key) ?? new Map<string, readonly Way[]>();
		this.ways.set(key, known);
		return known;
	}
}

/** What one item tried on its way. */
interface Attempt {
	readonly known: Map<string, readonly Way[]>;
	/** Transitions that Jira refused, as `status transition`. */
	readonly refused: Set<string>;
	/** It has left the wanted status once to come back with the right resolution. */
	hasLeft: boolean;
}

/**
 * Brings a work item to the status (and resolution) it had, by the shortest way that is known; where none is known, by the
 * nearest status whose ways out were not seen yet. So every way that the account may use is found, dead ends included.
 */
export async function restoreStatus(restoring: Restoring, target: TargetItem): Promise<void> {
	const { details, main } = restoring;
	if (!details.fields.includes("status") && !details.fields.includes("resolution")) return;
	if (await walkToStatus(restoring, target)) return;
	const name = textAt(main, "fields", "status", "name") ?? "";
	restoring.problem("fields.status", `No transitions that the account may use lead to "${name}".`);
}

/** What leading a work item to a status stands on: the status, the resolution and what else screens may ask for are those of `main`. */
export interface Walk extends Pick<Restoring, "main" | "ways" | "problem"> {
	readonly site: Pick<Restoring["site"], "client">;
	readonly context: Pick<Restoring["context"], "step" | "signal">;
	readonly details: Pick<Restoring["details"], "spaceId" | "fields">;
}

/** Leads a work item to its status by one transition after the other; false when no way leads there. */
export async function walkToStatus(walk: Walk, target: TargetItem): Promise<boolean> {
	const { details, main, ways } = walk;
	const typeId = idAt(main, "fields", "issuetype", "id") ?? textAt(main, "fields", "issuetype", "name") ?? "";
	const attempt: Attempt = { known: ways.of(details.spaceId, typeId), refused: new Set(), hasLeft: false };
	for (let hop = 0; hop < mostHops; hop++) {
		const reached = await walk.context.step(`transition/${hop}`, {
			run: () => oneHop(walk, target, attempt),
			// Looking where the item stands now is the first thing that a repeated hop does.
			find: () => Promise.resolve(undefined),
		});
		if (reached === "there") return true;
		if (reached === "stuck") break;
	}
	return false;
}

async function look(restoring: Walk, target: TargetItem): Promise<Place> {
	const { client } = restoring.site;
	const parameters = { issueIdOrKey: target.id };
	const { signal } = restoring.context;
	const [issue, answer] = await Promise.all([
		client.call({ method: "GET", path: "/rest/api/3/issue/{issueIdOrKey}", parameters, query: { fields: "status,resolution" }, signal }),
		client.call({
			method: "GET",
			path: "/rest/api/3/issue/{issueIdOrKey}/transitions",
			parameters,
			query: { expand: "transitions.fields" },
			signal,
		}),
	]);
	const transitions = listAt(answer.json, "transitions").filter((one) => at(one, "isAvailable") !== false);
	return { status: at(issue.json, "fields", "status"), resolution: at(issue.json, "fields", "resolution"), transitions };
}

const statusId = (status: JsonValue | undefined): string => idAt(status, "id") ?? "";

/** @returns the status reached, `refused`, `there` when there was nothing to do, or `stuck` */
async function oneHop(restoring: Walk, target: TargetItem, attempt: Attempt): Promise<string> {
	const place = await look(restoring, target);
	const here = statusId(place.status);
	const isOpen = (one: JsonValue) => !attempt.refused.has(`${here} ${idAt(one, "id") ?? ""}`);
	const open = { ...place, transitions: place.transitions.filter(isOpen) };
	attempt.known.set(
		here,
		open.transitions.map((one) => ({ transition: idAt(one, "id") ?? "", to: at(one, "to") ?? null })),
	);
	const wanted = at(restoring.main, "fields", "status");
	if (sameStatus(place.status, wanted) && !wantsOtherResolution(restoring, place, attempt)) return "there";
	const next = sameStatus(place.status, wanted) ? wayRound(open, attempt) : chooseWay(open, wanted, attempt);
	if (next === undefined) return sameStatus(place.status, wanted) ? "there" : "stuck";
	const fields = screenFields(restoring, next);
	const id = idAt(next, "id") ?? "";
	const { status } = await restoring.site.client.call({
		method: "POST",
		path: "/rest/api/3/issue/{issueIdOrKey}/transitions",
		parameters: { issueIdOrKey: target.id },
		body: { transition: { id }, ...(Object.keys(fields).length === 0 ? {} : { fields }) },
		item: target.id,
		accept: [400, 403, 409],
		signal: restoring.context.signal,
	});
	if (status < 400) return statusId(at(next, "to"));
	// Its screen asks for what the snapshot does not know, or a rule of the workflow forbids it.
	attempt.refused.add(`${here} ${id}`);
	return "refused";
}

/** A resolution is set by transitions: an item that stands where it should, with another one, goes round once. */
function wantsOtherResolution({ main, details }: Walk, place: Place, attempt: Attempt): boolean {
	if (attempt.hasLeft || !details.fields.includes("resolution")) return false;
	const [wanted, now] = [at(main, "fields", "resolution"), place.resolution];
	return identityOf(wanted) !== identityOf(now) && textAt(wanted, "name") !== textAt(now, "name");
}

/** Out of the status, or back into it by a transition whose screen sets the resolution. */
function wayRound(place: Place, attempt: Attempt): JsonValue | undefined {
	attempt.hasLeft = true;
	const loops = place.transitions.filter((one) => sameStatus(at(one, "to"), place.status));
	const loop = loops.find((one) => at(one, "fields", "resolution") !== undefined);
	return loop ?? place.transitions.find((one) => !loops.includes(one));
}

/** The same id, or in another space the same name. */
function sameStatus(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
	return statusId(one) === statusId(other) || (textAt(one, "name") !== undefined && textAt(one, "name") === textAt(other, "name"));
}

/** The first step of the shortest known way to a status, else to one whose ways out are not known. */
function chooseWay(place: Place, wanted: JsonValue | undefined, { known }: Attempt): JsonValue | undefined {
	const reach = (isGoal: (status: JsonValue | undefined) => boolean): JsonValue | undefined => {
		const seen = new Set([statusId(place.status)]);
		let edge = place.transitions.map((first) => ({ first, status: at(first, "to") }));
		while (edge.length > 0) {
			const found = edge.find(({ status }) => isGoal(status));
			if (found !== undefined) return found.first;
			edge = edge.flatMap(({ first, status }) => {
				if (seen.has(statusId(status))) return [];
				seen.add(statusId(status));
				return (known.get(statusId(status)) ?? []).map((way) => ({ first, status: way.to as JsonValue | undefined }));
			});
		}
		return undefined;
	};
	return reach((status) => sameStatus(status, wanted)) ?? reach((status) => !known.has(statusId(status)));
}

/** What a transition's screen asks for and the snapshot knows: the resolution above all. */
function screenFields(restoring: Walk, transition: JsonValue): JsonObject {
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
