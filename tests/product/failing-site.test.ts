import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "@skyeworx/contract";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type DemoProcess, startDemo } from "../demo-process.ts";
import { adf, connectedSite, endedRun, type HostileSite, hostileSite, separateSimulator, tokenOf } from "../hostile-site.ts";

let demo: DemoProcess;
const sites: HostileSite[] = [];

beforeAll(async () => {
	demo = await startDemo({ seed: "empty" });
});
afterEach(async () => {
	for (const site of sites.splice(0)) await site.stop();
});
afterAll(async () => {
	await demo.stop();
});

async function connected(seed = 12): Promise<HostileSite> {
	const site = await hostileSite(demo.client, { seed });
	sites.push(site);
	return site;
}

function totalOf(run: Run, kind: string): number {
	return run.counts.find((one) => one.kind === kind)?.total ?? 0;
}

async function aWorkItem(site: HostileSite): Promise<string> {
	const { items } = await demo.client.searchSiteItems({ params: { siteId: site.siteId }, query: { kind: "jira.work-item", limit: 1 } });
	const [item] = items;
	if (item === undefined) throw new Error("the site has no work item");
	return item.ref.id;
}

describe("a backup of a site", () => {
	it("that vanishes in the middle fails with a hint, shows no snapshot, and the next one makes it whole", async () => {
		const [early, late] = await Promise.all([connected(), connected()]);
		await late.backUp();
		const before = await late.snapshots();
		late.simulator.faults.inject({ kind: "reset", after: 12, times: 1_000_000 });
		early.simulator.faults.inject({ kind: "unavailable", after: 12, times: 1_000_000 });
		const runs = await Promise.all([early.backUp(), late.backUp()]);
		for (const run of runs) {
			expect(run).toMatchObject({ status: "failed", snapshotId: null, error: { code: "site-unreachable" } });
			expect(run.error?.hint).toMatch(/next run goes on/);
		}
		expect(await early.snapshots()).toEqual([]);
		expect(await late.snapshots()).toEqual(before);
		const { attention } = await demo.client.getOverview();
		expect(attention.filter((entry) => entry.siteId === late.siteId).map((entry) => entry.code)).toContain("unreachable");
		for (const site of [early, late]) {
			site.simulator.faults.clear();
			const run = await site.backUp();
			expect(run).toMatchObject({ status: "succeeded", error: null });
			expect(totalOf(run, "jira.work-item")).toBe(12);
		}
		expect((await demo.client.getSite({ params: { siteId: late.siteId } })).status).toBe("connected");
	});

	it("that changes while it is read is whole in the next one", async () => {
		const site = await connected(60);
		const before = site.simulator.log.total;
		const { id } = await demo.client.createBackup({ params: { siteId: site.siteId } });
		const ids = [...site.simulator.state.jira.issues.keys()].map(String);
		let changes = 0;
		let ended = false;
		const running = endedRun(demo.client, id).finally(() => {
			ended = true;
		});
		while (!ended) {
			if (site.simulator.log.total > before) {
				const one = ids[changes % ids.length] ?? "";
				await site.call("PUT", `/rest/api/3/issue/${one}`, { fields: { summary: `Version ${changes}` } });
				await site.call("POST", `/rest/api/3/issue/${one}/comment`, { body: adf(`Comment ${changes}`) });
				changes += 1;
			}
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
		expect((await running).status).toBe("succeeded");
		expect(changes).toBeGreaterThan(3);
		expect((await site.backUp()).status).toBe("succeeded");
		for (const one of new Set(ids.slice(0, changes))) {
			const now = await site.call("GET", `/rest/api/3/issue/${one}?fields=summary,comment`);
			const kept = await keptIssue(site, one);
			const fields = now.fields as {
				readonly summary: string;
				readonly comment: { readonly comments: readonly { readonly id: string }[] };
			};
			expect(kept.summary).toBe(fields.summary);
			expect(kept.comments).toEqual(fields.comment.comments.map((comment) => comment.id));
		}
	});
});

async function keptIssue(site: HostileSite, id: string): Promise<{ readonly summary: string; readonly comments: readonly string[] }> {
	const ref = { siteId: site.siteId, kind: "jira.work-item", id };
	const { lastSnapshotId } = await demo.client.getItem({ params: ref });
	const { parts } = await demo.client.getItemVersion({ params: { ...ref, version: String(lastSnapshotId) } });
	const main = parts[""] as { readonly fields: { readonly summary: string } };
	return { summary: main.fields.summary, comments: ((parts.comments ?? []) as { readonly id: string }[]).map((comment) => comment.id) };
}

describe("a full disk", () => {
	it("ends the backup with a hint, keeps what was there readable, and is forgotten once there is room", async (test) => {
		const folder = join(demo.dataFolder, "vaults", "tiny");
		mkdirSync(folder, { recursive: true });
		try {
			execFileSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], { stdio: "pipe" });
		} catch {
			test.skip("a full disk needs the right to mount a small file system");
		}
		try {
			const simulator = await separateSimulator(12);
			const body = { url: simulator.url, connection: tokenOf(simulator), storage: { type: "folder" as const, folder } };
			const site = connectedSite(demo.client, simulator, await demo.client.createSite({ body }));
			sites.push(site);
			expect((await site.backUp()).status).toBe("succeeded");
			const snapshots = await site.snapshots();
			const id = await aWorkItem(site);
			const ballast = join(folder, "..", "tiny", "ballast");
			for (let megabyte = 0; megabyte < 6; megabyte++) fill(`${ballast}${megabyte}`);
			await site.call("POST", `/rest/api/3/issue/${id}/comment`, { body: adf("noise ".repeat(5000)) });
			await upload(site, id, 500_000);
			const full = await site.backUp();
			expect(full).toMatchObject({ status: "failed", snapshotId: null, error: { code: "store-full" } });
			expect(full.error?.hint).toBeTruthy();
			expect(await site.snapshots()).toEqual(snapshots);
			const verified = await verify(site);
			expect(verified.verification).toMatchObject({ ok: true, snapshots: snapshots.length });
			for (let megabyte = 0; megabyte < 6; megabyte++) rmSync(`${ballast}${megabyte}`, { force: true });
			expect((await site.backUp()).status).toBe("succeeded");
			expect((await verify(site)).verification).toMatchObject({ ok: true });
		} finally {
			execFileSync("umount", ["-l", folder]);
		}
	});
});

async function verify(site: HostileSite): Promise<Run> {
	const { id } = await demo.client.createVerification({ params: { siteId: site.siteId }, body: { level: "data" } });
	return await endedRun(demo.client, id);
}

function fill(path: string): void {
	try {
		writeFileSync(path, Buffer.alloc(1_000_000, 1));
	} catch {
		// Full is what it should be.
	}
}

async function upload(site: HostileSite, id: string, size: number): Promise<void> {
	const { email, apiToken } = site.simulator.site;
	const form = new FormData();
	form.set("file", new Blob([crypto.getRandomValues(new Uint8Array(60_000)), new Uint8Array(size)]), "noise.bin");
	const authorization = `Basic ${Buffer.from(`${email}:${apiToken}`).toString("base64")}`;
	const path = `${site.simulator.url}/rest/api/3/issue/${id}/attachments`;
	const response = await fetch(path, { method: "POST", headers: { authorization, "x-atlassian-token": "no-check" }, body: form });
	expect(response.status).toBe(200);
}

describe("the log", () => {
	it("says no secret and no stack of an expected failure", () => {
		const log = readFileSync(join(demo.dataFolder, "server.log"), "utf8");
		for (const line of log.split("\n")) expect(line).not.toMatch(/ATATT3x|skx_[A-Za-z0-9]|Basic [A-Za-z0-9+/]{20}/);
		expect(log).not.toContain("a job ended without an outcome");
	});
});
