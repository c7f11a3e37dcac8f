import { type AppError, toAppError } from "@skyeworx/core";
import type { EntryKey, SnapshotId } from "../snapshots/snapshot.ts";
import type { Damage } from "../vault.ts";

/** Entries that are named for one damaged object; more are only counted. */
const namedLosses = 1000;

interface MutableDamage {
	readonly object: string;
	readonly what: string;
	readonly detail: string;
	readonly lost: (EntryKey & { readonly snapshot: SnapshotId })[];
	lostCount: number;
}

/** Gathers what a verification finds, one report for each object. */
export class DamageList {
	readonly #byObject = new Map<string, MutableDamage>();

	get empty(): boolean {
		return this.#byObject.size === 0;
	}

	has(object: string): boolean {
		return this.#byObject.has(object);
	}

	/** Notes a damaged object; of several findings the first counts. */
	add(object: string, what: string, detail: string): void {
		if (!this.#byObject.has(object)) this.#byObject.set(object, { object, what, detail, lost: [], lostCount: 0 });
	}

	/** Notes what an error says. @throws the error itself when it is not about damage */
	addError(error: unknown, fallback: string): void {
		const { object, what, detail } = damageOf(error, fallback);
		this.add(object, what, detail);
	}

	/** Notes entries that can't be read because of the object. */
	addLost(object: string, loss: { readonly snapshot: SnapshotId; readonly keys: readonly EntryKey[]; readonly count: number }): void {
		this.add(object, "reference", "a snapshot refers to it in vain");
		const damage = this.#byObject.get(object);
		if (damage === undefined) return;
		damage.lostCount += loss.count;
		for (const { kind, id, part } of loss.keys) {
			if (damage.lost.length < namedLosses) damage.lost.push({ snapshot: loss.snapshot, kind, id, part });
		}
	}

	list(): Damage[] {
		return [...this.#byObject.values()].sort((a, b) => (a.object < b.object ? -1 : 1));
	}
}

/** What an error says of a stored object. @throws the error itself when it is not about damage */
export function damageOf(error: unknown, fallback: string): { readonly object: string; readonly what: string; readonly detail: string } {
	const failure: AppError = toAppError(error);
	const { facts } = failure;
	const object = String(facts.object ?? fallback);
	if (failure.code === "store-object-missing") return { object, what: "missing", detail: "it is not in the store" };
	if (failure.code === "vault-unsupported") return { object, what: "unsupported", detail: failure.message };
	if (failure.code !== "vault-damaged") throw failure;
	return { object, what: String(facts.what ?? "content"), detail: String(facts.detail ?? failure.message) };
}
