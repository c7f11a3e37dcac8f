/** A sorted list of Jira's numeric ids, 8 bytes each. */
export class IdList {
	private readonly numbers: Float64Array;

	constructor(ids: Iterable<number>) {
		const sorted = Float64Array.from(ids).sort();
		this.numbers = sorted.filter((id, index) => index === 0 || id !== sorted[index - 1]);
	}

	get length(): number {
		return this.numbers.length;
	}

	has(id: number): boolean {
		const index = this.firstAbove(id - 1);
		return this.numbers[index] === id;
	}

	/** Ids above a bound, ascending, in slices of a size. */
	*slices(size: number, above = 0): Generator<readonly string[]> {
		for (let start = this.firstAbove(above); start < this.numbers.length; start += size) {
			yield Array.from(this.numbers.subarray(start, start + size), String);
		}
	}

	/** How many ids lie above a bound. */
	countAbove(bound: number): number {
		return this.numbers.length - this.firstAbove(bound);
	}

	private firstAbove(bound: number): number {
		let low = 0;
		let high = this.numbers.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((this.numbers[middle] ?? Number.POSITIVE_INFINITY) <= bound) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}
