import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoProcess, startDemo } from "../demo-process.ts";
import { endedRestore, hostileSite } from "../hostile-site.ts";

let demo: DemoProcess;

beforeAll(async () => {
	demo = await startDemo({ seed: "empty" });
});
afterAll(async () => {
	await demo.stop();
});

describe("a restore whose site vanishes", () => {
	it("says so, is undone or done again by its user, and makes nothing twice", async () => {
		const site = await hostileSite(demo.client);
		const live = async () => {
			const query = { kind: "jira.work-item", state: "live" as const, limit: 1 };
			return await demo.client.searchSiteItems({ params: { siteId: site.siteId }, query });
		};
		await site.backUp();
		const before = await live();
		const id = before.items[0]?.ref.id ?? "";
		await site.call("DELETE", `/rest/api/3/issue/${id}?deleteSubtasks=true`);
		await site.backUp();
		const plan = await site.plan([id]);
		const { log, faults } = site.simulator;
		const add = log.add.bind(log);
		log.add = (entry) => {
			add(entry);
			if (entry.method === "POST" && entry.template === "/rest/api/3/issue") faults.takeDown("reset");
		};
		const failed = await site.carryOut(plan.id);
		expect(failed).toMatchObject({ status: "failed", error: { code: "site-unreachable" }, undoable: true });
		expect(failed.items.map((item) => item.outcome)).not.toContain("restored");
		log.add = add;
		faults.clear();
		await demo.client.undoRestore({ params: { restoreId: failed.id } });
		expect((await endedRestore(demo.client, failed.id)).status).toBe("undone");
		await site.backUp();
		expect((await live()).total.count).toBeLessThan(before.total.count);
		const again = await site.carryOut((await site.plan([id])).id);
		expect(again).toMatchObject({ status: "succeeded", totals: { restored: 1 } });
		await site.stop();
	});
});
