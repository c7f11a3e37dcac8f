import type { BackupResult } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";

const workItem = "jira.work-item";
let bench: SiteBench;

beforeEach(async () => {
	bench = await siteBench(12, "hasty");
});
afterEach(async () => await bench.close());

function changes({ descriptor }: BackupResult): number {
	return Object.values(descriptor.counts).reduce((sum, one) => sum + one.created + one.changed + one.deleted, 0);
}

describe("a backup of a site", () => {
	it("that answers with errors, limits, cut and unreadable answers is complete all the same", async () => {
		const { faults } = bench.simulator;
		// Each kind has paths of its own: no request meets more failures than it is tried again after.
		for (const [kind, path] of [
			["server-error", "^/rest/api/3/search/jql|/comment"],
			["malformed", "^/wiki/api/v2/(pages|blogposts)"],
			["truncated", "^/rest/api/3/(field|status|priority)"],
			["reset", "^/wiki/api/v2/(spaces|footer-comments)|/rest/api/3/project"],
		] as const)
			faults.inject({ kind, path, times: 3 });
		for (const after of [4, 14, 24]) faults.inject({ kind: "rate-limited", after });
		faults.inject({ kind: "truncated", path: "/_media/file|/attachment/content|/download", times: 2 });
		const result = await bench.tryBackup();
		expect([result.outcome, result.descriptor.failures, result.descriptor.again]).toEqual(["complete", [], []]);
		expect(faults.pending).toBe(0);
		expect((await bench.items(workItem, result.snapshot.id)).size).toBe(12);
		expect(changes(await bench.tryBackup())).toBe(0);
	});

	it("that limits every request for a while waits as long as it is told, and goes on", async () => {
		bench.simulator.faults.inject({ kind: "rate-limited", times: 24, retryAfter: 5 });
		const result = await bench.tryBackup();
		expect(result.outcome).toBe("complete");
		expect(result.usage.limited).toBe(24);
	});

	it.each(["/rest/api/3/search/jql", "/rest/api/3/field", "/wiki/api/v2/pages", "/wiki/api/v2/footer-comments"])(
		"whose %s is never readable says so, takes nothing for deleted, and misses nothing the next time",
		async (path) => {
			const snapshot = await bench.backup();
			const before = (await bench.items(workItem, snapshot)).size;
			const issue = [...(await bench.items(workItem, snapshot)).keys()][0] ?? "";
			await bench.call("PUT", `/rest/api/3/issue/${issue}`, { fields: { summary: "Changed meanwhile" } });
			bench.simulator.faults.inject({ kind: "malformed", path, times: 1_000_000 });
			const result = await bench.tryBackup();
			expect(result.outcome).toBe("partial");
			expect(result.descriptor.failures.map((failure) => failure.code)).toContain("site-answer-malformed");
			expect(Object.values(result.descriptor.counts).map((one) => one.deleted)).not.toContain(1);
			expect((await bench.items(workItem, result.snapshot.id)).size).toBe(before);
			bench.simulator.faults.clear();
			const next = await bench.backup();
			expect(bench.field((await bench.items(workItem, next)).get(issue), "summary")).toBe("Changed meanwhile");
		},
	);

	it("whose search lags and forgets misses nothing in the end and takes nothing for deleted", async () => {
		const first = await bench.backup();
		const items = await bench.items(workItem, first);
		const { switches, clock } = bench.simulator.state;
		Object.assign(switches, { searchLagMs: 30_000, searchFlickerMs: 60_000 });
		const [id] = items.keys();
		await bench.call("PUT", `/rest/api/3/issue/${id}`, { fields: { summary: "Changed while search lags" } });
		const fields = { project: { key: "CORE" }, issuetype: { name: "Task" }, summary: "Created while search lags" };
		const made = await bench.post("/rest/api/3/issue", { fields });
		for (let time = 0; time < 4; time++) {
			expect((await bench.tryBackup()).descriptor.counts[workItem]?.deleted ?? 0).toBe(0);
			clock.advance(20_000);
		}
		clock.advance(60_000);
		const after = await bench.items(workItem, await bench.backup());
		expect(after.size).toBe(items.size + 1);
		expect(bench.field(after.get(id ?? ""), "summary")).toBe("Changed while search lags");
		expect(bench.field(after.get(String(made.id)), "summary")).toBe("Created while search lags");
	});
});
