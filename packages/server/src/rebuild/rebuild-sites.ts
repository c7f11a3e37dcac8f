import { resolve } from "node:path";
import type { DrillRule } from "@skyeworx/contract";
import { AppError, type Clock, type Log, type Random } from "@skyeworx/core";
import { openVault, parseStoreAddress, type Store } from "@skyeworx/vault";
import { CompiledQuery } from "kysely";
import { recordAudit } from "../audit/record.ts";
import { type Database, type Scoped, withOrganization } from "../data/database.ts";
import { insertStored, type RunStatement, type StoredRow } from "../data/stored-rows.ts";
import { type OrganizationKeys, type Sealer, sealerOf } from "../keys/organization-keys.ts";
import { credentialPlace } from "../sites/credentials.ts";
import type { SiteRuntimes } from "../sites/site-runtimes.ts";
import { secretPlaces } from "../storage/stored-choice.ts";
import { holdPlace } from "../upkeep/upkeep-row.ts";
import { cardPlace, cardPurpose, type KeptRules, readCard, type ServerPart, type SiteCard, type VaultPart } from "./site-card.ts";

export interface RebuildPorts {
	readonly database: Database;
	readonly keys: OrganizationKeys;
	readonly sites: SiteRuntimes;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
	/** The store at an address as operators write it. */
	readonly openStore: (address: string) => Store;
}

/** One vault that a site is made again from. */
export interface KnownVault {
	/** A folder, `s3://…` or `azure://…`. */
	readonly address: string;
	/** Needed where the master key is another than the one that the card was written with. */
	readonly recoveryKit?: string | undefined;
	/** Needed with a recovery kit where the organization is there already: whoever owns a vault could write any name into its card. */
	readonly organization?: string | undefined;
}

/** What became of one vault. */
export interface RebuiltSite {
	readonly organizationId: string;
	readonly siteId: string;
	/** `master-key`: everything as it was. `recovery-kit`: the credential has to be given again. `there`: nothing was done. */
	readonly by: "master-key" | "recovery-kit" | "there";
	readonly snapshots: number;
	readonly items: number;
}

/**
 * Makes organizations and sites again from what lies beside their vaults, and their catalogs from the vaults. A site that the
 * database knows stays as it is, so that it may be called again for what was left out.
 * @throws AppError `not-found` without a card, `vault-key-wrong` when neither key opens it; sites before that one are there
 */
export async function rebuildSite(ports: RebuildPorts, known: KnownVault): Promise<RebuiltSite> {
	const store = ports.openStore(known.address);
	const card = await readCard(store);
	const { organization: organizationId, site: siteId } = card;
	const by = (await isThere(ports, card)) ? "there" : await put(ports, { known, card, store });
	const runtime = await ports.sites.open(organizationId, siteId);
	const newest = runtime.vault.snapshots().findLast((snapshot) => snapshot.complete);
	if (by !== "there") {
		await runtime.saveHead();
		await withOrganization(ports.database, organizationId, async (scoped) => {
			await scoped
				.updateTable("sites")
				.set({ last_good_snapshot_id: newest?.id ?? null, last_good_at: newest?.at ?? null })
				.where("id", "=", siteId)
				.execute();
		});
		await recordAudit(ports, {
			organizationId,
			actor: { type: "system", id: "rebuild", name: "Skyeworx" },
			action: "site.rebuild",
			target: { type: "site", id: siteId },
			outcome: "success",
			facts: { by, cardAt: card.at },
		});
	}
	const items = Object.values(runtime.catalog.counts()).reduce((sum, kind) => sum + kind.live, 0);
	return { organizationId, siteId, by, snapshots: runtime.vault.snapshots().filter((one) => one.complete).length, items };
}

async function isThere({ database }: RebuildPorts, { organization, site }: SiteCard): Promise<boolean> {
	const row = await withOrganization(database, organization, (scoped) =>
		scoped.selectFrom("sites").select("id").where("id", "=", site).executeTakeFirst(),
	);
	return row !== undefined;
}

interface Putting {
	readonly known: KnownVault;
	readonly card: SiteCard;
	readonly store: Store;
}

async function put(ports: RebuildPorts, putting: Putting): Promise<"master-key" | "recovery-kit"> {
	const { known, card } = putting;
	const key = ports.keys.unwrap(card.organization, Buffer.from(card.organizationKey, "base64"));
	if (key !== undefined) {
		await putByMasterKey(ports, putting, key);
		return "master-key";
	}
	if (known.recoveryKit === undefined)
		throw new AppError("vault-key-wrong", `The card in ${known.address} was written with another master key`, {
			hint: "Start with that master key, or give the vault's recovery kit.",
		});
	await putByRecoveryKit(ports, putting, known.recoveryKit);
	return "recovery-kit";
}

async function putByMasterKey(ports: RebuildPorts, { known, card }: Putting, key: Uint8Array): Promise<void> {
	const { rows } = sealerOf(key).openJson<ServerPart>(cardPlace("server", card), Buffer.from(card.forServer, "base64"));
	await withOrganization(ports.database, card.organization, async (scoped) => {
		const run = statements(scoped);
		const there = await scoped.selectFrom("organizations").select("sealed_key").executeTakeFirst();
		const held = there === undefined ? key : ports.keys.unwrap(card.organization, there.sealed_key);
		if (held === undefined || !Buffer.from(held).equals(key))
			throw new AppError("conflict", "The organization was made again under another key", { hint: "Give this vault's recovery kit." });
		await insertStored(run, "organizations", rows.organizations ?? []);
		await ownerOf(ports, scoped, card.organization, key);
		for (const table of ["stores", "key_services", "storage_choices"] as const) await insertStored(run, table, rows[table] ?? []);
		await insertStored(
			run,
			"sites",
			(rows.sites ?? []).map((row) => placed(row, known.address)),
		);
		for (const table of ["connections", "site_keys", "site_policies", "site_upkeep", "drill_rules"] as const)
			await insertStored(run, table, rows[table] ?? []);
	});
}

/** A kit opens one vault: the organization gets a new key, the site a new key file, and the credential is given again by its owner. */
async function putByRecoveryKit(ports: RebuildPorts, { known, card, store }: Putting, code: string): Promise<void> {
	const vault = await openVault({ ...ports, store, unlock: { type: "recovery-kit", code } });
	try {
		const part = sealerOf(vault.deriveKey(cardPurpose)).openJson<VaultPart>(cardPlace("vault", card), Buffer.from(card.forVault, "base64"));
		const key = ports.random.bytes(32);
		await vault.keys.addSlot({ type: "key-file", key });
		await withOrganization(ports.database, card.organization, async (scoped) => {
			await putFacts(ports, scoped, { known, card, part, key });
		});
	} finally {
		await vault.close();
	}
}

interface Facts {
	readonly known: KnownVault;
	readonly card: SiteCard;
	readonly part: VaultPart;
	readonly key: Uint8Array;
}

async function putFacts(ports: RebuildPorts, scoped: Scoped, { known, card, part, key }: Facts): Promise<void> {
	const { organization: organizationId, site: siteId } = card;
	const now = ports.clock.now();
	const there = await scoped.selectFrom("organizations").select("sealed_key").executeTakeFirst();
	if (there !== undefined && known.organization !== organizationId)
		throw new AppError(
			"conflict",
			`The vault in ${known.address} says that it belongs to the organization ${organizationId}, which is there`,
			{
				hint: "Look whether that is so, and name the organization beside the recovery kit.",
			},
		);
	const organizationKey = there === undefined ? ports.random.bytes(32) : ports.keys.unwrap(organizationId, there.sealed_key);
	if (organizationKey === undefined) throw new AppError("vault-key-wrong", "The organization's key does not open with this master key");
	const sealer = sealerOf(organizationKey);
	if (there === undefined) {
		await scoped
			.insertInto("organizations")
			.values({
				organization_id: organizationId,
				sealed_name: sealer.text(`organizations.name/${organizationId}`, part.organizationName),
				sealed_key: ports.keys.wrap(organizationId, organizationKey),
				created_at: now,
				approvals: [...(part.rules?.approvals ?? [])],
			})
			.execute();
	}
	await ownerOf(ports, scoped, organizationId, organizationKey);
	const run = statements(scoped);
	const sealed = {
		sealed_name: hex(sealer.text(`sites.name/${siteId}`, part.name)),
		sealed_facts: hex(sealer.json(`sites.facts/${siteId}`, part.facts)),
		sealed_problem: hex(sealer.json(`sites.problem/${siteId}`, credentialGone)),
	};
	// Without its secret: a role is entered as before once it trusts the new external id, a key is given again in the settings.
	await insertStored(run, "stores", part.stores ?? []);
	await insertStored(run, "sites", [placed({ ...part.site, ...sealed, problem_code: credentialGone.code }, known.address)]);
	const own = { site_id: siteId, organization_id: organizationId };
	await insertStored(run, "connections", [
		{
			...own,
			...part.connection,
			sealed_credential: hex(sealer.json(credentialPlace(siteId), { type: "api-token", email: "", token: "" })),
			updated_at: now,
		},
	]);
	await insertStored(run, "site_keys", [{ ...own, sealed_key: hex(sealer.bytes(secretPlaces.siteKey(siteId), key)) }]);
	await insertStored(run, "site_policies", part.policies);
	await putRules(run, sealer, { siteId, rules: part.rules });
}

interface Ruled {
	readonly siteId: string;
	readonly rules: KeptRules | undefined;
}

/** Whoever has a kit could name any space to make copies in: drills read and plan again, and a person names the spaces. */
async function putRules(run: RunStatement, sealer: Sealer, { siteId, rules }: Ruled): Promise<void> {
	if (rules === undefined) return;
	const hold = rules.hold === null ? {} : { sealed_hold: hex(sealer.text(holdPlace(siteId), rules.hold)) };
	await insertStored(
		run,
		"site_upkeep",
		// What is damaged is found again by the next verification.
		rules.upkeep.map((row) => ({ ...row, damaged: 0, damaged_at: null, ...hold })),
	);
	await insertStored(
		run,
		"drill_rules",
		rules.drills.map((row) => ({ ...row, rule: { ...(row.rule as DrillRule), drillSpaces: [] } })),
	);
}

const credentialGone = {
	code: "credential-rejected",
	detail: "The credential was lost with the database",
	hint: "Give it again in the site's settings; everything that is backed up can be read and downloaded without it.",
};

function hex(bytes: Uint8Array): string {
	return `\\x${Buffer.from(bytes).toString("hex")}`;
}

/** People are not in the card: an organization without anybody gets one owner, who signs in by a link and invites the others. */
async function ownerOf(ports: RebuildPorts, scoped: Scoped, organizationId: string, key: Uint8Array): Promise<void> {
	const known = await scoped.selectFrom("users").select("id").limit(1).executeTakeFirst();
	if (known !== undefined) return;
	const id = ports.random.uuid();
	await scoped
		.insertInto("users")
		.values({
			id,
			organization_id: organizationId,
			sealed_name: sealerOf(key).text(`users.name/${id}`, "Owner"),
			sealed_email: null,
			role: "owner",
			created_at: ports.clock.now(),
		})
		.execute();
}

/** A folder may have been copied elsewhere; buckets stay where the card says. */
function placed(row: StoredRow, address: string): StoredRow {
	const parsed = parseStoreAddress(address);
	const storage = row.storage as { readonly type?: string } | undefined;
	if (parsed.type !== "folder" || storage?.type !== "folder") return row;
	return { ...row, storage: { ...storage, folder: resolve(parsed.path) } };
}

function statements(scoped: Scoped): RunStatement {
	return async <R>(text: string, values: readonly unknown[]) =>
		(await scoped.executeQuery<R>(CompiledQuery.raw(text, [...values]) as CompiledQuery<R>)).rows;
}
