import { expect, it, onTestFinished } from "vitest";
import { siteBench } from "../site-bench.ts";

it("queues and request types of a desk that stops showing them are not taken for deleted, and are told of", async () => {
	const bench = await siteBench(60, "hasty");
	onTestFinished(() => bench.close());
	const kept = async (snapshotId: number) => ({
		queues: [...(await bench.items("jsm.queue", snapshotId)).keys()],
		types: [...(await bench.items("jsm.request-type", snapshotId)).keys()],
	});
	const before = await kept(await bench.backup());
	expect(before.queues.length).toBeGreaterThan(0);
	expect(before.types.length).toBeGreaterThan(0);
	bench.simulator.faults.inject({
		kind: "forbidden",
		path: "/rest/servicedeskapi/servicedesk/[0-9]+/(queue|requesttype)",
		times: 1_000_000,
	});
	// A day later all settings are listed anew.
	await bench.wait(25 * 3_600_000);
	const { snapshot, descriptor } = await bench.tryBackup();
	expect(await kept(snapshot.id)).toEqual(before);
	const told = descriptor.blindSpots.map(({ reason }) => reason);
	expect(told).toContain("The connection's account may not list all queues.");
	expect(told).toContain("The connection's account may not list all request types.");
});
