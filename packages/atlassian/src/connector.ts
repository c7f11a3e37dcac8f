import { AppError, type AppName, type ItemRef, isAppError } from "@skyeworx/core";
import type { BackupRequest, Connector, ConnectorPorts, LiveItem, Observation, SiteFacts, VisibleSpace } from "@skyeworx/engine";
import { z } from "zod";
import type { AppReader, AppSite } from "./app-reader.ts";
import { openConfluence } from "./confluence/index.ts";
import { type ApiBudget, createHttpClient } from "./http/client.ts";
import type { Connection, CredentialStore } from "./http/connection.ts";
import type { HttpClient } from "./http/http-client.ts";
import { readAccount, readServer } from "./jira/context.ts";
import { openJira } from "./jira/index.ts";
import { merged } from "./merged.ts";
import { askGrantedScopes, grantedResources, namingScopes, scopeGap, scopesMissing } from "./missing-scopes.ts";

export interface OpenConnectorOptions {
	readonly connection: Connection;
	readonly credentials: CredentialStore;
	readonly ports: ConnectorPorts;
	/** Shares the points quota with other processes of the same app. */
	readonly budget?: ApiBudget;
	/** Calls at once; 8 by default. */
	readonly concurrency?: number;
	/** The apps that {@link Connector.read} reads; both by default. */
	readonly apps?: readonly ("jira" | "confluence")[];
}

/** Opens the engine's port to one site. Nothing is asked of the site before the first method is called. */
export function openConnector(options: OpenConnectorOptions): Connector {
	const client = createHttpClient(options);
	const siteUrl = options.connection.siteUrl.replace(/\/+$/, "");
	const site: AppSite = { client, ports: options.ports, siteUrl, credential: options.connection.type };
	const apps: Apps = { jira: openJira(site), confluence: openConfluence(site) };
	const readerOf = (ref: ItemRef): AppReader => (ref.kind.startsWith("confluence.") ? apps.confluence : apps.jira);
	return {
		kinds: [...apps.jira.kinds, ...apps.confluence.kinds],
		inspect: (signal) => inspect({ client, site, apps, connection: options.connection, signal }),
		read: (request) => readApps({ client, site, apps }, request, options.apps ?? ["jira", "confluence"]),
		async readLive(refs, signal) {
			const live: LiveItem[] = [];
			for (const [reader, asked] of Map.groupBy(refs, readerOf)) live.push(...(await reader.readLive(asked, signal)));
			return live;
		},
		visibleSpaces: (signal) => visibleSpaces(apps, signal),
		openLiveFile: (ref, fileId, signal) => readerOf(ref).openLiveFile(ref, fileId, signal),
		usage: () => client.usage(),
		close: () => client.close(),
	};
}

/** An app that is not there, or may not be listed, has none: the gaps say why. */
async function visibleSpaces({ jira, confluence }: Apps, signal: AbortSignal | undefined): Promise<readonly VisibleSpace[]> {
	const [ofJira, ofConfluence] = await Promise.all([optional(jira.visibleSpaces(signal)), optional(confluence.visibleSpaces(signal))]);
	return [
		...(ofJira ?? []).map((space) => ({ app: "jira" as const, ...space })),
		...(ofConfluence ?? []).map((space) => ({ app: "confluence" as const, ...space })),
	];
}

type Apps = Readonly<Record<"jira" | "confluence", AppReader>>;

interface Opened {
	readonly client: HttpClient;
	readonly site: AppSite;
	readonly apps: Apps;
}

/** Reads both apps side by side: they have limits of their own, and their answers take turns in keeping this process busy. */
function readApps(opened: Opened, request: BackupRequest, names: readonly (keyof Apps)[]): AsyncGenerator<Observation> {
	const { jira, confluence } = opened.apps;
	const pairs = { jira: { app: jira, other: confluence }, confluence: { app: confluence, other: jira } };
	return merged(names.map((name) => readApp(opened, request, pairs[name])));
}

/** One that is down does not keep the other from being protected. */
async function* readApp(
	opened: Opened,
	request: BackupRequest,
	{ app, other }: { readonly app: AppReader; readonly other: AppReader },
): AsyncGenerator<Observation> {
	try {
		for await (const observation of app.read(request)) yield await explained(opened, observation, request.signal);
	} catch (error) {
		if (!isAppError(error, "site-unreachable") || !(await answers(other, request.signal))) throw error;
		yield { type: "failed", kinds: app.kinds.map((kind) => kind.id), error };
	}
}

/** Whether an app is there; a site of which nothing answers has vanished as a whole. */
async function answers(app: AppReader, signal: AbortSignal | undefined): Promise<boolean> {
	try {
		return (await app.inspect(signal)).present;
	} catch (error) {
		if (isAppError(error, "site-unreachable")) return false;
		throw error;
	}
}

/** A missing scope is named: who connected the site has to know what to grant. */
async function explained({ client, site, apps }: Opened, observation: Observation, signal: AbortSignal | undefined): Promise<Observation> {
	if (observation.type !== "failed" || !isAppError(observation.error, "scope-missing")) return observation;
	const granted = site.credential === "oauth" ? await askGrantedScopes(client, signal) : undefined;
	const scopes = scopesMissing([...apps.jira.kinds, ...apps.confluence.kinds], observation.kinds, granted);
	return { ...observation, error: namingScopes(observation.error, scopes) };
}

interface GrantedSite {
	readonly id: string;
	readonly name: string;
	readonly scopes: ReadonlySet<string>;
}

interface Inspection {
	readonly client: HttpClient;
	readonly site: AppSite;
	readonly apps: Apps;
	readonly connection: Connection;
	readonly signal: AbortSignal | undefined;
}

/** An OAuth grant may be for other sites than this one: said before anything else fails for it. */
async function grantedSite(inspection: Inspection): Promise<GrantedSite | undefined> {
	const { client, connection, signal } = inspection;
	if (connection.type !== "oauth") return undefined;
	const granted = await client.read({ method: "GET", path: "/oauth/token/accessible-resources", signal }, grantedResources);
	const wanted = connection.siteUrl.replace(/\/+$/, "").toLowerCase();
	const found = granted.find((one) => one.id === connection.cloudId) ?? granted.find((one) => one.url.toLowerCase() === wanted);
	if (found === undefined) {
		throw new AppError("credential-rejected", "The grant does not cover this site", {
			hint: "Connect again and choose this site on Atlassian's page.",
		});
	}
	return { ...found, scopes: new Set(granted.filter((one) => one.id === found.id).flatMap((one) => one.scopes)) };
}

async function inspect(inspection: Inspection): Promise<SiteFacts> {
	const { apps, site, signal } = inspection;
	const granted = await grantedSite(inspection);
	// First of all: at an address that is no Atlassian site every other answer means nothing.
	const cloudId = granted?.id ?? inspection.connection.cloudId ?? (await inspection.client.cloudId(signal));
	const [account, server, jira, confluence] = await Promise.all([
		optional(readAccount(site, signal)),
		optional(readServer(site, signal)),
		apps.jira.inspect(signal),
		apps.confluence.inspect(signal),
	]);
	const kinds = [...apps.jira.kinds, ...apps.confluence.kinds];
	const found: AppName[] = [];
	if (jira.present) found.push("jira");
	if (jira.present && (await hasServiceDesks(inspection))) found.push("jsm");
	if (confluence.present) found.push("confluence");
	return {
		cloudId,
		url: site.siteUrl,
		name: granted?.name || server?.title || new URL(site.siteUrl).host,
		timeZone: account?.timeZone ?? "UTC",
		apps: found,
		account: { id: account?.accountId ?? "", name: account?.displayName ?? "" },
		...(granted !== undefined && { scopes: [...granted.scopes].sort() }),
		gaps: [...jira.gaps, ...confluence.gaps].map(({ kind, reason, scope }) => ({
			kind,
			reason: scope === true ? scopeGap(scopesMissing(kinds, [kind], granted?.scopes)) : reason,
		})),
	};
}

const projectPage = z.object({ values: z.array(z.unknown()) });

async function hasServiceDesks({ client, signal }: Inspection): Promise<boolean> {
	const query = { typeKey: "service_desk", maxResults: 1 };
	const page = await optional(client.read({ method: "GET", path: "/rest/api/3/project/search", query, signal }, projectPage));
	return page !== undefined && page.values.length > 0;
}

/** A site without Jira, or a grant without its scopes, is still a site. */
async function optional<T>(work: Promise<T>): Promise<T | undefined> {
	try {
		return await work;
	} catch (error) {
		if (["scope-missing", "site-refused", "not-found"].some((code) => isAppError(error, code as "not-found"))) return undefined;
		throw error;
	}
}
