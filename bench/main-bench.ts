import { type Figure, figureTable, keeps } from "./figure.ts";

/** `npm run bench [-- NAME...]`: measures and prints every figure beside its limit; names choose some of them. */
const benches: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
	requests: async () => (await import("./request-figures.ts")).requestFigures(10_000),
	throughput: async () => (await import("./throughput-figures.ts")).throughputFigures(10_000),
	"restore-one": async () => (await import("./restore-figures.ts")).restoreFigures(),
	catalog: async () => (await import("./catalog-search.ts")).run(),
	pages: async () => (await import("./page-figures.ts")).pageFigures(Number(process.env.SKYEWORX_BENCH_PAGES ?? 100_000)),
	space: async () => (await import("./space-figures.ts")).spaceFigures(Number(process.env.SKYEWORX_BENCH_SPACE ?? 2000)),
	"jira-space": async () => (await import("./space-figures.ts")).jiraSpaceFigures(Number(process.env.SKYEWORX_BENCH_ITEMS ?? 5000)),
	fleet: async () =>
		(await import("./fleet-figures.ts")).fleetFigures({
			sites: 1000,
			runs: 100_000,
			auditEntries: Number(process.env.SKYEWORX_BENCH_AUDIT ?? 1_000_000),
		}),
	scale: async () => (await import("./scale-figures.ts")).scaleFigures(100_000),
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in benches));
if (unknown.length > 0) {
	console.error(`No such figure: ${unknown.join(", ")}. There are: ${Object.keys(benches).join(", ")}.`);
	process.exit(2);
}
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(benches)) {
	if (chosen.length > 0 && !chosen.includes(name)) continue;
	console.error(`measuring ${name} ...`);
	figures.push(...(await measure()));
}
console.log(figureTable(figures));
process.exitCode = figures.every(keeps) ? 0 : 1;
