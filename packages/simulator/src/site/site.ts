import type { AssetsState } from "../assets/state.ts";
import type { ConfluenceState } from "../confluence/state.ts";
import type { JiraState } from "../jira/state.ts";
import type { Account, Group } from "./accounts.ts";
import type { SimulatorClock } from "./clock.ts";
import type { SeededRandom } from "./random.ts";
import type { Switches } from "./switches.ts";

/** Counters that give the next id of a kind; ids are never used twice. */
export class IdCounters {
	readonly #next = new Map<string, number>();

	/** Goes on with the numbers that `all` gave. */
	static from(numbers: ReadonlyMap<string, number>): IdCounters {
		const counters = new IdCounters();
		for (const [kind, next] of numbers) counters.#next.set(kind, next);
		return counters;
	}

	/** The next number of every kind. */
	all(): Map<string, number> {
		return new Map(this.#next);
	}

	/** Takes the next number of `kind`, beginning at `first`. */
	take(kind: string, first = 10_000): number {
		const id = this.#next.get(kind) ?? first;
		this.#next.set(kind, id + 1);
		return id;
	}

	/** Takes `count` numbers in a row and gives the first. */
	takeRange(kind: string, count: number, first = 10_000): number {
		const id = this.#next.get(kind) ?? first;
		this.#next.set(kind, id + count);
		return id;
	}

	/** Makes sure that `id` is never given out (fixtures loaded with their own ids). */
	reserve(kind: string, id: number): void {
		if (id >= (this.#next.get(kind) ?? 0)) this.#next.set(kind, id + 1);
	}
}

/** One Atlassian Cloud site in memory: everything that its APIs read and write. */
export interface Site {
	readonly cloudId: string;
	readonly name: string;
	/** Origin, known once the server listens: `http://127.0.0.1:4711`. */
	url: string;
	/** The account whose API token and OAuth grant `startSimulator` hands out; an administrator. */
	readonly owner: Account;
	readonly accounts: Map<string, Account>;
	readonly groups: Map<string, Group>;
	readonly clock: SimulatorClock;
	readonly random: SeededRandom;
	readonly ids: IdCounters;
	readonly switches: Switches;
	readonly jira: JiraState;
	readonly confluence: ConfluenceState;
	readonly assets: AssetsState;
}
