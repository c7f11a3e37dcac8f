import { isDeepStrictEqual } from "node:util";
import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { memoryJournal, planRestore, type RestoreSelection, runRestore } from "@skyeworx/engine";
import { benchVault } from "./backup-bench.ts";
import type { Figure } from "./figure.ts";
import { writeJiraSpace } from "./jira-space-content.ts";
import { type SimulatedSite, startSimulatedSite } from "./simulated-site.ts";
import { writeSpace } from "./space-content.ts";

/** Writes per second that Atlassian publishes for one operation of a site, whoever calls it; the simulator refuses more. */
const perSecond: Readonly<Record<string, number>> = { POST: 100, PUT: 50 };

/** A space that is deleted for good and restored. */
interface Loss {
	/** `pages` */
	readonly what: string;
	readonly count: number;
	/** Kinds of the space and of what is in it. */
	readonly kinds: readonly [string, string];
	readonly space: {
		readonly id: string;
		/** Writes that no restore of it can do without, by operation. */
		readonly needed: Readonly<Record<string, number>>;
		/** What it looks like from outside. */
		outline(): Promise<readonly string[]>;
	};
	readonly deletion: string;
	readonly site: SimulatedSite;
}

/**
 * The write limit of a space: the shortest time in which Atlassian's published burst limits let through the writes that no restore of
 * it can do without: one for each page or work item, file, comment, set of labels, transition. The operation that needs most time sets
 * it, since each has a limit of its own.
 */
function writeLimitSeconds({ needed }: Loss["space"]): number {
	return Math.max(...Object.entries(needed).map(([operation, count]) => count / (perSecond[operation.split(" ")[0] ?? ""] ?? 50)));
}

/** A Confluence space of that many pages: hierarchy, order, files, comments and labels. */
export async function spaceFigures(pages: number): Promise<Figure[]> {
	return await onASite(async (site) => {
		const space = await writeSpace(site, pages);
		const deletion = `/wiki/rest/api/space/${space.key}`;
		return { what: "pages", count: pages, kinds: ["confluence.space", "confluence.page"], space, deletion, site };
	});
}

/** A Jira space of that many work items: hierarchy, descriptions, comments, statuses and links. */
export async function jiraSpaceFigures(items: number): Promise<Figure[]> {
	return await onASite(async (site) => {
		const space = await writeJiraSpace(site, items);
		const deletion = `/rest/api/3/project/${space.key}?enableUndo=false`;
		return { what: "work items", count: items, kinds: ["jira.space", "jira.work-item"], space, deletion, site };
	});
}

async function onASite(write: (site: SimulatedSite) => Promise<Loss>): Promise<Figure[]> {
	const site = await startSimulatedSite("small");
	try {
		return [await restoreFigure(await write(site))];
	} finally {
		await site.stop();
	}
}

/**
 * Deletes a space for good and restores it with the limits enforced. The time is that of the whole restore: checking the plan,
 * writing, reading every item and file back, the receipt.
 */
async function restoreFigure({ what, count, kinds, space, deletion, site }: Loss): Promise<Figure> {
	const bench = await benchVault();
	try {
		const outline = await space.outline();
		const { snapshot } = await bench.backup(site.connect());
		await site.call("DELETE", deletion);
		await site.call("POST", "/_simulator/clock/advance?ms=60000");
		await bench.backup(site.connect());
		await bench.follow(site.connect(), site.url);
		const selection: RestoreSelection[] = [{ ref: { kind: kinds[0], id: space.id }, snapshotId: snapshot.id }];
		const reader = await bench.vault.snapshot(snapshot.id);
		for await (const { kind, id, part } of reader.entries({ kind: kinds[1] })) {
			const inSpace = part === "" && bench.catalog.item({ kind, id })?.space?.id === space.id;
			if (inSpace) selection.push({ ref: { kind, id }, snapshotId: snapshot.id });
		}
		await site.call("PUT", "/_simulator/limits", { burst: { on: true }, issueWrites: { on: true } });
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
		await site.call("PUT", "/_simulator/limits", { burst: { on: false }, issueWrites: { on: false } });
		const same = isDeepStrictEqual(await space.outline(), outline);
		if (receipt.outcome !== "restored" || !same) throw new Error(`the space is ${receipt.outcome}; ${same ? "" : "it looks another way"}`);
		const limit = writeLimitSeconds(space);
		const told = Object.entries(phases).map(([phase, at]) => `${phase} from ${at.toFixed(0)} s`);
		return {
			name: `restore of a deleted space of ${count.toLocaleString("en")} ${what} beside the write limit`,
			value: limit / seconds,
			unit: "",
			limit: { sense: "at least", value: 0.6 },
			note: `${seconds.toFixed(1)} s where the limits of 100 POST and 50 PUT a second of each operation allow ${limit.toFixed(0)} s; ${requests - before.requests} requests, ${limited - before.limited} refused by a limit; ${told.join(", ")}`,
		};
	} finally {
		await bench.remove();
	}
}
