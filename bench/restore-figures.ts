import { type DemoProcess, startDemo } from "../tests/demo-process.ts";
import type { Figure } from "./figure.ts";

const rounds = 5;

/** Times what a person waits for: from the click on Restore to the receipt, over the real API of the real process. */
export async function restoreFigures(): Promise<Figure[]> {
	const demo = await startDemo();
	try {
		const times: { plan: number; restore: number }[] = [];
		for (let round = 0; round < rounds; round += 1) times.push(await restoreOne(demo, round));
		const restore = Math.max(...times.map((time) => time.restore));
		const plan = Math.max(...times.map((time) => time.plan));
		return [
			{
				name: "npm start: seconds to ready, first backup included",
				value: demo.readySeconds,
				unit: "s",
				limit: { sense: "at most", value: 60 },
				note: "new data folder",
			},
			{
				name: "one work item: click on Restore to receipt",
				value: restore,
				unit: "s",
				limit: { sense: "at most", value: 2 },
				note: `slowest of ${rounds}`,
			},
			{ name: "one work item: making the plan before it", value: plan, unit: "s", note: `slowest of ${rounds}` },
		];
	} finally {
		await demo.stop();
	}
}

async function restoreOne({ client, siteId }: DemoProcess, round: number): Promise<{ plan: number; restore: number }> {
	const page = await client.searchSiteItems({ params: { siteId }, query: { kind: "jira.work-item", order: "key", limit: rounds } });
	const hit = page.items[round];
	if (hit === undefined) throw new Error("too few work items");
	const start = performance.now();
	const items = [{ ...hit.ref, version: hit.lastSnapshotId }];
	const plan = await client.createRestorePlan({ params: { siteId }, body: { items, target: { type: "copy" } } });
	const planned = performance.now();
	let restore = await client.createRestore({ body: { planId: plan.id } });
	while (restore.finishedAt === null) {
		await new Promise((resolve) => setTimeout(resolve, 20));
		restore = await client.getRestore({ params: { restoreId: restore.id } });
	}
	if (restore.status !== "succeeded") throw new Error(`the restore is ${restore.status}: ${restore.error?.detail ?? ""}`);
	await client.getRestoreReceipt({ params: { restoreId: restore.id } });
	return { plan: (planned - start) / 1000, restore: (performance.now() - planned) / 1000 };
}
