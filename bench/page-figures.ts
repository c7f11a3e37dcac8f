import { benchVault } from "./backup-bench.ts";
import type { Figure } from "./figure.ts";
import { startSimulatedSite } from "./simulated-site.ts";

const megabytes = (bytes: number): number => bytes / 1024 / 1024;
const seconds = (since: number): number => (performance.now() - since) / 1000;

/**
 * Backs up that many pages in this process and measures its memory: connector, vault, sealing thread and catalog, as a worker has them.
 * The simulated site is a process of its own.
 */
export async function pageFigures(pages: number): Promise<Figure[]> {
	const site = await startSimulatedSite(20, pages);
	const bench = await benchVault();
	try {
		const start = performance.now();
		const first = await bench.backup(site.connect());
		const taken = seconds(start);
		await bench.follow(site.connect(), site.url);
		const full = megabytes(process.resourceUsage().maxRSS * 1024);
		await site.resetRequests();
		const again = performance.now();
		await bench.backup(site.connect());
		const held = first.descriptor.counts["confluence.page"]?.created ?? 0;
		const counts = await site.requests();
		const requests = Object.entries(counts).reduce((sum, [operation, count]) => sum + (operation.includes("_simulator") ? 0 : count), 0);
		return [
			{
				name: `memory of a full backup of ${held.toLocaleString("en")} pages with their comments, versions and files`,
				value: full,
				unit: "MB",
				limit: { sense: "at most", value: 600 },
				note: `highest resident set of connector, vault and catalog, in ${taken.toFixed(0)} s`,
			},
			{
				name: "the same with an incremental backup after it, nothing changed",
				value: megabytes(process.resourceUsage().maxRSS * 1024),
				unit: "MB",
				limit: { sense: "at most", value: 600 },
				note: `${requests} requests in ${seconds(again).toFixed(0)} s`,
			},
		];
	} finally {
		await bench.remove();
		await site.stop();
	}
}
