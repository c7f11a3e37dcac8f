/** What a store says of one object. */
export interface ObjectFacts {
	readonly name: string;
	/** Bytes. */
	readonly size: number;
	/** By the store's own clock, never the host's. */
	readonly modifiedAt: Date;
}

export interface PutOptions {
	/** Earliest time at which the object may be deleted (Object Lock); stores without locks ignore it. */
	readonly retainUntil?: Date | undefined;
	/** Hex SHA-256 of the bytes, for stores that check it on arrival. */
	readonly sha256?: string;
	readonly signal?: AbortSignal | undefined;
}

/** A byte range: `suffix` reads the last bytes of the object. */
export type ByteRange = { readonly offset: number; readonly length: number } | { readonly suffix: number };

/**
 * Where a vault's objects lie. Names are slash-separated relative paths of `[A-Za-z0-9._-]`.
 * Every method throws AppError: `store-unreachable` (retryable), `store-full`, `store-unsuitable`, `store-object-missing`.
 */
export interface Store {
	/** For people: `folder /data/vault`, never a secret. */
	readonly description: string;
	/** Creates the object, durably, or says that the name is taken; never overwrites. The one primitive that commits rest on. */
	create(name: string, bytes: Uint8Array, options?: PutOptions): Promise<"created" | "exists">;
	/** Replaces or creates; only for the mutable key area. */
	replace(name: string, bytes: Uint8Array, options?: PutOptions): Promise<void>;
	/** @throws AppError `store-object-missing` */
	read(name: string, range?: ByteRange, signal?: AbortSignal): Promise<Uint8Array>;
	facts(name: string): Promise<ObjectFacts | undefined>;
	/** Objects whose name begins with the prefix, in no promised order. */
	list(prefix: string): AsyncIterable<ObjectFacts>;
	/** Deletes, all versions of it and delete markers included; an absent object is no error. `locked` when the store refuses until a lock ends. */
	delete(name: string): Promise<"deleted" | "locked">;
	/**
	 * Makes the object's lock end no earlier than `until`; a longer one stays. Only there when the store locks what it is given
	 * with `retainUntil`.
	 * @throws AppError `store-object-missing`
	 */
	extendLock?(name: string, until: Date): Promise<void>;
}
