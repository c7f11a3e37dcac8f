import { expect, it } from "vitest";
import { siteBench } from "../site-bench.ts";
import { contentDeeds, workItemDeeds } from "./site-deeds.ts";
import { SequenceRun } from "./site-sequence.ts";
import { treeDeeds } from "./tree-deeds.ts";

/** Some deeds undo others and need what those made: comments before their deletion, the trash before the purge. */
const sorts = [
	["work items", workItemDeeds],
	["pages: texts, comments, files and their versions, labels, properties, restrictions, places", contentDeeds],
	["folders and their like, templates, spaces", treeDeeds],
] as const;

it.each(sorts)(
	"every sort of change is in the next backup: %s",
	async (_sort, deeds) => {
		const bench = await siteBench(10, "hasty");
		try {
			const run = new SequenceRun(bench, { thorough: true });
			expect(await run.backup()).toEqual([]);
			for (const [name, deed] of Object.entries(deeds)) {
				const before = JSON.stringify(bench.simulator.snapshotState());
				// The same number may pick an item that has nothing to take away.
				for (let by = 0; by < 400 && JSON.stringify(bench.simulator.snapshotState()) === before; by++) {
					await deed(bench, by, `${name}${by}`).catch((error: Error) => expect(error.message).toMatch(/: (400|403|404|409) /));
				}
				expect(JSON.stringify(bench.simulator.snapshotState()) === before, `${name} changed nothing`).toBe(false);
				expect(await run.backup(), name).toEqual([]);
			}
		} finally {
			await bench.close();
		}
	},
	180_000,
);
