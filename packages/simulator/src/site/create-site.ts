import { createAssetsState } from "../assets/state.ts";
import { createConfluenceState } from "../confluence/state.ts";
import { createJiraState } from "../jira/state.ts";
import { assetsWorkspace, seedAssets } from "../seed/assets-seed.ts";
import { seedConfluence } from "../seed/confluence-seed.ts";
import { seedJira } from "../seed/jira-seed.ts";
import { SimulatorClock } from "./clock.ts";
import { createGroups, createPeople } from "./people.ts";
import { SeededRandom } from "./random.ts";
import { IdCounters, type Site } from "./site.ts";
import { defaultSwitches, type Switches } from "./switches.ts";

/** How much is in a new site. */
export type SeedSize = "small" | "empty" | number;

/** Makes a site; the same seed size gives the same site (times are relative to the clock). */
export function createSite(options: {
	readonly seed: SeedSize;
	/** Pages in Confluence; as many as go with the work items when left out. */
	readonly pages?: number;
	/** Whether the plan has Assets; an empty site has none. */
	readonly assets?: boolean;
	readonly switches?: Partial<Switches>;
	readonly clock?: SimulatorClock;
}): Site {
	const items = options.seed === "small" ? 2000 : options.seed === "empty" ? 0 : options.seed;
	const random = new SeededRandom(20_261);
	const accounts = createPeople(random, 24);
	const owner = accounts.values().next().value;
	if (owner === undefined) throw new Error("a site needs people");
	const site: Site = {
		cloudId: random.uuid(),
		name: "northwind-labs",
		url: "http://127.0.0.1",
		owner,
		accounts,
		groups: createGroups(random, accounts),
		clock: options.clock ?? new SimulatorClock(),
		random,
		ids: new IdCounters(),
		switches: { ...defaultSwitches, ...options.switches },
		jira: createJiraState(),
		confluence: createConfluenceState(),
		assets: createAssetsState(items === 0 || options.assets === false ? undefined : assetsWorkspace),
	};
	seedJira(site, items);
	if (site.assets.workspaceId !== undefined) seedAssets(site);
	const pages = options.pages ?? (options.seed === "small" ? 400 : items === 0 ? 0 : Math.max(20, Math.round(items / 5)));
	if (pages > 0) seedConfluence(site, pages);
	return site;
}
