import { sha256Hex } from "../crypto/derive.ts";
import { readSlot } from "../crypto/slot-format.ts";
import { mainDomain } from "../crypto/vault-keys.ts";
import { sameBytes } from "../format/bytes.ts";
import { readVaultJson, requireVaultMac, vaultJsonName } from "../format/vault-json.ts";
import { listCheckpoints, openCheckpoint, type StoredCheckpoint } from "../log/checkpoint.ts";
import { applyEntry, emptyState, encodeState, logName, type VaultState } from "../log/state.ts";
import { readLogObject } from "../log/vault-log.ts";
import { listDomainKeys, listSlots, openDomainKeys } from "../unlock.ts";
import type { DamageList } from "./damage-list.ts";
import type { CountingReader, VerifyParts } from "./verify-parts.ts";

/** Reads the whole log from its first entry, and holds checkpoints, keys and vault.json against it. */
export async function checkLog(parts: VerifyParts, reader: CountingReader, damage: DamageList): Promise<void> {
	await checkKeys(parts, reader, damage);
	const checkpoints = await readCheckpoints(parts, reader, damage);
	const { seq: last, sha256: head } = parts.vaultLog.head();
	let previous = parts.genesis;
	let state: VaultState | undefined = emptyState();
	for (let seq = 1; seq <= last; seq++) {
		try {
			const bytes = await reader.object(logName(seq));
			const before: string = previous;
			previous = sha256Hex(bytes);
			const entry = readLogObject(bytes, { seq, previous: before, key: parts.roots.log });
			if (state !== undefined) applyEntry(state, seq, entry);
		} catch (error) {
			damage.addError(error, logName(seq));
			// What follows can be read, but what it adds up to is unknown.
			state = undefined;
		}
		const checkpoint = checkpoints.get(seq);
		if (checkpoint === undefined || state === undefined) continue;
		const { version } = checkpoint;
		const fits = checkpoint.head === previous && sameBytes(encodeState(checkpoint.state, version), encodeState(state, version));
		if (!fits) damage.add(checkpoint.name, "state", "it is not what the log adds up to");
	}
	if (previous !== head) damage.add(logName(last), "chain", "the log in the store is not the one that this process has read");
	for await (const { name } of parts.store.list("log/")) {
		if (!/^log\/\d{16}$/.test(name)) damage.add(name, "name", "no log entry has such a name");
		else if (name > logName(last + 1)) damage.add(logName(last + 1), "missing", "the log goes on behind it");
	}
}

async function readCheckpoints(parts: VerifyParts, reader: CountingReader, damage: DamageList) {
	const found = new Map<number, StoredCheckpoint & { readonly name: string }>();
	for (const { name, seq } of await listCheckpoints(parts.store)) {
		try {
			found.set(seq, { name, ...openCheckpoint(name, await reader.object(name), parts.roots.checkpoint) });
		} catch (error) {
			damage.addError(error, name);
		}
	}
	return found;
}

async function checkKeys(parts: VerifyParts, reader: CountingReader, damage: DamageList): Promise<void> {
	const { store, vaultId, roots } = parts;
	try {
		requireVaultMac(readVaultJson(await reader.object(vaultJsonName)), roots.mac);
	} catch (error) {
		damage.addError(error, vaultJsonName);
	}
	for (const name of await listSlots(store)) {
		try {
			if (readSlot(name, await reader.object(name)).vaultId !== vaultId) damage.add(name, "name", "it belongs to another vault");
		} catch (error) {
			damage.addError(error, name);
		}
	}
	await checkDomainKeys(parts, damage);
}

/** A shredded domain has no key any more, and must not have one. */
async function checkDomainKeys({ store, vaultId, roots, vaultLog }: VerifyParts, damage: DamageList): Promise<void> {
	const { shredded, generations } = vaultLog.state;
	if (shredded.has(mainDomain)) {
		for (const name of (await listDomainKeys(store, mainDomain)).values())
			damage.add(name, "state", "the log says that this key was destroyed; shred the vault again");
		return;
	}
	try {
		const newest = generations.get(mainDomain) ?? 0;
		const opened = await openDomainKeys({ store, vaultId, domain: mainDomain, roots, newest });
		for (const key of opened.values()) key.fill(0);
	} catch (error) {
		damage.addError(error, "keys/domains");
	}
}
