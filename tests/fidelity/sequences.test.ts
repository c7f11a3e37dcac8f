import fc from "fast-check";
import { expect, it } from "vitest";
import { runSequence, sequences } from "./site-sequence.ts";

// So many however slow the machine is: a limit of time would fail where not even the first ends within it. The long suite runs 1,000.
it("whatever people do, snapshots are the site, and restored items are their snapshot", async () => {
	const law = fc.asyncProperty(sequences(12), async (steps) => {
		expect(await runSequence(steps)).toEqual([]);
	});
	await fc.assert(law, { numRuns: 14, seed: 20_261_122, endOnFailure: true });
}, 600_000);

it("a link that came and went between two backups is no difference", async () => {
	const edit = { do: "deed", name: "editSummary", by: 0 } as const;
	const link = { do: "deed", name: "link", by: 9990 } as const;
	expect(await runSequence([link, { do: "deed", name: "deleteItem", by: 0 }, edit, edit])).toEqual([]);
});

it("requests come back from whatever customers and agents do to them", async () => {
	const deed = (name: string, by: number) => ({ do: "deed", name, by }) as const;
	const restore = { do: "restore", snapshot: 1, choice: { what: "everything" } } as const;
	const talk = [deed("takePart", 7), deed("noteInternally", 0), deed("answerCustomer", 0), deed("takePart", 21)];
	const steps = [
		...talk,
		{ do: "backup" } as const,
		deed("leaveRequest", 0),
		deed("noteInternally", 1),
		deed("takePart", 35),
		restore,
		...talk,
	];
	expect(await runSequence(steps)).toEqual([]);
});
