import { InvalidArgumentError } from "commander";

/** Reads a whole number between two bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
	return (text) => {
		const value = Number(text);
		if (!/^\d+$/.test(text) || value < least || value > most) {
			throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
		}
		return value;
	};
}

/** Reads one of a few words. */
export function oneOf<const T extends string>(words: readonly T[]): (text: string) => T {
	return (text) => {
		const found = words.find((word) => word === text);
		if (found === undefined) throw new InvalidArgumentError(`Give one of: ${words.join(", ")}.`);
		return found;
	};
}
