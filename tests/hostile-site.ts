import type { Client, ConnectionInput, Restore, RestorePlan, Run, SiteCreated } from "@skyeworx/contract";
import type { JsonObject } from "@skyeworx/core";
import { type RunningSimulator, startSimulator } from "@skyeworx/simulator";

/** A simulated site of a test's own, connected to a running server; everything that can go wrong with it is in the test's hand. */
export interface HostileSite {
	readonly simulator: RunningSimulator;
	readonly siteId: string;
	/** What the server gave back when the site was connected. */
	readonly created: SiteCreated;
	/** Asks for a backup and waits until it has ended. */
	backUp(): Promise<Run>;
	plan(ids: readonly string[], options?: PlanOptions): Promise<RestorePlan>;
	/** Carries a plan out and waits until the restore has ended. */
	carryOut(planId: string): Promise<Restore>;
	/** Calls the site's REST API as its owner. @throws Error for any status above 299 */
	call(method: string, path: string, body?: unknown): Promise<JsonObject>;
	/** Ids of the snapshots that the server shows, oldest first. */
	snapshots(): Promise<readonly number[]>;
	stop(): Promise<void>;
}

interface PlanOptions {
	readonly kind?: string;
	readonly version?: number;
	readonly target?: RestorePlan["target"];
	readonly ifExists?: RestorePlan["ifExists"];
}

/** What connects a simulated site with its owner's API token. */
export function tokenOf({ site }: RunningSimulator): ConnectionInput {
	return { type: "api-token", email: site.email, token: site.apiToken };
}

/** What connects a simulated site with a grant: its owner's full one unless a refresh token is named. */
export function grantOf({ oauth, url, site }: RunningSimulator, refreshToken = oauth.refreshToken): ConnectionInput {
	const { clientId, clientSecret } = oauth;
	return { type: "oauth", clientId, clientSecret, refreshToken, authUrl: url, apiUrl: url, cloudId: site.cloudId };
}

/** Starts a simulated site that no other one is taken for: the seed alone would give each the same cloud id. */
export async function separateSimulator(seed: number | "empty"): Promise<RunningSimulator> {
	const simulator = await startSimulator({ seed });
	const cloudId = crypto.randomUUID();
	Object.assign(simulator.state, { cloudId });
	return { ...simulator, site: { ...simulator.site, cloudId } };
}

/** Starts a simulated site and connects it. */
export async function hostileSite(
	client: Client,
	options: { readonly seed?: number; readonly connection?: (simulator: RunningSimulator) => ConnectionInput } = {},
): Promise<HostileSite> {
	const simulator = await separateSimulator(options.seed ?? 12);
	const connection = (options.connection ?? tokenOf)(simulator);
	const created = await client.createSite({ body: { url: simulator.url, connection } });
	return connectedSite(client, simulator, created);
}

/** The handle of a site that is connected already. */
export function connectedSite(client: Client, simulator: RunningSimulator, created: SiteCreated): HostileSite {
	const siteId = created.site.id;
	const newest = async (kind: string, id: string) => (await client.getItem({ params: { siteId, kind, id } })).lastSnapshotId;
	return {
		simulator,
		siteId,
		created,
		async backUp() {
			const { id } = await client.createBackup({ params: { siteId } });
			return await endedRun(client, id);
		},
		async plan(ids, { kind = "jira.work-item", version, target, ifExists } = {}) {
			const items = await Promise.all(ids.map(async (id) => ({ kind, id, version: version ?? (await newest(kind, id)) })));
			return await client.createRestorePlan({
				params: { siteId },
				body: { items, ...(target !== undefined && { target }), ...(ifExists !== undefined && { ifExists }) },
			});
		},
		async carryOut(planId) {
			const { id } = await client.createRestore({ body: { planId } });
			return await endedRestore(client, id);
		},
		call: async (method, path, body) => await callSimulator(simulator, method, path, body),
		async snapshots() {
			const { items } = await client.listSnapshots({ params: { siteId } });
			return items.map((snapshot) => snapshot.id).toSorted((a, b) => a - b);
		},
		stop: async () => await simulator.stop(),
	};
}

/** Waits until a run has ended. */
export async function endedRun(client: Client, runId: string): Promise<Run> {
	for (;;) {
		const run = await client.getRun({ params: { runId } });
		if (run.finishedAt !== null) return run;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

/** Waits until a restore, or its undoing, has ended. */
export async function endedRestore(client: Client, restoreId: string): Promise<Restore> {
	for (;;) {
		const restore = await client.getRestore({ params: { restoreId } });
		if (!["queued", "running", "undoing"].includes(restore.status)) return restore;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

/** Calls a simulated site's REST API as its owner. @throws Error for any status above 299 */
async function callSimulator({ site, url }: RunningSimulator, method: string, path: string, body?: unknown): Promise<JsonObject> {
	const authorization = `Basic ${Buffer.from(`${site.email}:${site.apiToken}`).toString("base64")}`;
	const headers = { authorization, accept: "application/json", ...(body !== undefined && { "content-type": "application/json" }) };
	const response = await fetch(url + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
	const text = await response.text();
	if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
	return text === "" ? {} : (JSON.parse(text) as JsonObject);
}

/** A paragraph as Atlassian writes it. */
export function adf(text: string): JsonObject {
	return { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text }] }] };
}
