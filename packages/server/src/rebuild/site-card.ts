import { AppError, toAppError } from "@skyeworx/core";
import type { Store } from "@skyeworx/vault";
import { sql } from "kysely";
import { z } from "zod";
import type { CheckpointPorts } from "../audit/checkpoints.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { StoredRow } from "../data/stored-rows.ts";
import { type Sealer, sealerOf } from "../keys/organization-keys.ts";
import type { KeptFacts } from "../sites/site-facts.ts";
import type { SiteRuntime, SiteRuntimes } from "../sites/site-runtimes.ts";
import { storeOfSite } from "../storage/site-store.ts";
import { holdPlace, loadUpkeep } from "../upkeep/upkeep-row.ts";

/** Where cards lie in a site's store, beside its vault. */
export const cardFolder = "control/";
/** What the key is for that the vault gives. */
export const cardPurpose = "site-card";

const base64 = z.base64().max(5_000_000);
const card = z.object({
	format: z.literal("skyeworx-site-card/1"),
	at: z.iso.datetime(),
	organization: z.uuid(),
	site: z.uuid(),
	/** The organization's key, sealed with the server's master key. */
	organizationKey: base64,
	/** {@link ServerPart}, sealed with the organization's key. */
	forServer: base64,
	/** {@link VaultPart}, sealed with a key that only the opened vault gives. */
	forVault: base64,
});
export type SiteCard = z.infer<typeof card>;

/** The tables whose rows make a site, in the order in which they refer to each other. */
const tables = [
	"organizations",
	"stores",
	"key_services",
	"storage_choices",
	"sites",
	"connections",
	"site_keys",
	"site_policies",
	"site_upkeep",
	"drill_rules",
] as const;
type CardTable = (typeof tables)[number];
/** All of the organization's rows go along: each site's vault says by itself how its store and key are entered. */
const overall: ReadonlySet<CardTable> = new Set(["organizations", "stores", "key_services", "storage_choices"]);

/** For a server that has the master key: everything as it was, secrets still sealed. */
export interface ServerPart {
	/** Cards of an older version lack some. */
	readonly rows: Readonly<Partial<Record<CardTable, readonly StoredRow[]>>>;
}

/** For whoever opens the vault with its recovery kit: what is no secret to the one who can read the backups. No key of anything else. */
export interface VaultPart {
	readonly organizationName: string;
	readonly name: string;
	readonly facts: KeptFacts;
	readonly site: StoredRow;
	readonly connection: { readonly type: string; readonly address: unknown };
	readonly policies: readonly StoredRow[];
	/** The site's store without what opens it, where it is a bucket or container. */
	readonly stores?: readonly StoredRow[];
	/** What the organization and the site were ruled by. Cards of an older version lack it. */
	readonly rules?: KeptRules;
}

/** Rules that only people can make again. */
export interface KeptRules {
	/** What needs a second person. */
	readonly approvals: readonly string[];
	/** Rows without what is sealed. */
	readonly upkeep: readonly StoredRow[];
	/** For what the whole site is held. */
	readonly hold: string | null;
	readonly drills: readonly StoredRow[];
}

/** Names the place that a part is bound to. */
export function cardPlace(part: "server" | "vault", { organization, site }: Pick<SiteCard, "organization" | "site">): string {
	return `site-card/${part}/${organization}/${site}`;
}

interface CardPorts extends CheckpointPorts {
	readonly sites: SiteRuntimes;
}

/**
 * Writes beside a site's vault what is needed to make the site again when the database is lost. Called after each backup and each
 * change of a rule; what goes wrong here must not spoil these.
 * @see docs/rebuild.md
 */
export async function keepSiteCard(ports: CardPorts, organizationId: string, siteId: string): Promise<void> {
	try {
		const runtime = await ports.sites.open(organizationId, siteId);
		const sealer = await ports.keys.sealer(organizationId);
		const made = await withOrganization(ports.database, organizationId, async (scoped) => ({
			card: await makeCard(scoped, { sealer, runtime, at: ports.clock.now() }),
			store: await storeOfSite(ports, scoped, siteId),
		}));
		if (made.store !== undefined) await writeCard(made.store, made.card);
	} catch (error) {
		ports.log.warn("a site's card could not be written into its store", { site: siteId, code: toAppError(error).code });
	}
}

interface Making {
	readonly sealer: Sealer;
	readonly runtime: SiteRuntime;
	readonly at: Date;
}

async function makeCard(scoped: Scoped, { sealer, runtime, at }: Making): Promise<SiteCard> {
	const { organizationId, siteId, vault } = runtime;
	const rows = {} as Record<CardTable, StoredRow[]>;
	for (const table of tables) rows[table] = await rowsOf(scoped, table, siteId);
	const site = await scoped.selectFrom("sites").select(["sealed_name", "sealed_facts"]).where("id", "=", siteId).executeTakeFirstOrThrow();
	const organization = await scoped
		.selectFrom("organizations")
		.select(["sealed_name", "sealed_key", "approvals"])
		.executeTakeFirstOrThrow();
	const { sealed_hold: sealedHold } = await loadUpkeep(scoped, siteId);
	const connection = await scoped
		.selectFrom("connections")
		.select(["type", "address"])
		.where("site_id", "=", siteId)
		.executeTakeFirstOrThrow();
	const forServer: ServerPart = { rows };
	const forVault: VaultPart = {
		organizationName: sealer.openText(`organizations.name/${organizationId}`, organization.sealed_name),
		name: sealer.openText(`sites.name/${siteId}`, site.sealed_name),
		facts: sealer.openJson<KeptFacts>(`sites.facts/${siteId}`, site.sealed_facts),
		site: unsealed(rows.sites[0] ?? {}),
		connection,
		policies: rows.site_policies,
		stores: rows.stores.filter(({ id }) => id === storeIdOf(rows.sites[0])).map((row) => ({ ...row, sealed_secret: null })),
		rules: {
			approvals: organization.approvals,
			upkeep: rows.site_upkeep.map(unsealed),
			hold: sealedHold === null ? null : sealer.openText(holdPlace(siteId), sealedHold),
			drills: rows.drill_rules,
		},
	};
	const about = { organization: organizationId, site: siteId };
	const vaultSealer = sealerOf(vault.deriveKey(cardPurpose));
	return {
		format: "skyeworx-site-card/1",
		at: at.toISOString(),
		...about,
		organizationKey: organization.sealed_key.toString("base64"),
		forServer: sealer.json(cardPlace("server", about), forServer).toString("base64"),
		forVault: vaultSealer.json(cardPlace("vault", about), forVault).toString("base64"),
	};
}

function unsealed(row: StoredRow): StoredRow {
	return Object.fromEntries(Object.entries(row).filter(([column]) => !column.startsWith("sealed_")));
}

function storeIdOf(site: StoredRow | undefined): unknown {
	return (site?.storage as { readonly storeId?: string } | undefined)?.storeId;
}

async function rowsOf(scoped: Scoped, table: CardTable, siteId: string): Promise<StoredRow[]> {
	const column = table === "sites" ? "id" : "site_id";
	const own = overall.has(table) ? sql`true` : sql`${sql.ref(column)} = ${siteId}::uuid`;
	const { rows } = await sql<{ row: StoredRow }>`select to_jsonb(t) as row from ${sql.table(table)} t where ${own}`.execute(scoped);
	return rows.map(({ row }) => row);
}

/** The new card is there before the old ones go. */
async function writeCard(store: Store, made: SiteCard): Promise<void> {
	const name = `${cardFolder}site-${Date.parse(made.at).toString().padStart(15, "0")}.json`;
	await store.create(name, new TextEncoder().encode(`${JSON.stringify(made)}\n`));
	for await (const { name: old } of store.list(cardFolder)) if (old < name) await store.delete(old);
}

/**
 * The newest card of a store.
 * @throws AppError `not-found` when there is none, `vault-damaged` when it is no card
 */
export async function readCard(store: Store): Promise<SiteCard> {
	const names: string[] = [];
	for await (const { name } of store.list(cardFolder)) names.push(name);
	const newest = names.toSorted().at(-1);
	if (newest === undefined)
		throw new AppError("not-found", `There is no card of a site in ${store.description}`, {
			hint: "Each backup writes one. The vault itself still opens: skyeworx vault ls.",
		});
	const text = new TextDecoder().decode(await store.read(newest));
	const parsed = card.safeParse(jsonOf(text));
	if (!parsed.success) throw new AppError("vault-damaged", `${newest} in ${store.description} is no card of a site`);
	return parsed.data;
}

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
