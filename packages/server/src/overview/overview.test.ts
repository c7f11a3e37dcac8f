import { rmSync } from "node:fs";
import type { OverviewSite, Run } from "@skyeworx/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { ageText, attentionOf, sentences } from "./attention.ts";
import { stripOf, stripStart } from "./strip.ts";

const now = new Date("2026-11-22T09:30:00Z");

describe("the 30-day strip", () => {
	it("ends today, begins 29 days before, and a day is as good as its best run", () => {
		const at = (text: string) => new Date(text);
		const strip = stripOf(
			[
				{ at: at("2026-11-22T00:00:00Z"), status: "failed" },
				{ at: at("2026-11-22T08:00:00Z"), status: "succeeded" },
				{ at: at("2026-11-21T23:59:59Z"), status: "incomplete" },
				{ at: at("2026-11-20T10:00:00Z"), status: "cancelled" },
			],
			now,
		);
		expect(strip).toHaveLength(30);
		expect(strip[0]?.date).toBe(stripStart(now).toISOString().slice(0, 10));
		expect(strip.slice(-4)).toEqual([
			{ date: "2026-11-19", outcome: "none", runs: 0 },
			{ date: "2026-11-20", outcome: "failed", runs: 1 },
			{ date: "2026-11-21", outcome: "incomplete", runs: 1 },
			{ date: "2026-11-22", outcome: "good", runs: 2 },
		]);
	});
});

function site(changes: Partial<OverviewSite>): OverviewSite {
	return {
		id: "0b8f4e8e-0d0a-4a53-9f0f-5a9a3a3f4a11",
		name: "Acme",
		url: "https://acme.atlassian.net",
		status: "connected",
		apps: ["jira"],
		timeZone: "UTC",
		createdAt: now.toISOString(),
		promiseSeconds: 86_400,
		lastGood: { snapshotId: 5, at: now.toISOString() },
		withinPromise: true,
		runningRunId: null,
		storage: { type: "folder", description: "" },
		ageSeconds: 60,
		strip: [],
		items: 1000,
		deletedItems: 0,
		storedBytes: 0,
		...changes,
	};
}

const plural = (kind: string) => ({ "jira.priority": "priorities", "jira.status": "statuses" })[kind] ?? `${kind}s`;

function run(deleted: number): Run {
	const counts = [{ kind: "jira.work-item", total: 1000 - deleted, created: 0, changed: 0, deleted, unreadable: 0 }];
	return { id: "r", status: "succeeded", counts, blindSpots: [], failedKinds: [], snapshotId: 5, error: null } as unknown as Run;
}

const codes = (changes: Partial<OverviewSite>, lastRun?: Run) =>
	attentionOf([{ site: site(changes), problem: null, lastRun, opened: true, settingUp: false, damaged: 0, warnings: [] }], plural).map(
		(entry) => entry.code,
	);

describe("what needs attention", () => {
	it("is nothing when all is well", () => {
		expect(codes({}, run(0))).toEqual([]);
	});

	it("is a late backup, unless one is running or the site is paused", () => {
		const late = { withinPromise: false, ageSeconds: 100_000 };
		expect(codes(late)).toEqual(["late"]);
		expect(codes({ ...late, runningRunId: "x" })).toEqual([]);
		expect(codes({ ...late, status: "paused" })).toEqual([]);
		expect(codes({ withinPromise: false, lastGood: null, ageSeconds: null })).toEqual(["never-backed-up"]);
	});

	it("is many deletions, measured against what was there", () => {
		expect(codes({ items: 951 }, run(49))).toEqual([]);
		expect(codes({ items: 950 }, run(50))).toEqual(["unusual-deletions"]);
		expect(codes({ items: 10 }, run(19))).toEqual([]);
		expect(codes({ items: 0 }, run(20))).toEqual(["unusual-deletions"]);
	});

	it("is a damaged vault, and a credential that will not do for long", () => {
		const found = attentionOf(
			[{ site: site({}), problem: null, lastRun: run(0), opened: true, settingUp: false, damaged: 2, warnings: ["It ends soon"] }],
			plural,
		);
		expect(found.map(({ severity, code, detail }) => [severity, code, detail.slice(0, 13)])).toEqual([
			["critical", "damaged", "2 objects can"],
			["warning", "credential-soon", "It ends soon."],
		]);
	});

	it("puts the worst first", () => {
		const failing = { ...run(50), status: "failed" as const };
		const entries = attentionOf(
			[
				{ site: site({ items: 950 }), problem: null, lastRun: run(50), opened: true, settingUp: false, damaged: 0, warnings: [] },
				{ site: site({ withinPromise: false }), problem: null, lastRun: failing, opened: true, settingUp: false, damaged: 0, warnings: [] },
			],
			plural,
		);
		expect(entries.map((entry) => entry.severity)).toEqual(["critical", "warning", "warning"]);
	});
});

describe("what is said of a site", () => {
	it("is whole sentences, one after the other", () => {
		expect(sentences(["Some issues are hidden: Jira does not count them.", " Pages can’t be seen", ""])).toBe(
			"Some issues are hidden: Jira does not count them. Pages can’t be seen.",
		);
	});

	it("names kinds that failed as people do", () => {
		const error = { code: "site-unreachable", detail: "The site did not answer", hint: null };
		const lastRun: Run = { ...run(0), status: "incomplete", failedKinds: [{ kinds: ["jira.priority", "jira.status"], error }] };
		const [entry] = attentionOf(
			[{ site: site({}), problem: null, lastRun, opened: true, settingUp: false, damaged: 0, warnings: [] }],
			plural,
		);
		expect(entry?.detail).toBe("priorities, statuses: The site did not answer.");
	});
});

describe("ages", () => {
	it.each([
		[30, "under a minute"],
		[60, "1 minute"],
		[7199, "1 hour"],
		[86_400, "1 day"],
		[200_000, "2 days"],
	])("%s seconds are %s", (seconds, text) => {
		expect(ageText(seconds)).toBe(text);
	});
});

describe("the overview", () => {
	const server = new TestServer();
	let home: TestOrganization;

	beforeAll(async () => {
		await server.start();
		home = await server.organization("Home");
	});
	afterAll(async () => await server.close());

	it("is still there when a vault is not, and says so", async () => {
		expect((await home.client.getOverview()).health).toEqual({ level: "empty", sentence: "No site is connected yet." });
		server.site.pages.set("1", { title: "Plan", body: "text" });
		const siteId = await server.connect(home);
		await server.backUp(home.client, siteId);
		const { storage } = await home.client.getSite({ params: { siteId } });
		await server.platform.sites.forget(home.organizationId, siteId);
		rmSync(storage.description, { recursive: true });
		const overview = await home.client.getOverview();
		expect(overview.health.level).toBe("critical");
		expect(overview.attention.map((entry) => entry.code)).toEqual(["vault"]);
		expect((await home.client.getSite({ params: { siteId } })).connection.problem).not.toBeNull();
		expect((await home.client.searchItems({ query: { q: "plan" } })).items).toEqual([]);
	});

	it("ends live streams when the server stops", async () => {
		const { client } = home;
		const ended = (async () => {
			for await (const _event of client.listen());
			return "ended";
		})().catch(() => "cut");
		await expect.poll(async () => (await client.getHealth()).status).toBe("ok");
		await server.stopServer();
		expect(["ended", "cut"]).toContain(await ended);
		await server.start();
	});
});
