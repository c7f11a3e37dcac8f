import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { cursorPages } from "../../http/paging.ts";
import { grantsByRoles, readSpaceParts } from "../space/space-parts.ts";
import { readSpace, type SpaceRecord, spacePart } from "../space/space-record.ts";
import { inOrder } from "./in-order.ts";
import { readTemplates } from "./read-templates.ts";
import { epoch, listLimit, type Reading } from "./reading.ts";

/** Of so few spaces grants, labels and properties are read in each sweep: they leave no trace in the list. */
const fewSpaces = 50;
const day = 24 * 3_600_000;
const spacesAtOnce = 4;

interface Listed {
	readonly record: SpaceRecord;
	readonly main: JsonValue;
}

async function* listSpaces(reading: Reading): AsyncGenerator<Observation, readonly Listed[]> {
	const { request, spaces, site } = reading;
	const query = { limit: listLimit, "description-format": "plain", ids: request.spaces };
	const listed: Listed[] = [];
	for await (const page of cursorPages(site.client, { method: "GET", path: "/wiki/api/v2/spaces", query, signal: request.signal })) {
		const here = page.items.map((item) => ({ main: spacePart(item), record: readSpace(item) }));
		listed.push(...here.filter(({ record }) => record.status !== "trashed"));
	}
	for (const { record } of listed) spaces.set(record.id, { id: record.id, key: record.key, name: record.name });
	if (request.spaces === undefined) {
		yield { type: "census", kind: "confluence.space", ids: listed.map(({ record }) => record.id), last: true };
	}
	return listed;
}

/** Whether the vault holds a space as it is listed, with what else there is of it. */
async function isHeld({ request }: Reading, { record, main }: Listed): Promise<boolean> {
	const ref = { kind: "confluence.space", id: record.id };
	if ((await request.known(ref, "permissions")) === undefined) return false;
	return canonicalJson((await request.known(ref, "")) ?? null) === canonicalJson(main);
}

/** When everything of all spaces was last read, and what was found out then. */
export interface SpacesRead {
	readonly at: string;
	/** Whether the site grants by space roles. */
	readonly roles: boolean;
}

/**
 * Reads all spaces and remembers their keys and names for the pages in them. Looks are read once a day, grants, properties and
 * labels of many unchanged spaces too; answers what the next run has to know of that.
 */
export async function* readSpaces(reading: Reading, last: SpacesRead | undefined): AsyncGenerator<Observation, SpacesRead> {
	const { request, site } = reading;
	const now = site.ports.clock.now();
	const listed = yield* listSpaces(reading);
	const due = last === undefined || reading.mode === "full" || now.getTime() - (epoch(last.at) ?? 0) >= day;
	const roles = due ? await grantsByRoles(site.client, request.signal) : last.roles;
	const whole = async (one: Listed): Promise<Observation> => {
		const { id, key } = one.record;
		const changed = due || !(await isHeld(reading, one));
		const source = { client: site.client, id, key, roles, signal: request.signal };
		const read = changed || (reading.mode === "sweep" && listed.length <= fewSpaces);
		const parts = read ? await readSpaceParts(source, { look: changed }) : new Map<string, JsonValue>();
		const ref = { kind: "confluence.space", id };
		return { type: "item", ref, parts: new Map<string, JsonValue>([["", one.main], ...parts]), covers: ["", ...parts.keys()] };
	};
	yield* inOrder(listed, spacesAtOnce, whole);
	if (due || (reading.mode === "sweep" && listed.length <= fewSpaces)) yield* readTemplates(reading);
	yield { type: "progress", kind: "confluence.space", done: listed.length, total: undefined };
	return { at: due ? now.toISOString() : last.at, roles };
}

async function anyBlocked(reading: Reading): Promise<boolean> {
	const call = {
		method: "GET",
		path: "/wiki/api/v2/data-policies/metadata",
		accept: [400, 401, 403, 404],
		signal: reading.request.signal,
	} as const;
	const { status, json } = await reading.site.client.call(call);
	return status === 200 && isJsonObject(json) && json.anyContentBlocked === true;
}

/** Says what a data security policy keeps from apps. Only apps may ask; a refusal says nothing. */
export async function* readBlockedSpaces(reading: Reading): AsyncGenerator<Observation> {
	if (!(await anyBlocked(reading))) return;
	let blocked = 0;
	const call = {
		method: "GET",
		path: "/wiki/api/v2/data-policies/spaces",
		query: { limit: listLimit },
		signal: reading.request.signal,
	} as const;
	for await (const page of cursorPages(reading.site.client, call)) {
		const policies = page.items.filter(isJsonObject).map((space: JsonObject) => space.dataPolicy);
		blocked += policies.filter((policy) => isJsonObject(policy) && policy.anyContentBlocked === true).length;
	}
	yield {
		type: "blind-spot",
		kind: "confluence.space",
		count: blocked,
		reason: "A data security policy of the organization blocks apps from content of these spaces.",
		cause: "permission",
	};
}
