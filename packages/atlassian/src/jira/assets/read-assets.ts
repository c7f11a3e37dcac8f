import { type AppError, isAppError, isJsonObject, type JsonObject, type JsonValue, toAppError } from "@skyeworx/core";
import type { BackupRequest, Observation } from "@skyeworx/engine";
import type { AppFacts, AppSite } from "../../app-reader.ts";
import { textAt } from "../../record/json-access.ts";
import { remembering } from "../setting/reading.ts";
import type { Reading } from "../setting/setting-kind.ts";
import { assetObjectKind } from "./object/object-record.ts";
import { countObjects, fetchObjects, findObjects, idOf, observedObject } from "./object/read-objects.ts";
import { assetSchemaKind, assetSchemas, assetsReadScopes } from "./schema/asset-schema.ts";
import { listSchemas } from "./schema/read-schemas.ts";
import { type Assets, findWorkspace, workspaceOnce } from "./workspace.ts";

/** Name of the cursor of everything in Assets. */
const cursorName = "jsm.assets";

/** Everything is read anew after this long: no answer tells of schemas that changed. */
const longestRest = 24 * 3_600_000;

/** A connection that may not read Assets tries again after this long: somebody may have granted it. */
const gapRest = 3_600_000;

/** Reaches further back than the last reading: Assets' index takes a while, and its clock need not be ours. */
const overlap = 15 * 60_000;

type BlindSpot = Extract<Observation, { type: "blind-spot" }>;
type Gap = Pick<BlindSpot, "reason" | "cause">;

interface Position {
	/** The site's time of the last reading of everything, epoch milliseconds. */
	readonly wholeAt: number;
	/** The site's time of the last reading. */
	readonly readAt: number;
	readonly workspaceId?: string;
	/** Schemas that were read. */
	readonly schemas?: readonly string[];
	/** Why there was nothing to read. */
	readonly gap?: Gap;
}

/** What one reading of Assets stands on. */
interface Run {
	readonly site: AppSite;
	readonly request: BackupRequest;
	/** The site's time when the run began, epoch milliseconds. */
	readonly siteTime: number;
}

/**
 * Reads Assets: once a day everything, in between what was updated, after counting whether anything went. A site without Assets costs
 * one request a day. What fails here fails for Assets alone: it has an address and limits of its own.
 */
export async function* readAssets(run: Run): AsyncGenerator<Observation> {
	const { request, siteTime } = run;
	const before = positionOf(request.cursors[cursorName]);
	const rest = before?.gap === undefined || before.gap.cause === "plan" ? longestRest : gapRest;
	const rested = before === undefined || siteTime - before.wholeAt >= rest;
	if (!rested && before.gap !== undefined) {
		yield spot(before.gap);
		return;
	}
	try {
		yield* read(run, rested ? undefined : before);
	} catch (error) {
		if (isAppError(error, "cancelled")) throw error;
		const gap = gapOf(error);
		if (gap === undefined) {
			yield { type: "failed", kinds: [assetSchemaKind, assetObjectKind], error: toAppError(error) };
			return;
		}
		yield spot(gap);
		yield cursor({ wholeAt: siteTime, readAt: siteTime, gap });
	}
}

async function* read(run: Run, before: Position | undefined): AsyncGenerator<Observation> {
	const { site, request, siteTime } = run;
	if (before?.workspaceId !== undefined) {
		const assets = { client: site.client, workspaceId: before.workspaceId, signal: request.signal };
		const changed = await changesSince(run, assets, before);
		if (changed !== undefined) {
			yield* changed.map(observedObject);
			yield cursor({ ...before, readAt: siteTime });
			return;
		}
	}
	yield* readWhole(run);
}

/** What a connection may not read of Assets, found out before the first run: two requests. A site without any has no gap. */
export async function assetsGap(site: AppSite, signal: AbortSignal | undefined): Promise<AppFacts["gaps"][number] | undefined> {
	const { client } = site;
	try {
		const workspaceId = await findWorkspace(client, signal);
		if (workspaceId !== undefined) await listSchemas({ client, workspaceId, signal });
		return undefined;
	} catch (error) {
		if (isAppError(error, "cancelled")) throw error;
		// Whether the site has Assets at all is not known then; a backup says what it finds.
		const gap = gapOf(error);
		if (gap?.cause !== "scope") return undefined;
		return { kind: assetSchemaKind, reason: gap.reason, scope: isAppError(error, "scope-missing") };
	}
}

async function* readWhole({ site, request, siteTime }: Run): AsyncGenerator<Observation> {
	const { client } = site;
	const { signal } = request;
	const workspaceId = await findWorkspace(client, signal);
	if (workspaceId === undefined) {
		const gap: Gap = { reason: "Assets: the site has none, or its plan does not include it.", cause: "plan" };
		yield spot(gap);
		yield cursor({ wholeAt: siteTime, readAt: siteTime, gap });
		return;
	}
	const assets = { client, workspaceId, signal };
	const { once } = remembering();
	await once(workspaceOnce, async () => workspaceId);
	const reading: Reading = {
		client,
		signal,
		at: siteTime,
		whole: true,
		once,
		spaces: async () => [],
		known: (id, part) => request.known({ kind: assetSchemaKind, id }, part),
	};
	const schemas = await assetSchemas.read(reading);
	for (const { id, parts, covers = assetSchemas.parts ?? [] } of schemas) {
		yield { type: "item", ref: { kind: assetSchemaKind, id }, parts, covers };
	}
	const schemaIds = schemas.map(({ id }) => id);
	yield { type: "census", kind: assetSchemaKind, ids: schemaIds, last: true };
	yield* readAllObjects(request, assets, schemaIds);
	yield cursor({ wholeAt: siteTime, readAt: siteTime, workspaceId, schemas: schemaIds });
}

/** Reads every object, and asks once more for those that the vault holds and no page showed: pages move while they are read. */
async function* readAllObjects(request: BackupRequest, assets: Assets, schemas: readonly string[]): AsyncGenerator<Observation> {
	const seen = new Set<string>();
	for (const schemaId of schemas) {
		for await (const page of findObjects(assets, `objectSchemaId = ${schemaId}`)) {
			const fresh = page.filter((record) => !seen.has(idOf(record)));
			for (const record of fresh) seen.add(idOf(record));
			yield* fresh.map(observedObject);
			yield { type: "census", kind: assetObjectKind, ids: fresh.map(idOf), last: false };
		}
	}
	const unseen: string[] = [];
	for await (const id of request.knownIds(assetObjectKind)) if (!seen.has(id)) unseen.push(id);
	const there = await fetchObjects(assets, unseen);
	yield* there.map(observedObject);
	yield { type: "census", kind: assetObjectKind, ids: there.map(idOf), last: true };
}

/**
 * Objects updated since the last reading; undefined when everything has to be read: something went, or the search does not take the
 * question. Two requests where nothing happened.
 */
async function changesSince(run: Run, assets: Assets, before: Position): Promise<readonly JsonObject[] | undefined> {
	const minutes = Math.ceil((run.siteTime - before.readAt + overlap) / 60_000);
	const changed: JsonObject[] = [];
	try {
		for await (const page of findObjects(assets, `Updated > "now(-${minutes}m)"`)) changed.push(...page);
		const known = new Set(changed.map(idOf));
		for await (const id of run.request.knownIds(assetObjectKind)) known.add(id);
		const schemas = before.schemas ?? [];
		const all = schemas.length === 0 ? "Key IS NOT EMPTY" : `objectSchemaId IN (${schemas.join(", ")})`;
		return (await countObjects(assets, all)) === known.size ? changed : undefined;
	} catch (error) {
		if (isAppError(error, "site-refused") && error.facts?.status === 400) return undefined;
		throw error;
	}
}

/** What the connection may not read is a blind spot; what is wrong besides goes up. */
function gapOf(error: unknown): Gap | undefined {
	if (isAppError(error, "scope-missing")) {
		return { reason: `Assets: the grant lacks one or more of the scopes ${assetsReadScopes.join(", ")}.`, cause: "scope" };
	}
	// Jira itself takes the credential in this very run: it is Assets alone that does not.
	if (isAppError(error, "credential-rejected") && isOfAssets(error)) {
		return { reason: "Assets: it does not take this connection's credential; connect with OAuth and the cmdb scopes.", cause: "scope" };
	}
	const isFirst = isAppError(error) && firstQuestions.test(String(error.facts?.operation ?? ""));
	if (isFirst && (error.code === "site-refused" || error.code === "not-found")) {
		return { reason: "Assets: the site has none, or the connection's account may not see it.", cause: "permission" };
	}
	return undefined;
}

/** Refused here, Assets as a whole is refused; further on it is one thing that is gone meanwhile. */
const firstQuestions = /\/assets\/workspace$|\/objectschema\/list$/;

const isOfAssets = (error: AppError): boolean => String(error.facts?.operation ?? "").includes("/jsm/assets/");

function spot({ reason, cause }: Gap): BlindSpot {
	return { type: "blind-spot", kind: assetSchemaKind, count: undefined, reason, cause };
}

function cursor(position: Position): Observation {
	const { gap, schemas, ...rest } = position;
	const value: JsonValue = {
		...rest,
		...(gap === undefined ? {} : { gap: { ...gap } }),
		...(schemas === undefined ? {} : { schemas: [...schemas] }),
	};
	return { type: "cursor", name: cursorName, value };
}

const causes: readonly Gap["cause"][] = ["permission", "api", "plan", "scope"];

function positionOf(value: JsonValue | undefined): Position | undefined {
	if (!isJsonObject(value) || typeof value.wholeAt !== "number" || typeof value.readAt !== "number") return undefined;
	const { wholeAt, readAt, workspaceId, schemas, gap } = value;
	const cause = isJsonObject(gap) ? causes.find((one) => one === gap.cause) : undefined;
	return {
		wholeAt,
		readAt,
		...(typeof workspaceId === "string" ? { workspaceId } : {}),
		...(Array.isArray(schemas) ? { schemas: schemas.filter((id) => typeof id === "string") } : {}),
		...(isJsonObject(gap) && cause !== undefined ? { gap: { reason: textAt(gap, "reason") ?? "", cause } } : {}),
	};
}
