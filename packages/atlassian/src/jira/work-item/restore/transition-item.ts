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

/**
 * What is known of workflows: Jira shows only the transitions that lead out of the present status, so each status that some
 * item stands in teaches where it leads, and the items after it find their way at once, mostly without looking.
 */
export class KnownWays {
	private readonly ways = new Map<string, KnownWorkflow>();

	/** What was seen of one work type in one space. */
	of(spaceId: string, typeId: string): KnownWorkflow {
		const key = `${spaceId} ${typeId}`;
		const known = this.ways.get(key) ?? new KnownWorkflow();
		this.ways.set(key, known);
		return known;
	}
}

class KnownWorkflow {
	/** The transitions out of each status that was seen. */
	readonly out = new Map<string, readonly JsonValue[]>();
	/** Where a new item stood. */
	initial: Place | undefined;
	private last: Promise<void> = Promise.resolve();

	/** One item looks for its way at a time, so that those after it know it; answers how to give the turn on. */
	async turn(): Promise<() => void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		const before = this.last;
		this.last = promise;
		await before;
		return resolve;
	}
}

/** What one item tried on its way. */
interface Attempt {
	readonly known: KnownWorkflow;
	/** Transitions that Jira refused, as `status transition`. */
	readonly refused: Set<string>;
	/** It was just made, and stands where new items do. */
	isFresh: boolean;
	/** It has left the wanted status once to come back with the right resolution. */
	hasLeft: boolean;
	/** Where it must stand by all that is known; undefined when it has to be looked at. */
	expected: Place | undefined;
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
	readonly context: Pick<Restoring["context"], "step" | "signal" | "begun">;
	readonly details: Pick<Restoring["details"], "spaceId" | "fields" | "live">;
}

/** Leads a work item to its status by one transition after the other; false when no way leads there. */
export async function walkToStatus(walk: Walk, target: TargetItem): Promise<boolean> {
	const { details, main, ways } = walk;
	const typeId = idAt(main, "fields", "issuetype", "id") ?? textAt(main, "fields", "issuetype", "name") ?? "";
	const known = ways.of(details.spaceId, typeId);
	const isFresh = details.live === null && !walk.context.begun("transition/0");
	if (isFresh && known.initial !== undefined) return await hops(walk, target, { known, isFresh });
	const giveOn = await known.turn();
	try {
		return await hops(walk, target, { known, isFresh });
	} finally {
		giveOn();
	}
}

async function hops(walk: Walk, target: TargetItem, { known, isFresh }: Pick<Attempt, "known" | "isFresh">): Promise<boolean> {
	const expected = isFresh ? known.initial : undefined;
	const attempt: Attempt = { known, refused: new Set(), hasLeft: false, isFresh, expected };
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

/** Where the item stands: what is expected of it, or what looking at it shows. */
async function placeOf(walk: Walk, target: TargetItem, attempt: Attempt): Promise<Place> {
	const { expected, known } = attempt;
	attempt.expected = undefined;
	if (expected !== undefined) {
		attempt.isFresh = false;
		return expected;
	}
	const place = await look(walk, target);
	known.out.set(statusId(place.status), place.transitions);
	if (attempt.isFresh) known.initial = place;
	attempt.isFresh = false;
	return place;
}

/** @returns the status reached, `refused`, `there` when there was nothing to do, or `stuck` */
async function oneHop(walk: Walk, target: TargetItem, attempt: Attempt): Promise<string> {
	const isGuess = attempt.expected !== undefined;
	const place = await placeOf(walk, target, attempt);
	const here = statusId(place.status);
	const isOpen = (one: JsonValue) => !attempt.refused.has(`${here} ${idAt(one, "id") ?? ""}`);
	const open = { ...place, transitions: place.transitions.filter(isOpen) };
	const wanted = at(walk.main, "fields", "status");
	if (sameStatus(place.status, wanted) && !wantsOtherResolution(walk, place, attempt)) return "there";
	const next = sameStatus(place.status, wanted) ? wayRound(open, attempt) : chooseWay(open, wanted, attempt);
	// What was only expected is looked at before anything is given up.
	if (next === undefined && isGuess) return await oneHop(walk, target, attempt);
	if (next === undefined) return sameStatus(place.status, wanted) ? "there" : "stuck";
	const fields = screenFields(walk, next);
	const id = idAt(next, "id") ?? "";
	const { status } = await walk.site.client.call({
		method: "POST",
		path: "/rest/api/3/issue/{issueIdOrKey}/transitions",
		parameters: { issueIdOrKey: target.id },
		body: { transition: { id }, ...(Object.keys(fields).length === 0 ? {} : { fields }) },
		item: target.id,
		accept: [400, 403, 409],
		signal: walk.context.signal,
	});
	if (status < 400) return arrived(walk, attempt, { to: at(next, "to"), resolution: fields.resolution });
	// Its screen asks for what the snapshot does not know, or a rule of the workflow forbids it; an expectation may have been wrong.
	if (!isGuess) {
		attempt.refused.add(`${here} ${id}`);
		attempt.known.out.set(
			here,
			open.transitions.filter((one) => one !== next),
		);
	}
	return "refused";
}

/** After a transition that Jira took: `there`, or the status reached with what is known to lead on from it. */
function arrived(
	walk: Walk,
	attempt: Attempt,
	{ to, resolution }: { readonly to: JsonValue | undefined; readonly resolution: JsonValue | undefined },
): string {
	const wantsResolution = walk.details.fields.includes("resolution");
	const isThere = sameStatus(to, at(walk.main, "fields", "status"));
	if (isThere && (!wantsResolution || resolution !== undefined)) return "there";
	const transitions = attempt.known.out.get(statusId(to));
	if (!isThere && transitions !== undefined) attempt.expected = { status: to, resolution, transitions };
	return statusId(to);
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
				return (known.out.get(statusId(status)) ?? []).map((way) => ({ first, status: at(way, "to") }));
			});
		}
		return undefined;
	};
	return reach((status) => sameStatus(status, wanted)) ?? reach((status) => !known.out.has(statusId(status)));
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
