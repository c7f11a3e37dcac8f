import { deserialize, serialize } from "node:v8";
import { type AssetsState, createAssetsState } from "../assets/state.ts";
import type { Credentials, SavedCredentials } from "../auth/credentials.ts";
import { ConfluenceState, type SavedConfluence } from "../confluence/state.ts";
import { type Settings, withAllSorts } from "../jira/model/settings.ts";
import { createJiraState, type JiraState } from "../jira/state.ts";
import { bodyWriter } from "../seed/jira-seed.ts";
import type { Account, Group } from "./accounts.ts";
import { SimulatorClock } from "./clock.ts";
import { SeededRandom } from "./random.ts";
import { IdCounters, type Site } from "./site.ts";
import type { Switches } from "./switches.ts";

const format = 1;

interface SavedSite {
	readonly format: number;
	readonly cloudId: string;
	readonly name: string;
	readonly ownerId: string;
	readonly accounts: Map<string, Account>;
	readonly groups: Map<string, Group>;
	/** How far the site's clock is ahead of the real one. */
	readonly clockOffset: number;
	readonly random: number;
	readonly ids: Map<string, number>;
	readonly switches: Switches;
	readonly jira: Record<string, unknown>;
	readonly confluence: SavedConfluence;
	/** Missing in files of before there was any. */
	readonly assets?: AssetsState;
	readonly credentials: SavedCredentials;
}

/** Parts of Jira that are made anew when a site is loaded. */
const notSaved: ReadonlySet<string> = new Set(["writeBody", "pristine", "index", "revision", "issues"]);

/** Writes the whole site with its credentials as bytes; seeded bodies that nobody changed are left out and written again when read. */
export function packSite(site: Site, credentials: Credentials): Buffer {
	const { jira } = site;
	const issues = new Map([...jira.issues].map(([id, issue]) => [id, jira.pristine.has(id) ? { ...issue, body: undefined } : issue]));
	const saved: SavedSite = {
		format,
		cloudId: site.cloudId,
		name: site.name,
		ownerId: site.owner.accountId,
		accounts: site.accounts,
		groups: site.groups,
		clockOffset: site.clock.offset,
		random: site.random.state,
		ids: site.ids.all(),
		switches: site.switches,
		jira: { ...Object.fromEntries(Object.entries(jira).filter(([name]) => !notSaved.has(name))), issues },
		confluence: site.confluence.collections(),
		assets: site.assets,
		credentials: credentials.save(),
	};
	return serialize(saved);
}

/** Reads what `packSite` wrote. @throws Error when the bytes are something else */
export function unpackSite(bytes: Uint8Array): { readonly site: Site; readonly credentials: SavedCredentials } {
	const saved = deserialize(bytes) as SavedSite;
	if (saved?.format !== format) throw new Error("it was written by another version of the simulator");
	const owner = saved.accounts.get(saved.ownerId);
	if (owner === undefined) throw new Error("its owner is missing");
	const site: Site = {
		cloudId: saved.cloudId,
		name: saved.name,
		url: "http://127.0.0.1",
		owner,
		accounts: saved.accounts,
		groups: saved.groups,
		clock: new SimulatorClock({ offset: saved.clockOffset }),
		random: SeededRandom.from(saved.random),
		ids: IdCounters.from(saved.ids),
		switches: saved.switches,
		jira: Object.assign(createJiraState(), saved.jira, { settings: withAllSorts(saved.jira.settings as Settings) }) as JiraState,
		confluence: ConfluenceState.from(saved.confluence),
		assets: saved.assets ?? createAssetsState(undefined),
	};
	site.jira.writeBody = bodyWriter(site);
	return { site, credentials: saved.credentials };
}
