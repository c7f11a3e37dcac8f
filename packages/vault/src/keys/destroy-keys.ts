import { AppError, isAppError } from "@skyeworx/core";
import { domainKeyName, mainDomain, wrapDomainKey } from "../crypto/vault-keys.ts";
import { sameBytes } from "../format/bytes.ts";
import { listDomainKeys, listSlots, openDomainKeys } from "../unlock.ts";
import type { KeysDestroyed } from "../vault.ts";
import { deleteForGood, type KeyParts } from "./key-parts.ts";

/** Seals what is new under a new random key. Blob ids and chunk boundaries stay: what is the same is still found to be so. */
export async function rotateDomainKey(parts: KeyParts): Promise<number> {
	parts.requireWritable();
	const { store, random, vaultId, ring, vaultLog } = parts;
	await vaultLog.refresh();
	await ring.contentReady();
	for (let generation = ring.content.ref.generation + 1; ; generation++) {
		const key = random.bytes(32);
		const bytes = wrapDomainKey(key, { vaultId, domain: mainDomain, generation, roots: ring.roots, random });
		key.fill(0);
		const name = domainKeyName({ domain: mainDomain, generation });
		// Taken by another rotation, perhaps one that never came to its log entry.
		if ((await store.create(name, bytes)) === "exists" && !sameBytes(await store.read(name), bytes)) continue;
		const done = await vaultLog.appendIf((state) =>
			state.shredded.has(mainDomain) ? undefined : { op: "domain", domain: mainDomain, generation },
		);
		// Shredded meanwhile: a new key must not outlive it.
		if (done === undefined) await deleteForGood(store, name);
		await ring.loadContent();
		return ring.content.ref.generation;
	}
}

/** The log says it first: from then on no writer publishes and every reader refuses, however far the deletion came. */
export async function shredDomain(parts: KeyParts): Promise<KeysDestroyed> {
	parts.requireWritable();
	const { ring, vaultLog, log, vaultId } = parts;
	await vaultLog.refresh();
	const known = vaultLog.state.shredded.has(mainDomain) ? 0 : ring.content.ref.generation;
	await vaultLog.appendIf((state) => (state.shredded.has(mainDomain) ? undefined : { op: "shred", domain: mainDomain }));
	ring.setContent("shredded");
	const deleted = await deleteDomainKeys(parts, known);
	log.info("the key of a vault's contents was destroyed", { vault: vaultId, keys: deleted.length });
	await requireUnreadable(parts);
	return { deleted };
}

/** Proves it: a key that came to the store meanwhile, from a rotation that was under way, goes as well. */
async function requireUnreadable(parts: KeyParts): Promise<void> {
	for (const name of (await listDomainKeys(parts.store, mainDomain)).values()) await deleteForGood(parts.store, name);
	const { store, vaultId, ring } = parts;
	try {
		await openDomainKeys({ store, vaultId, domain: mainDomain, roots: ring.roots, newest: 0 });
	} catch (error) {
		if (isAppError(error, "vault-damaged") && error.facts.what === "missing") return;
		throw error;
	}
	throw new AppError("conflict", "A key of the vault's contents is still in the store", {
		hint: "Stop every other program that writes to this vault, then shred it again.",
	});
}

/** Names that the log knows are deleted too where a list does not show them: a delete marker hides versions that are still there. */
async function deleteDomainKeys({ store, vaultLog }: KeyParts, known: number): Promise<string[]> {
	const newest = Math.max(known, vaultLog.state.generations.get(mainDomain) ?? 0);
	const names = new Set(Array.from({ length: newest + 1 }, (_, generation) => domainKeyName({ domain: mainDomain, generation })));
	for (const name of (await listDomainKeys(store, mainDomain)).values()) names.add(name);
	for (const name of names) await deleteForGood(store, name);
	return [...names];
}

/** Shreds, then destroys every way to the root key, and with it to the log. */
export async function destroyKeys(parts: KeyParts): Promise<KeysDestroyed> {
	const { deleted } = await shredDomain(parts);
	const slots = await listSlots(parts.store);
	for (const name of slots) await deleteForGood(parts.store, name);
	parts.log.info("all keys of a vault were destroyed", { vault: parts.vaultId, slots: slots.length });
	await parts.close();
	return { deleted: [...deleted, ...slots] };
}
