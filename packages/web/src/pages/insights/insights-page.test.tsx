// @vitest-environment jsdom
import type { Insights } from "@skyeworx/contract";
import { afterEach, expect, it } from "vitest";
import { siteId } from "../../stage/answers.fixture.ts";
import { Refusal, Stage } from "../../stage/stage.fixture.tsx";

const runId = "5d0cdb38-5b9b-4a0c-9c0a-3a4f6a2f9d10";
const quiet = {
	succeeded: 0,
	incomplete: 0,
	failed: 0,
	created: 0,
	changed: 0,
	deleted: 0,
	bytesAdded: 0,
	requests: 0,
	points: 0,
	sites: 1,
	sitesWithinPromise: 1,
};

function insights(change: Partial<Insights> = {}): Insights {
	return {
		at: "2026-11-22T10:30:00.000Z",
		days: [
			{
				...quiet,
				date: "2026-11-21",
				runs: 2,
				succeeded: 1,
				failed: 1,
				sitesWithinPromise: 0,
				created: 40,
				items: 40,
				storedBytes: 5e9,
				restores: 0,
				restoresFailed: 0,
			},
			{ ...quiet, date: "2026-11-22", runs: 1, succeeded: 1, deleted: 30, items: 10, storedBytes: 6e9, restores: 2, restoresFailed: 1 },
		],
		sites: [
			{
				siteId,
				name: "Northwind",
				promiseSeconds: 86_400,
				ageSeconds: 100_000,
				withinPromise: false,
				runs: 3,
				successRate: 0.9996,
				items: 10,
				storedBytes: 6e9,
				kinds: 38,
				kindsRead: 37,
				gaps: [{ kind: "jira.automation-rule", reason: "It needs an administrator's token" }],
				blindSpots: [{ kind: "confluence.page", count: 12, reason: "Restricted", cause: "permission" }],
			},
		],
		anomalies: [{ id: runId, siteId, runId, at: "2026-11-22T03:00:00.000Z", code: "mass-deletion", measured: 30, usual: 0.4 }],
		drills: [
			{
				runId,
				siteId,
				at: "2026-11-22T04:00:00.000Z",
				status: "incomplete",
				items: 10,
				restored: 9,
				faults: 1,
				score: 0.9996,
				time: { basis: "measured", secondsPerItem: 3, wholeSiteSeconds: 7200 },
			},
		],
		api: { requestsPerDay: 75, pointsPerDay: 569, pointsPerDayIn30Days: 600, storedBytesIn30Days: 9e9, pointsPerHourAllowed: 65_000 },
		...change,
	};
}

let stage: Stage | undefined;
afterEach(() => stage?.close());

it("says what is late, failed, unusual and not protected, and never rounds a failure away", async () => {
	stage = new Stage("/insights", { answers: { "GET /insights": insights() } });
	await stage.find("heading", "Unusual backups");
	const text = stage.text();
	for (const said of [
		"0 of 1",
		"1 site is late",
		"1 not wholly",
		"6.0 GB are stored; in 30 days it will be about 9.0 GB",
		"Many items gone",
		"37 of 38",
		"It needs an administrator's token",
		"The account may not see it",
		"Something failed (1)",
		"65,000 points an hour",
		"99.9%",
		"On 1 day not every site was within its promise when the day ended.",
		"2 h",
	]) {
		expect(text).toContain(said);
	}
	expect(text).not.toContain("100%");
	expect(stage.asked.find((one) => one.route === "GET /insights")?.query.get("days")).toBe("90");
	const changes = document.querySelector('[role=img][aria-label^="Changes:"]')?.getAttribute("aria-label");
	expect(changes).toBe("Changes: 40 items created, 0 changed, 30 gone; 1 day with something unusual.");
	const table = document.querySelector('table[aria-label="Changes"]');
	expect([...(table?.querySelectorAll("tbody tr") ?? [])].map((row) => row.textContent)).toEqual([
		"2026-11-220030Many items gone",
		"2026-11-210400—",
	]);
});

it("keeps the period and the site in the address, and gives the figures as a file", async () => {
	stage = new Stage(`/insights?days=30&site=${siteId}`, { answers: { "GET /insights": insights() } });
	const file = await stage.find("link", "Export CSV");
	const [head, first] = decodeURIComponent(file.href.slice(file.href.indexOf(",") + 1)).split("\r\n");
	expect(head).toMatch(/^date,runs,succeeded,/);
	expect(first).toBe("2026-11-21,2,1,0,1,40,0,0,40,5000000000,0,0,0,1,0,0,0");
	const query = stage.asked.find((one) => one.route === "GET /insights")?.query;
	expect([query?.get("days"), query?.get("siteId")]).toEqual(["30", siteId]);
});

it("says the next step when there is no site, and who can help when one may not see it", async () => {
	stage = new Stage("/insights", { answers: { "GET /insights": insights({ sites: [], anomalies: [], drills: [] }) } });
	await stage.find("link", "Connect a site");
	stage.close();
	const refusal = new Refusal({ status: 403, code: "not-permitted", detail: "You need the permission to see how backups are doing" });
	stage = new Stage("/insights", { answers: { "GET /insights": refusal } });
	await stage.until(() => stage?.text().includes("You may not see this") === true);
});
