import { isAppError, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { BackupRequest, Observation } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { endsReading } from "../../ends-reading.ts";
import { readAhead } from "../../read-ahead.ts";
import { idAt } from "../../record/json-access.ts";
import { spaceKind } from "../space/space-kind.ts";
import { hiddenIds } from "../space/space-standings.ts";
import { isOutOfReach } from "./apart.ts";
import { whatChanged } from "./audit.ts";
import { remembering } from "./reading.ts";
import type { Reading, SettingKind, SettingRecord } from "./setting-kind.ts";

/** Name of the cursor of everything that is read only when it changed. */
const slowCursor = "jira.settings";

/** Changes that the audit log does not name are found after this long at the latest. */
const longestRest = 24 * 3_600_000;

/** Lists read at once: each takes a connection, and work items are read beside them. */
const listsAhead = 4;

export interface SettingKinds {
	/** Read whenever the audit log names a change, or a day has passed. */
	readonly slow: readonly SettingKind[];
	/** Read in every run: Jira's audit log says nothing of them. */
	readonly brisk: readonly SettingKind[];
}

interface Position {
	/** The site's time of the last whole reading, epoch milliseconds. */
	readonly readAt: number;
	/** The newest record of the audit log then. */
	readonly audit: number;
}

/** Reads Jira's configuration. One that can't be read does not hold up the others. */
export async function* readSettings(
	site: AppSite,
	request: BackupRequest,
	run: {
		readonly kinds: SettingKinds;
		readonly siteTime: number;
		readonly spaces: readonly string[];
		readonly hidden: ReadonlySet<string>;
	},
): AsyncGenerator<Observation> {
	const { kinds, siteTime, hidden } = run;
	const before = positionOf(request.cursors[slowCursor]);
	const news = await whatChanged(site, before, request.signal);
	const rested = before === undefined || siteTime - before.readAt >= longestRest;
	const isDue = rested || news === undefined || news.newest > before.audit;
	const due = isDue ? [...kinds.slow, ...kinds.brisk] : kinds.brisk;
	let complete = true;
	const { once } = remembering();
	const tasks = due.map((kind) => () => readKind(site, kind, { request, spaces: run.spaces, whole: isDue, at: siteTime, once, hidden }));
	for await (const observations of readAhead(tasks, listsAhead)) {
		if (observations.some((one) => one.type === "failed")) complete = false;
		yield* observations;
	}
	if (isDue && complete) {
		const value: JsonValue = { readAt: siteTime, audit: news?.newest ?? before?.audit ?? 0 };
		yield { type: "cursor", name: slowCursor, value };
	}
}

function positionOf(cursor: JsonValue | undefined): Position | undefined {
	if (!isJsonObject(cursor) || typeof cursor.readAt !== "number" || typeof cursor.audit !== "number") return undefined;
	return { readAt: cursor.readAt, audit: cursor.audit };
}

interface Run {
	readonly request: BackupRequest;
	readonly spaces: readonly string[];
	readonly whole: boolean;
	readonly at: number;
	readonly once: Reading["once"];
	/** Ids of spaces that are there though the account may not look into them. */
	readonly hidden: ReadonlySet<string>;
}

async function readKind(
	site: AppSite,
	kind: SettingKind,
	{ request, spaces, whole, at, once, hidden }: Run,
): Promise<readonly Observation[]> {
	if (isOutOfReach(site, kind)) return [];
	const withheld: unknown[] = [];
	const reading: Reading = {
		client: site.client,
		whole,
		at,
		once,
		signal: request.signal,
		spaces: async () => spaces,
		known: (id, part) => request.known({ kind: kind.id, id }, part),
		withheld: (error) => withheld.push(error),
	};
	try {
		const records = await kind.read(reading);
		if (withheld.length > 0) return [...itemsOf(kind, records), notRead(kind, withheld[0], "all")];
		return observed(kind, records, whole, await stillHidden(kind, records, request, hidden));
	} catch (error) {
		if (endsReading(error) && !(kind.apart === true && isAppError(error, "site-unreachable"))) throw error;
		return [notRead(kind, error)];
	}
}

function itemsOf({ id: kind, parts = [] }: SettingKind, records: readonly SettingRecord[]): readonly Observation[] {
	return records.map((record): Observation => {
		return { type: "item", ref: { kind, id: record.id }, parts: record.parts, covers: record.covers ?? parts };
	});
}

/** Ids of things in spaces that the account may no longer look into: nobody says that they are gone. */
async function stillHidden(
	kind: SettingKind,
	records: readonly SettingRecord[],
	request: BackupRequest,
	hidden: ReadonlySet<string>,
): Promise<readonly string[]> {
	const named = new Set(records.map(({ id }) => id));
	const spaceOf = async (main: JsonObject) => {
		if (kind.id === spaceKind) return idAt(main, "id");
		const board = kind.boardOf?.(main);
		const place = board === undefined ? main : await request.known({ kind: "jira.board", id: board }, "");
		if (!isJsonObject(place)) return undefined;
		return board === undefined ? kind.facts?.(place, { url: "" }).space?.id : idAt(place, "location", "projectId");
	};
	const ids: string[] = [];
	for await (const id of hiddenIds(request, { kind: kind.id, hidden, isNamed: (one) => named.has(one), spaceOf })) ids.push(id);
	return ids;
}

function observed(kind: SettingKind, records: readonly SettingRecord[], whole: boolean, hidden: readonly string[]): readonly Observation[] {
	const items = itemsOf(kind, records);
	if (kind.allWhenWhole === true && !whole) return items;
	return [...items, { type: "census", kind: kind.id, ids: [...records.map((record) => record.id), ...hidden], last: true }];
}

/** What the credential may not see is a blind spot; everything else is a failure of this kind alone. */
function notRead(kind: SettingKind, error: unknown, which: "any" | "all" = "any"): Observation {
	if (isAppError(error, "site-refused") || isAppError(error, "scope-missing") || isAppError(error, "not-found")) {
		const reason = `The connection's account may not list ${which === "all" ? "all " : ""}${kind.names[1]}.`;
		const cause = error.code === "scope-missing" ? "scope" : "permission";
		return { type: "blind-spot", kind: kind.id, count: undefined, reason, cause };
	}
	return { type: "failed", kinds: [kind.id], error: error instanceof Error ? error : new Error("unknown", { cause: error }) };
}
