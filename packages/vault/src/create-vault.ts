import { AppError } from "@skyeworx/core";
import { sha256Hex } from "./crypto/derive.ts";
import type { KeyRing } from "./crypto/key-ring.ts";
import { isOffline, slotName } from "./crypto/slot-format.ts";
import { makeSlot } from "./crypto/slots.ts";
import { domainKeyName, mainDomain, wrapDomainKey } from "./crypto/vault-keys.ts";
import { sameBytes, utf8 } from "./format/bytes.ts";
import { readmeName, readmeText } from "./format/readme.ts";
import { vaultJsonName, writeVaultJson } from "./format/vault-json.ts";
import { ringLogPorts, vaultRing } from "./keys/vault-ring.ts";
import { VaultLog } from "./log/vault-log.ts";
import { OpenedVault } from "./opened-vault.ts";
import { patientStore, retrying } from "./stores/retrying.ts";
import type { Store } from "./stores/store.ts";
import type { CreateVaultOptions, Vault, VaultPorts } from "./vault.ts";

const base32 = "abcdefghijklmnopqrstuvwxyz234567";

/** 128 random bits as 26 letters: says nothing about whose vault it is. */
function newVaultId(random: CreateVaultOptions["random"]): string {
	let bits = 0n;
	for (const byte of random.bytes(16)) bits = (bits << 8n) | BigInt(byte);
	bits <<= 2n;
	let id = "";
	for (let i = 25; i >= 0; i--) id += base32[Number((bits >> BigInt(i * 5)) & 31n)];
	return id;
}

/**
 * Creates a vault in an empty store and opens it. What an interrupted creation left behind is replaced: nothing was sealed
 * with it yet.
 * @throws AppError `bad-input` without a slot that needs no key service, `conflict` when the store already holds a vault
 */
export async function createVault(options: CreateVaultOptions): Promise<Vault> {
	const { clock, random, slots } = options;
	const store = patientStore(options.store, clock);
	const [daily] = slots;
	if (daily === undefined) throw new AppError("bad-input", "A vault needs at least one way to open it");
	if (!slots.some((slot) => isOffline(slot.type))) throw needsOfflineSlot();
	await clearUnfinished(store);
	const vaultId = newVaultId(random);
	const rootKey = random.bytes(32);
	const domainKey = random.bytes(32);
	// Made before anything is stored: a key service that refuses leaves nothing behind.
	const made: { readonly slotId: string; readonly bytes: Uint8Array }[] = [];
	for (const unlock of slots) made.push(await retrying(clock, () => makeSlot({ vaultId, rootKey, unlock, random, now: clock.now() })));
	let started: VaultLog | undefined;
	const place = { store, clock, vaultId, unlock: daily, lifetime: options.keyLifetime, log: () => started };
	const { ring, useUnlock } = vaultRing(place, { slotId: made[0]?.slotId ?? "", rootKey });
	try {
		const { vaultLog, logPorts } = await storeVault({ ...options, store, vaultId, ring, domainKey, slots: made });
		started = vaultLog;
		return new OpenedVault({ ...options, store, vaultId, ring, useUnlock, roots: ring.roots, keys: ring.content, vaultLog, logPorts });
	} catch (error) {
		ring.close();
		throw error;
	}
}

interface NewVault extends VaultPorts {
	readonly vaultId: string;
	readonly ring: KeyRing;
	readonly domainKey: Uint8Array;
	readonly slots: readonly { readonly slotId: string; readonly bytes: Uint8Array }[];
}

async function storeVault({ store, clock, random, log, vaultId, ring, domainKey, slots }: NewVault) {
	const json = writeVaultJson({ vaultId, createdAt: clock.now().toISOString(), macKey: ring.roots.mac });
	await requireMine(store, json, await store.create(vaultJsonName, json));
	await store.replace(readmeName, utf8(readmeText));
	const ref = { domain: mainDomain, generation: 0 };
	await store.create(domainKeyName(ref), wrapDomainKey(domainKey, { vaultId, ...ref, roots: ring.roots, random }));
	ring.setContent(new Map([[0, domainKey]]));
	for (const { slotId, bytes } of slots) await store.create(slotName(slotId), bytes);
	await requireMine(store, json, "exists");
	const logPorts = ringLogPorts({ store, clock, random, log, genesis: sha256Hex(json) }, ring);
	const vaultLog = VaultLog.start(logPorts);
	// From this entry on the vault exists.
	const first = await vaultLog.append((state) => {
		if (state.seq > 0) throw alreadyThere();
		return { op: "create" };
	});
	log.info("a vault was created", { vault: vaultId, seq: first.seq, slots: slots.length });
	return { vaultLog, logPorts };
}

function needsOfflineSlot(): AppError {
	return new AppError("bad-input", "A vault that only a key service opens is lost when the key service is", {
		hint: "Add a recovery kit, a passphrase or a key file beside it.",
	});
}

function alreadyThere(): AppError {
	return new AppError("conflict", "There is already a vault in this place", { hint: "Open it, or choose an empty place." });
}

/** "exists" may be the echo of our own attempt. */
async function requireMine(store: Store, json: Uint8Array, answer: "created" | "exists"): Promise<void> {
	if (answer === "exists" && !sameBytes(await store.read(vaultJsonName), json)) throw alreadyThere();
}

async function clearUnfinished(store: Store): Promise<void> {
	for (const prefix of ["log/", "packs/", "idx/", "ckpt/"]) {
		for await (const _object of store.list(prefix)) throw alreadyThere();
	}
	const leftovers: string[] = [];
	for await (const { name } of store.list("keys/")) leftovers.push(name);
	if ((await store.facts(vaultJsonName)) !== undefined) leftovers.push(vaultJsonName);
	for (const name of leftovers) await store.delete(name);
}
