import type { LockRule } from "../bucket/lock-length.ts";

/** A container of an Azure storage account and the way to it. */
export interface AzurePlace {
	readonly account: string;
	readonly container: string;
	/** Folder within the container, without slashes at its ends; undefined is the container's top. */
	readonly prefix?: string;
	/** The account's address when it is not `https://{account}.blob.core.windows.net`. */
	readonly endpoint?: string;
	/** Locks what is put with `retainUntil`; the container must have version-level immutability. */
	readonly lock?: LockRule;
	/** Instead of what the SDK finds in the environment and the machine (DefaultAzureCredential). */
	readonly credentials?: AzureCredentials;
	/** Reads the oldest version of what is only ever created: for a vault that somebody overwrote. */
	readonly recover?: boolean;
}

/** What opens a storage account besides an identity; a connection string brings its own address. */
export type AzureCredentials =
	| { readonly type: "connection-string"; readonly connectionString: string }
	| { readonly type: "shared-access-signature"; readonly signature: string }
	| { readonly type: "account-key"; readonly key: string };
