import { AppError, type Clock, type Log, type Random } from "@skyeworx/core";
import type { KeyRing } from "../crypto/key-ring.ts";
import type { VaultLog } from "../log/vault-log.ts";
import type { Store } from "../stores/store.ts";
import type { Unlock } from "../vault.ts";

/** What changing a vault's keys takes. */
export interface KeyParts {
	readonly store: Store;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
	readonly vaultId: string;
	readonly ring: KeyRing;
	readonly vaultLog: VaultLog;
	readonly requireWritable: () => void;
	/** What the ring asks for a root key from now on. */
	readonly useUnlock: (unlock: Unlock) => void;
	readonly close: () => Promise<void>;
}

/**
 * Deletes a key object with all its versions and looks whether it is gone.
 * @throws AppError `conflict` when the store keeps it
 */
export async function deleteForGood(store: Store, name: string): Promise<void> {
	const answer = await store.delete(name);
	if (answer === "deleted" && (await store.facts(name)) === undefined) return;
	throw new AppError("conflict", `The store does not let go of ${name}`, {
		facts: { object: name, answer },
		hint: "Take Object Lock and legal holds off the folder keys/ of this vault, then do it again.",
	});
}
