import type { JsonObject, Random } from "@skyeworx/core";
import { z } from "zod";
import { damaged } from "../damage.ts";
import { parseStored, requireCheck, withCheck } from "../format/stored-json.ts";
import { type BlobIds, blobIds } from "./blob-id.ts";
import { hkdf } from "./derive.ts";
import { unwrapKey, wrapKey } from "./wrapped-key.ts";

/** The domain that records, attachments, nodes and segments of a vault belong to. */
export const mainDomain = 1;

const domainKeySchema = z.strictObject({
	format: z.literal("skyeworx-domain/1"),
	vaultId: z.string(),
	domain: z.number().int().min(1).max(0xffffffff),
	generation: z.number().int().min(0).max(0xffffffff),
	nonce: z.base64(),
	commit: z.base64(),
	wrapped: z.base64(),
	check: z.string(),
});

/** Which random key an object is sealed under: the unit of shredding and of rotation. */
export interface DomainRef {
	readonly domain: number;
	readonly generation: number;
}

/** Keys that come from the root key. */
export interface RootKeys {
	readonly log: Uint8Array;
	readonly checkpoint: Uint8Array;
	readonly mac: Uint8Array;
	readonly domainWrap: Uint8Array;
	/** For purposes outside the vault. */
	purpose(name: string): Uint8Array;
}

export function rootKeys(rootKey: Uint8Array, vaultId: string): RootKeys {
	const derive = (name: string) => hkdf(rootKey, `skyeworx/1/${name}/${vaultId}`);
	return {
		log: derive("log"),
		checkpoint: derive("checkpoint"),
		mac: derive("vault-mac"),
		domainWrap: derive("domain-wrap"),
		purpose: (name) => derive(`purpose/${name}`),
	};
}

/** Name of the object that holds a domain's wrapped key. */
export function domainKeyName({ domain, generation }: DomainRef): string {
	return `keys/domains/${domain}.${generation}.json`;
}

interface DomainWrapping extends DomainRef {
	readonly vaultId: string;
	readonly roots: RootKeys;
}

export function wrapDomainKey(
	key: Uint8Array,
	{ vaultId, domain, generation, roots, random }: DomainWrapping & { readonly random: Random },
): Uint8Array {
	const about: JsonObject = { format: "skyeworx-domain/1", vaultId, domain, generation };
	return withCheck({ ...about, ...wrapKey(key, { wrappingKey: roots.domainWrap, about, random }) });
}

/** @throws AppError `vault-damaged` when it is not the key of this vault, domain and generation */
export function unwrapDomainKey(bytes: Uint8Array, { vaultId, domain, generation, roots }: DomainWrapping): Uint8Array {
	const object = domainKeyName({ domain, generation });
	const stored = parseStored({ schema: domainKeySchema, bytes, object });
	requireCheck(stored, object);
	if (stored.vaultId !== vaultId || stored.domain !== domain || stored.generation !== generation) {
		throw damaged({ object, what: "name", detail: "it belongs to another vault or domain" });
	}
	const opened = unwrapKey(stored, { wrappingKey: roots.domainWrap, about: { format: stored.format, vaultId, domain, generation } });
	if (opened === "wrong-key") throw damaged({ object, what: "key", detail: "it is sealed under another root key" });
	if (opened === "damaged") throw damaged({ object, what: "tag", detail: "its wrapped key does not open" });
	return opened;
}

/** Keys of one domain. Ids and chunk boundaries come from generation 0, so that rotation does not break deduplication. */
export interface DomainKeys {
	readonly ref: DomainRef;
	readonly ids: BlobIds;
	/** What {@link ids} computes with. */
	readonly idKey: Uint8Array;
	readonly chunking: Uint8Array;
	/** The random key of a generation, from which each pack's own key is derived. */
	generationKey(generation: number): Uint8Array | undefined;
}

export function domainKeys(ref: DomainRef, generations: ReadonlyMap<number, Uint8Array>): DomainKeys {
	const first = generations.get(0);
	if (first === undefined) throw damaged({ object: domainKeyName({ ...ref, generation: 0 }), what: "missing", detail: "it is not there" });
	const idKey = hkdf(first, "skyeworx/1/blob-id");
	return {
		ref,
		ids: blobIds(idKey),
		idKey,
		chunking: hkdf(first, "skyeworx/1/chunking"),
		generationKey: (generation) => generations.get(generation),
	};
}
