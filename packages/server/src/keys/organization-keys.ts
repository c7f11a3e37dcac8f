import { AppError, isAppError, type JsonValue } from "@skyeworx/core";
import { type Database, withOrganization } from "../data/database.ts";
import { deriveKey, seal, unseal } from "./seal.ts";

/** Seals and opens one organization's secrets and labels; `place` is `table.column/row`. */
export interface Sealer {
	readonly key: Uint8Array;
	text(place: string, value: string): Buffer;
	json(place: string, value: unknown): Buffer;
	bytes(place: string, value: Uint8Array): Buffer;
	openText(place: string, sealed: Uint8Array): string;
	/** The caller names the shape: nobody else can have written it. */
	openJson<T = JsonValue>(place: string, sealed: Uint8Array): T;
	openBytes(place: string, sealed: Uint8Array): Uint8Array;
}

/** Gives an organization's sealer; keys are held in memory, opened with the master key. */
export interface OrganizationKeys {
	sealer(organizationId: string): Promise<Sealer>;
	/** Lets go of an organization's key. */
	forget(organizationId: string): void;
	/** Makes the sealed key of a new organization. */
	wrap(organizationId: string, key: Uint8Array): Buffer;
	/** Opens the sealed key of an organization; undefined when another master key sealed it. */
	unwrap(organizationId: string, sealed: Uint8Array): Uint8Array | undefined;
	/** 32 bytes for something of the server itself, from the master key. */
	serverKey(purpose: string): Uint8Array;
}

/** Opens organizations' keys from the database with the master key. */
export function organizationKeys(database: Database, masterKey: Uint8Array): OrganizationKeys {
	const held = new Map<string, Promise<Sealer>>();
	async function load(organizationId: string): Promise<Sealer> {
		const row = await withOrganization(database, organizationId, (scoped) =>
			scoped.selectFrom("organizations").select("sealed_key").executeTakeFirst(),
		);
		if (row === undefined) throw new AppError("not-found", "There is no such organization");
		return sealerOf(unseal(masterKey, keyPlace(organizationId), row.sealed_key));
	}
	return {
		sealer(organizationId) {
			let sealer = held.get(organizationId);
			if (sealer === undefined) {
				sealer = load(organizationId);
				held.set(organizationId, sealer);
				sealer.catch(() => held.delete(organizationId));
			}
			return sealer;
		},
		forget: (organizationId) => void held.delete(organizationId),
		serverKey: (purpose) => deriveKey(masterKey, purpose),
		wrap: (organizationId, key) => seal(masterKey, keyPlace(organizationId), key),
		unwrap(organizationId, sealed) {
			try {
				return new Uint8Array(unseal(masterKey, keyPlace(organizationId), sealed));
			} catch (error) {
				if (isAppError(error, "vault-key-wrong")) return undefined;
				throw error;
			}
		},
	};
}

function keyPlace(organizationId: string): string {
	return `organizations.sealed_key/${organizationId}`;
}

/** Opened names that are held in memory: a place's newest, as long as what is stored is the same. */
const mostTexts = 5000;

/** A sealer with a key at hand. */
export function sealerOf(key: Uint8Array): Sealer {
	// A list of a thousand sites opens a thousand names, each time the same ones.
	const texts = new Map<string, { readonly sealed: Buffer; readonly text: string }>();
	return {
		key,
		text: (place, value) => seal(key, place, Buffer.from(value)),
		json: (place, value) => seal(key, place, Buffer.from(JSON.stringify(value))),
		bytes: (place, value) => seal(key, place, value),
		openText(place, sealed) {
			const known = texts.get(place);
			if (known?.sealed.equals(sealed) === true) return known.text;
			const text = unseal(key, place, sealed).toString();
			if (texts.size >= mostTexts) texts.delete(texts.keys().next().value ?? "");
			texts.set(place, { sealed: Buffer.from(sealed), text });
			return text;
		},
		openJson: <T>(place: string, sealed: Uint8Array) => JSON.parse(unseal(key, place, sealed).toString()) as T,
		openBytes: (place, sealed) => new Uint8Array(unseal(key, place, sealed)),
	};
}
