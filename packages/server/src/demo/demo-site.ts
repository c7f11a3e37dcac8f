import type { Run } from "@skyeworx/contract";
import type { Principal } from "../access/principal.ts";
import { recordAudit } from "../audit/record.ts";
import { withOrganization } from "../data/database.ts";
import { readRun } from "../runs/read-runs.ts";
import { requestRun } from "../runs/request-run.ts";
import type { OpenPlatform } from "../server.ts";
import { connectSite } from "../sites/connect-site.ts";
import { loadSites } from "../sites/read-sites.ts";
import type { SimulatorProcess } from "./simulator-process.ts";

export interface DemoSite {
	readonly siteId: string;
	/** Set when the site was connected just now. */
	readonly recoveryKit: string | undefined;
}

/** Connects the simulated site on the first start; afterwards finds it, also when its port has changed. */
export async function ensureSite(platform: OpenPlatform, owner: Principal, simulator: SimulatorProcess): Promise<DemoSite> {
	const [first] = await loadSites(platform, owner);
	if (first === undefined) {
		const input = {
			name: "Northwind Labs (simulated)",
			url: simulator.url,
			connection: { type: "api-token" as const, email: simulator.email, token: simulator.apiToken },
		};
		const made = await connectSite(platform, owner, input);
		await recordStart(platform, owner, "site.create", { type: "site", id: made.siteId });
		return { siteId: made.siteId, recoveryKit: made.recoveryKit.text };
	}
	const siteId = first.row.id;
	if (first.row.url !== simulator.url) {
		await platform.sites.forget(owner.organizationId, siteId);
		await withOrganization(platform.database, owner.organizationId, async (scoped) => {
			await scoped.updateTable("sites").set({ url: simulator.url }).where("id", "=", siteId).execute();
			const address = JSON.stringify({ apiUrl: simulator.url });
			await scoped.updateTable("connections").set({ address }).where("site_id", "=", siteId).execute();
		});
	}
	return { siteId, recoveryKit: undefined };
}

async function recordStart(
	platform: OpenPlatform,
	owner: Principal,
	action: string,
	target: { readonly type: string; readonly id: string },
): Promise<void> {
	await recordAudit(platform, { organizationId: owner.organizationId, actor: owner.actor, action, target, outcome: "success" });
}

/** Whether the site still waits for its first backup. */
export async function needsFirstBackup(platform: OpenPlatform, owner: Principal, siteId: string): Promise<boolean> {
	const sites = await loadSites(platform, owner);
	return sites.find(({ row }) => row.id === siteId)?.row.last_good_at === null;
}

/** Takes (or goes on with) the first backup and calls back with each step until it has ended. */
export async function firstBackup(platform: OpenPlatform, owner: Principal, siteId: string, onProgress: (run: Run) => void): Promise<Run> {
	const requested = await requestRun(platform, owner, { siteId, type: "backup", trigger: "start" });
	await recordStart(platform, owner, "backup.run", { type: "run", id: requested.id });
	const ended = Promise.withResolvers<void>();
	const stop = platform.bus.subscribe(owner.organizationId, (event) => {
		if (event.type !== "run.progress" || event.runId !== requested.id) return;
		if (event.status === "queued" || event.status === "running")
			onProgress({ ...requested, status: event.status, progress: event.progress });
		else ended.resolve();
	});
	try {
		const now = await readRun(platform, owner, requested.id);
		if (now.finishedAt === null) await ended.promise;
		return await readRun(platform, owner, requested.id);
	} finally {
		stop();
	}
}
