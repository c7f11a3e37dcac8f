import { isAppError } from "@skyeworx/core";
import type { BackupResult } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";

const workItem = "jira.work-item";
let bench: SiteBench;

beforeEach(async () => {
	bench = await siteBench(12, "hasty");
});
afterEach(async () => await bench.close());

describe("a backup of a site", () => {
	it.each([
		["POST", "/rest/api/3/search/jql"],
		["POST", "/rest/api/3/issue/bulkfetch"],
		["POST", "/rest/api/3/changelog/bulkfetch"],
		["GET", "/rest/api/3/field"],
		["GET", "/rest/api/3/project/search"],
		["GET", "/wiki/api/v2/pages"],
		["GET", "/wiki/api/v2/spaces"],
		["GET", "/wiki/api/v2/attachments"],
	])("whose %s %s answers something else loses nothing and never fails as if the fault were here", async (method, template) => {
		const first = await bench.backup();
		const before = await heldIds(first);
		const route = bench.simulator.router.routes.find((one) => one.method === method && one.template === template);
		if (route === undefined) throw new Error(`there is no ${method} ${template}`);
		const { handler } = route;
		const shapes = [
			null,
			[],
			"text",
			{ unexpected: true },
			{ issues: [null], results: [null], values: [null] },
			{ issues: [{}], results: [{}] },
		];
		for (const json of shapes) {
			Object.assign(route, { handler: () => ({ status: 200, json }) });
			const result = await bench.tryBackup().catch((error: unknown) => error);
			Object.assign(route, { handler });
			const said = isAppError(result) ? [result.code] : (result as BackupResult).descriptor.failures.map((failure) => failure.code);
			expect(said, JSON.stringify(json)).not.toContain("internal");
			if (!isAppError(result)) expect(await heldIds((result as BackupResult).snapshot.id), JSON.stringify(json)).toEqual(before);
			const after = await heldIds(await bench.backup());
			expect(after, JSON.stringify(json)).toEqual(before);
		}
	});
});

/** Ids of everything that a snapshot holds as still there, kind by kind. */
async function heldIds(snapshotId: number): Promise<Record<string, readonly string[]>> {
	const kinds = [workItem, "jira.space", "confluence.page", "confluence.space"];
	const ids = kinds.map(async (kind) => [kind, [...(await bench.items(kind, snapshotId)).keys()].toSorted()] as const);
	return Object.fromEntries(await Promise.all(ids));
}
