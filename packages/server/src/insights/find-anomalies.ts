/** What is compared of one backup. */
export interface RunChanges {
	/** Items that the site had before. */
	readonly items: number;
	readonly created: number;
	readonly changed: number;
	readonly deleted: number;
	/** Of the new and changed ones, those whose text looks encrypted. */
	readonly opaque: number;
}

export interface Anomaly {
	readonly code: "mass-deletion" | "mass-edit" | "encrypted-content";
	readonly measured: number;
	readonly usual: number;
}

const least = { deleted: 20, changed: 50, opaque: 10 } as const;
const share = { deleted: 0.05, changed: 0.2, opaque: 0.2 } as const;
/** Standard deviations above what is usual. */
const deviations = 4;

/**
 * Says what is unusual about a backup: many items in themselves, much of the site, and far more than in the backups before it.
 * A first backup has nothing to be compared with.
 */
export function findAnomalies(run: RunChanges, before: readonly RunChanges[]): Anomaly[] {
	if (before.length === 0) return [];
	const found: Anomaly[] = [];
	const check = (code: Anomaly["code"], field: keyof typeof least, of: number) => {
		const history = before.map((one) => one[field]);
		const usual = mean(history);
		const limit = usual + deviations * deviation(history, usual);
		if (run[field] >= least[field] && run[field] >= of * share[field] && run[field] > limit)
			found.push({ code, measured: run[field], usual });
	};
	check("mass-deletion", "deleted", run.items);
	check("mass-edit", "changed", run.items);
	check("encrypted-content", "opaque", run.created + run.changed);
	return found;
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[], average: number): number {
	return Math.sqrt(mean(values.map((value) => (value - average) ** 2)));
}

const shortestOpaque = 80;

/**
 * Whether a text looks like what ransomware leaves: one long run of characters of which none is likelier than another, where
 * people write words. Bits a character: English has about 4.1 at this length, base64 of random bytes 5.5 and more.
 */
export function looksEncrypted(text: string): boolean {
	const longest = text.split(/\s+/).reduce((most, word) => (word.length > most.length ? word : most), "");
	if (longest.length < shortestOpaque || longest.length < text.length * 0.6 || /^https?:/.test(longest)) return false;
	const sample = longest.slice(0, 4000);
	const counts = new Map<string, number>();
	for (const character of sample) counts.set(character, (counts.get(character) ?? 0) + 1);
	const bits = [...counts.values()].reduce((sum, count) => sum - (count / sample.length) * Math.log2(count / sample.length), 0);
	return bits > Math.min(4.9, Math.log2(sample.length) * 0.8);
}
