import { sha256Hex } from "../../crypto/derive.ts";
import { objectMissing, requireName, requireRunning } from "../names.ts";
import type { ByteRange, ObjectFacts, PutOptions, Store } from "../store.ts";
import type { Bucket, BucketVersion } from "./bucket.ts";
import { outlivesMarker, writtenVersion } from "./hidden-version.ts";

/** Remembered versions of hidden objects; a vault that was hidden wholly is read pack by pack. */
const maxRemembered = 10_000;

/**
 * A Store over an object service. In a bucket with versions it deletes for good and finds what a delete marker hides. With
 * `recover` it never trusts the newest version: for a vault whose objects somebody overwrote.
 */
export function bucketStore(bucket: Bucket, options: { readonly recover?: boolean } = {}): Store {
	const store = new BucketStore(bucket, options.recover ?? false);
	const { extendLock } = bucket;
	if (extendLock === undefined) return store;
	return Object.assign(store, {
		extendLock: async (name: string, until: Date) => {
			requireName(name);
			const key = bucket.prefix + name;
			const versionId = (await store.written(name))?.versionId;
			if (!(await extendLock.call(bucket, { key, versionId }, until))) throw objectMissing(name);
		},
	});
}

class BucketStore implements Store {
	readonly description: string;
	readonly #bucket: Bucket;
	readonly #recover: boolean;
	readonly #written = new Map<string, string | undefined>();

	constructor(bucket: Bucket, recover: boolean) {
		this.description = bucket.description;
		this.#bucket = bucket;
		this.#recover = recover;
	}

	async create(name: string, bytes: Uint8Array, options?: PutOptions): Promise<"created" | "exists"> {
		return this.#put(name, bytes, true, options);
	}

	async replace(name: string, bytes: Uint8Array, options?: PutOptions): Promise<void> {
		await this.#put(name, bytes, false, options);
		if (!(await this.#bucket.versioned())) return;
		// What was replaced is meant to be gone: a slot's old passphrase must not open the vault from an older version.
		for (const version of await this.#versionsOf(name)) if (!version.current) await this.#bucket.remove(version);
	}

	async read(name: string, range?: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
		requireName(name);
		requireRunning(signal);
		const key = this.#bucket.prefix + name;
		const mayBeHidden = outlivesMarker(name);
		if (!(this.#recover && mayBeHidden)) {
			const bytes = await this.#bucket.get(key, { range, signal });
			if (bytes !== undefined) return bytes;
		}
		if (mayBeHidden && (await this.#bucket.versioned())) {
			const versionId = await this.#rememberedVersion(name);
			const bytes = versionId === undefined ? undefined : await this.#bucket.get(key, { range, versionId, signal });
			if (bytes !== undefined) return bytes;
			this.#written.delete(name);
		}
		throw objectMissing(name);
	}

	async facts(name: string): Promise<ObjectFacts | undefined> {
		requireName(name);
		const head = await this.#bucket.head(this.#bucket.prefix + name);
		if (head !== undefined) return { name, size: head.size, modifiedAt: head.modifiedAt };
		if (!outlivesMarker(name) || !(await this.#bucket.versioned())) return undefined;
		const version = await this.written(name);
		return version === undefined ? undefined : { name, size: version.size, modifiedAt: version.modifiedAt };
	}

	async *list(prefix: string): AsyncIterable<ObjectFacts> {
		const { prefix: root } = this.#bucket;
		const factsOf = ({ key, size, modifiedAt }: Pick<BucketVersion, "key" | "size" | "modifiedAt">) => ({
			name: key.slice(root.length),
			size,
			modifiedAt,
		});
		if (!(await this.#bucket.versioned())) {
			for await (const object of this.#bucket.list(root + prefix)) yield factsOf(object);
			return;
		}
		for await (const versions of byKey(this.#bucket.versions(root + prefix))) {
			const shown = versions.find(({ current, marker }) => current && !marker);
			const oldest = versions.findLast(({ marker }) => !marker);
			if (shown !== undefined) yield factsOf(shown);
			else if (oldest !== undefined && outlivesMarker(oldest.key.slice(root.length))) yield factsOf(oldest);
		}
	}

	async delete(name: string): Promise<"deleted" | "locked"> {
		requireName(name);
		this.#written.delete(name);
		const key = this.#bucket.prefix + name;
		if (!(await this.#bucket.versioned())) return this.#bucket.remove({ key, versionId: undefined, current: true });
		const versions = await this.#versionsOf(name);
		// Markers last: should a lock or a crash end this early, what is left is as visible as before.
		for (const version of [...versions.filter(({ marker }) => !marker).reverse(), ...versions.filter(({ marker }) => marker)]) {
			if ((await this.#bucket.remove(version)) === "locked") return "locked";
		}
		return "deleted";
	}

	/** The version that the vault wrote; undefined in a bucket without versions. */
	async written(name: string): Promise<BucketVersion | undefined> {
		if (!(await this.#bucket.versioned())) return undefined;
		return writtenVersion(this.#bucket, name, await this.#versionsOf(name));
	}

	async #put(name: string, bytes: Uint8Array, onlyIfAbsent: boolean, options: PutOptions = {}): Promise<"created" | "exists"> {
		requireName(name);
		const { retainUntil, signal, sha256 = sha256Hex(bytes) } = options;
		requireRunning(signal);
		return this.#bucket.put(this.#bucket.prefix + name, bytes, { onlyIfAbsent, sha256, retainUntil, signal });
	}

	async #rememberedVersion(name: string): Promise<string | undefined> {
		if (!this.#written.has(name)) {
			const version = await this.written(name);
			if (version === undefined) return undefined;
			if (this.#written.size >= maxRemembered) this.#written.clear();
			this.#written.set(name, version.versionId);
		}
		return this.#written.get(name);
	}

	async #versionsOf(name: string): Promise<readonly BucketVersion[]> {
		const key = this.#bucket.prefix + name;
		const found: BucketVersion[] = [];
		for await (const version of this.#bucket.versions(key)) {
			// Keys come in order: the shortest with this beginning is first.
			if (version.key !== key) break;
			found.push(version);
		}
		return found;
	}
}

async function* byKey(versions: AsyncIterable<BucketVersion>): AsyncIterable<readonly BucketVersion[]> {
	let group: BucketVersion[] = [];
	for await (const version of versions) {
		if (group[0] !== undefined && group[0].key !== version.key) {
			yield group;
			group = [];
		}
		group.push(version);
	}
	if (group.length > 0) yield group;
}
