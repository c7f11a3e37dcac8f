import { createHmac } from "node:crypto";
import type { StorageChange } from "@skyeworx/contract";
import { canonicalJson, parseJson } from "@skyeworx/core";
import type { Principal } from "../access/principal.ts";
import type { AccessPorts } from "../access/sessions.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { StorePlace } from "../data/storage-tables.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { deriveKey } from "../keys/seal.ts";
import { approvalRequired, takeApproval } from "../organizations/approvals.ts";
import type { OpenedKey } from "./service-key.ts";
import { keyBody } from "./service-key.ts";
import { describeStore, type OpenedPlace } from "./store-place.ts";
import { loadChosen, secretPlaces } from "./stored-choice.ts";
import { allowedKey, allowedStore, requireGood, type TryPorts, tryWanted } from "./test-storage.ts";

export interface ChangeStoragePorts extends TryPorts, AccessPorts {}

/**
 * Chooses where new vaults lie and what opens them, once both were tried.
 * @throws AppError `store-unsuitable`, `store-unreachable`, `vault-key-unavailable` naming what lacks; `approval-required`
 */
export async function changeStorage(ports: ChangeStoragePorts, principal: Principal, change: StorageChange): Promise<void> {
	const { organizationId } = principal;
	const { externalId } = await loadChosen(ports, organizationId);
	const store = allowedStore(ports, change);
	const key = allowedKey(ports, change);
	requireGood(await tryWanted(ports, { externalId, store, key }));
	const sealer = await ports.keys.sealer(organizationId);
	const taken = await withOrganization(ports.database, organizationId, async (scoped) => {
		const approval = await takeApproval(ports, scoped, principal, {
			deed: "key-change",
			permission: "keys.manage",
			target: { type: "storage", id: digestOf(sealer, change) },
			label: labelOf(store, key),
		});
		if (approval.state === "waiting") return approval;
		const owner = { ports, scoped, sealer, organizationId };
		if (store !== undefined) await chooseStore(owner, store);
		if (key !== undefined) await chooseKey(owner, key === "built-in" ? undefined : key);
		return undefined;
	});
	if (taken !== undefined) throw approvalRequired(taken.approvalId);
}

/** Binds an agreement to exactly this change, its secrets included, without telling them. */
function digestOf(sealer: Sealer, change: StorageChange): string {
	return createHmac("sha256", deriveKey(sealer.key, "approved-storage"))
		.update(canonicalJson(parseJson(JSON.stringify(change))))
		.digest("hex");
}

function labelOf(store: OpenedPlace | undefined, key: OpenedKey | "built-in" | undefined): string {
	const parts = [];
	if (store !== undefined) parts.push(`New vaults in: ${describeStore(store.place)}`);
	if (key !== undefined) parts.push(`New vaults under: ${keyBody(key === "built-in" ? undefined : key.key).keyId ?? "the built-in key"}`);
	return parts.join("; ");
}

interface Owner {
	readonly ports: ChangeStoragePorts;
	readonly scoped: Scoped;
	readonly sealer: Sealer;
	readonly organizationId: string;
}

/**
 * A row of its own for each place: vaults in an earlier store go on using what opens that. The same place again means that it is
 * entered otherwise from now on (a new access key, another lock), also for the vaults that lie there.
 */
async function chooseStore({ ports, scoped, sealer, organizationId }: Owner, { place, secret }: OpenedPlace): Promise<void> {
	const rows = await scoped.selectFrom("stores").select(["id", "place"]).execute();
	const known = rows.find((row) => isSamePlace(row.place, place));
	if (known !== undefined) {
		await scoped
			.updateTable("stores")
			.set({
				place: JSON.stringify(place),
				sealed_secret: secret === undefined ? null : sealer.text(secretPlaces.store(known.id), secret),
			})
			.where("id", "=", known.id)
			.execute();
		await scoped.updateTable("storage_choices").set({ store_id: known.id }).execute();
		return;
	}
	const id = ports.random.uuid();
	await scoped
		.insertInto("stores")
		.values({
			id,
			organization_id: organizationId,
			place: JSON.stringify(place),
			sealed_secret: secret === undefined ? null : sealer.text(secretPlaces.store(id), secret),
			created_at: ports.clock.now(),
		})
		.execute();
	await scoped.updateTable("storage_choices").set({ store_id: id }).execute();
}

function isSamePlace(one: StorePlace, other: StorePlace): boolean {
	if (one.type === "folder" || other.type === "folder") return false;
	return describeStore(one) === describeStore(other) && one.endpoint === other.endpoint;
}

async function chooseKey({ ports, scoped, sealer, organizationId }: Owner, chosen: OpenedKey | undefined): Promise<void> {
	const id = chosen === undefined ? null : ports.random.uuid();
	if (chosen !== undefined && id !== null) {
		const { key, secret } = chosen;
		await scoped
			.insertInto("key_services")
			.values({
				id,
				organization_id: organizationId,
				key: JSON.stringify(key),
				sealed_secret: secret === undefined ? null : sealer.text(secretPlaces.key(id), secret),
				created_at: ports.clock.now(),
			})
			.execute();
	}
	await scoped.updateTable("storage_choices").set({ key_service_id: id }).execute();
}
