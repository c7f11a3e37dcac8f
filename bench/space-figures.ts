import { isDeepStrictEqual } from "node:util";
import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { memoryJournal, planRestore, type RestoreSelection, runRestore } from "@skyeworx/engine";
import { benchVault } from "./backup-bench.ts";
import type { Figure } from "./figure.ts";
import { startSimulatedSite } from "./simulated-site.ts";
import { type WrittenSpace, writeSpace } from "./space-content.ts";

/** Writes per second that Atlassian publishes for one operation of a site, whoever calls it; the simulator refuses more. */
const perSecond: Readonly<Record<string, number>> = { POST: 100, PUT: 50 };

/**
 * The write limit of a space: the shortest time in which Atlassian's published burst limits let through the writes that no restore of
 * it can do without: one for each page, file, comment and set of labels. The operation that needs most time sets it, since each has a
 * limit of its own.
 */
function writeLimitSeconds({ needed }: WrittenSpace): number {
	return Math.max(...Object.entries(needed).map(([operation, count]) => count / (perSecond[operation.split(" ")[0] ?? ""] ?? 50)));
}

const kinds = ["confluence.space", "confluence.page"] as const;

/**
 * Deletes a space of that many pages for good and restores it, hierarchy, order, files, comments and labels, with the limits
 * enforced. The time is that of the whole restore: checking the plan, writing, reading every page and file back, the receipt.
 */
export async function spaceFigures(pages: number): Promise<Figure[]> {
	const site = await startSimulatedSite("small");
	const bench = await benchVault();
	try {
		const space = await writeSpace(site, pages);
		const outline = await space.outline();
		const { snapshot } = await bench.backup(site.connect());
		await site.call("DELETE", `/wiki/rest/api/space/${space.key}`);
		await site.call("POST", "/_simulator/clock/advance?ms=60000");
		await bench.backup(site.connect());
		await bench.follow(site.connect(), site.url);
		const selection: RestoreSelection[] = [{ ref: { kind: kinds[0], id: space.id }, snapshotId: snapshot.id }];
		const reader = await bench.vault.snapshot(snapshot.id);
		for await (const { kind, id, part } of reader.entries({ kind: kinds[1] })) {
			const inSpace = part === "" && bench.catalog.item({ kind, id })?.space?.id === space.id;
			if (inSpace) selection.push({ ref: { kind, id }, snapshotId: snapshot.id });
		}
		await site.call("PUT", "/_simulator/limits", { burst: { on: true } });
		const connector = site.connect();
		const ports = { clock: systemClock, random: systemRandom, log: quietLog, ...bench, connector, journal: memoryJournal() };
		const plan = await planRestore(ports, selection, { target: { type: "in-place" }, ifExists: "overwrite" });
		const before = connector.usage();
		const start = performance.now();
		const phases: Record<string, number> = {};
		const onProgress = ({ phase }: { readonly phase: string }) => {
			phases[phase] ??= (performance.now() - start) / 1000;
		};
		const receipt = await runRestore(ports, { restoreId: "bench", plan, signal: new AbortController().signal, onProgress });
		const seconds = (performance.now() - start) / 1000;
		const { requests, limited } = connector.usage();
		await site.call("PUT", "/_simulator/limits", { burst: { on: false } });
		const same = isDeepStrictEqual(await space.outline(), outline);
		if (receipt.outcome !== "restored" || !same) throw new Error(`the space is ${receipt.outcome}; ${same ? "" : "its tree is another"}`);
		const limit = writeLimitSeconds(space);
		const told = Object.entries(phases).map(([phase, at]) => `${phase} from ${at.toFixed(0)} s`);
		return [
			{
				name: `restore of a deleted space of ${pages.toLocaleString("en")} pages beside the write limit`,
				value: limit / seconds,
				unit: "",
				limit: { sense: "at least", value: 0.6 },
				note: `${seconds.toFixed(1)} s where the limits of 100 POST and 50 PUT a second of each operation allow ${limit.toFixed(0)} s; ${requests - before.requests} requests, ${limited - before.limited} refused by a limit; ${told.join(", ")}`,
			},
		];
	} finally {
		await bench.remove();
		await site.stop();
	}
}
