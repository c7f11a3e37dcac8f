/** One version in the strict server; a delete marker has no bytes. */
export interface ObjectVersion {
	readonly key: string;
	readonly versionId: string;
	readonly bytes: Buffer | undefined;
	readonly modifiedAt: Date;
	lockedUntil: Date | undefined;
}

/** What an object service does with its objects, as Amazon documents it: versions, delete markers, conditions, locks, a clock of its own. */
export class VersionedObjects {
	readonly versioned: boolean;
	readonly #now: () => Date;
	/** Oldest first. */
	readonly #versions = new Map<string, ObjectVersion[]>();
	#made = 0;

	constructor({ versioned, now }: { readonly versioned: boolean; readonly now: () => Date }) {
		this.versioned = versioned;
		this.#now = now;
	}

	/** Undefined when the condition fails: there is a current version, and it is no marker. */
	put(
		key: string,
		bytes: Buffer,
		options: { readonly onlyIfAbsent: boolean; readonly lockedUntil: Date | undefined },
	): ObjectVersion | undefined {
		if (options.onlyIfAbsent && this.current(key)?.bytes !== undefined) return undefined;
		return this.#push(key, bytes, options.lockedUntil);
	}

	current(key: string): ObjectVersion | undefined {
		return this.#versions.get(key)?.at(-1);
	}

	version(key: string, versionId: string | null): ObjectVersion | undefined {
		return versionId === null ? this.current(key) : this.#versions.get(key)?.find((version) => version.versionId === versionId);
	}

	/** Without a version's id, a bucket with versions gets a marker, whatever is locked below. */
	delete(key: string, versionId: string | null): "deleted" | "locked" {
		if (versionId === null && this.versioned) {
			this.#push(key, undefined, undefined);
			return "deleted";
		}
		const doomed = this.version(key, versionId);
		if (doomed === undefined) return "deleted";
		if (doomed.lockedUntil !== undefined && doomed.lockedUntil > this.#now()) return "locked";
		const left = this.#versions.get(key)?.filter((version) => version !== doomed) ?? [];
		if (left.length === 0) this.#versions.delete(key);
		else this.#versions.set(key, left);
		return "deleted";
	}

	/** All versions by key, the newest first. */
	all(prefix: string): ObjectVersion[] {
		const keys = [...this.#versions.keys()].filter((key) => key.startsWith(prefix)).sort();
		return keys.flatMap((key) => [...(this.#versions.get(key) ?? [])].reverse());
	}

	#push(key: string, bytes: Buffer | undefined, lockedUntil: Date | undefined): ObjectVersion {
		const version = { key, bytes, lockedUntil, versionId: this.versioned ? `v${++this.#made}` : "null", modifiedAt: this.#now() };
		this.#versions.set(key, this.versioned ? [...(this.#versions.get(key) ?? []), version] : [version]);
		return version;
	}
}
