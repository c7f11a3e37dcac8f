import { AppError, type Clock } from "@skyeworx/core";
import { KeyRing } from "../crypto/key-ring.ts";
import { mainDomain } from "../crypto/vault-keys.ts";
import type { LogPorts, VaultLog } from "../log/vault-log.ts";
import type { Store } from "../stores/store.ts";
import { type OpenedRoot, openDomainKeys, openRootKey } from "../unlock.ts";
import type { Unlock } from "../vault.ts";

interface RingPlace {
	readonly store: Store;
	readonly clock: Clock;
	readonly vaultId: string;
	readonly lifetime: number | undefined;
	readonly unlock: Unlock;
	/** Undefined until it is loaded. */
	readonly log: () => VaultLog | undefined;
}

export interface VaultRing {
	readonly ring: KeyRing;
	/** What is asked for the root key from now on. */
	readonly useUnlock: (unlock: Unlock) => void;
}

/** The keys of one vault, opened anew by the same way each time, and held against what its log says of slots and keys. */
export function vaultRing({ store, clock, vaultId, lifetime, unlock, log }: RingPlace, first: OpenedRoot): VaultRing {
	let used = unlock;
	const removed = () => log()?.state.removedSlots ?? new Set<string>();
	const ring = new KeyRing(
		{
			vaultId,
			domain: mainDomain,
			clock,
			lifetime,
			openRoot: () => openRootKey({ store, clock, vaultId, unlock: used, removed: removed() }),
			async openContent({ slotId, roots }) {
				await log()?.catchUp();
				if (removed().has(slotId)) throw new AppError("vault-key-wrong", "This key slot was removed from the vault", { facts: { slotId } });
				const state = log()?.state;
				if (state?.shredded.has(mainDomain) === true) return "shredded";
				return openDomainKeys({ store, vaultId, domain: mainDomain, roots, newest: state?.generations.get(mainDomain) ?? 0 });
			},
			news({ slotId, content }) {
				const state = log()?.state;
				if (state === undefined) return "none";
				if (state.removedSlots.has(slotId)) return "slot";
				if (content === "not yet" || content === "shredded") return "none";
				const newer = state.shredded.has(mainDomain) || content.generation < (state.generations.get(mainDomain) ?? 0);
				return newer ? "content" : "none";
			},
		},
		first,
	);
	return {
		ring,
		useUnlock: (unlockFromNowOn) => {
			used = unlockFromNowOn;
		},
	};
}

/** The log's ports with keys that are asked of the ring at each use. */
export function ringLogPorts(ports: Pick<LogPorts, "store" | "clock" | "random" | "log" | "genesis">, ring: KeyRing): LogPorts {
	return { ...ports, roots: ring.roots, ready: () => ring.ready() };
}
