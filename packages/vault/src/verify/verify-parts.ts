import { AppError } from "@skyeworx/core";
import type { DomainKeys, RootKeys } from "../crypto/vault-keys.ts";
import type { ReadRange } from "../format/pack-reader.ts";
import type { LogPorts, VaultLog } from "../log/vault-log.ts";

/** What a verification looks at. */
export interface VerifyParts extends LogPorts {
	readonly vaultId: string;
	readonly roots: RootKeys;
	readonly keys: DomainKeys;
	readonly vaultLog: VaultLog;
	readonly signal?: AbortSignal | undefined;
}

/** Reads past every cache and counts. */
export class CountingReader {
	bytes = 0;
	readonly #parts: VerifyParts;

	constructor(parts: VerifyParts) {
		this.#parts = parts;
	}

	/** A whole object. */
	async object(name: string): Promise<Uint8Array> {
		requireNotCancelled(this.#parts);
		const bytes = await this.#parts.store.read(name, undefined, this.#parts.signal);
		this.bytes += bytes.length;
		return bytes;
	}

	range(name: string): ReadRange {
		return async (offset, length) => {
			requireNotCancelled(this.#parts);
			const bytes = await this.#parts.store.read(name, { offset, length }, this.#parts.signal);
			this.bytes += bytes.length;
			return bytes;
		};
	}
}

/** @throws AppError `cancelled` */
export function requireNotCancelled({ signal }: { readonly signal?: AbortSignal | undefined }): void {
	if (signal?.aborted === true) throw new AppError("cancelled", "The verification was stopped", { cause: signal.reason });
}
