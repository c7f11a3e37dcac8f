/** So many pages of a thousand are asked in one run who likes them; a full read has more else to ask. */
const perThousand = { full: 10, sweep: 25 } as const;
/** On a small site all are asked at once. */
const atLeast = 25;

/**
 * Limits how many pages one run asks who likes them: the search tells the number of likes of every page, but names only come one page
 * at a time. Those that are left over are asked in the next runs.
 */
export class LikesBudget {
	#left = atLeast;
	#waiting = 0;

	/** Says how large the site is. */
	allow(pages: number, mode: keyof typeof perThousand): void {
		this.#left = Math.max(atLeast, Math.floor((pages / 1000) * perThousand[mode]));
	}

	/** Takes one request; false when there is none left, and then the page waits. */
	take(): boolean {
		if (this.#left === 0) {
			this.#waiting += 1;
			return false;
		}
		this.#left -= 1;
		return true;
	}

	/** Pages whose likes changed and that were not asked yet. */
	get waiting(): number {
		return this.#waiting;
	}
}
