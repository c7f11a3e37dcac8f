import { startDemo } from "../tests/demo-process.ts";
import type { Figure } from "./figure.ts";

/** Words, beginnings, two words, keys and phrases: what people type. */
const queries = [
	"login",
	"error",
	"quarterly report",
	"inv",
	"deploy fail",
	"customer data",
	"pay",
	"upgrade",
	'"release notes"',
	"a",
	"database migration",
	"zzzzz",
];

/** Runs the whole product with that many work items and measures search and memory. */
export async function scaleFigures(items: number): Promise<Figure[]> {
	const demo = await startDemo({ seed: String(items) });
	try {
		const { siteId, client } = demo;
		const times: number[] = [];
		let found = 0;
		for (let round = 0; round < 20; round += 1) {
			for (const q of queries) {
				const start = performance.now();
				const page = await client.searchSiteItems({ params: { siteId }, query: { q, limit: 25 } });
				times.push(performance.now() - start);
				found += page.total.count;
			}
		}
		const sorted = times.toSorted((a, b) => a - b);
		const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
		const held = Object.values((await client.searchSiteItems({ params: { siteId }, query: { limit: 1 } })).facets.kinds).reduce(
			(a, b) => a + b,
			0,
		);
		return [
			{
				name: `search at ${held.toLocaleString("en")} items: p95 over the API`,
				value: at(0.95),
				unit: "ms",
				limit: { sense: "at most", value: 50 },
				note: `${times.length} queries, median ${at(0.5).toFixed(1)} ms, ${found} hits counted`,
			},
			{
				name: `server and worker at ${held.toLocaleString("en")} items: peak memory`,
				value: demo.peakMemory(),
				unit: "MB",
				limit: { sense: "at most", value: 500 },
				note: "highest resident set since the start, first backup included",
			},
			{
				name: "first backup of that size, from start to ready",
				value: demo.readySeconds,
				unit: "s",
				note: "seeding the simulator included",
			},
		];
	} finally {
		await demo.stop();
	}
}
