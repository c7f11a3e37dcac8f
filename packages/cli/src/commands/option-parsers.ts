import { type Permission, permissions } from "@skyeworx/contract";
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

/** Reads a day, as its first moment by UTC. */
export function day(text: string): Date {
	const date = new Date(`${text}T00:00:00.000Z`);
	if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text) {
		throw new InvalidArgumentError("Give a day, as 2027-03-31.");
	}
	return date;
}

/** Reads permissions, one after the other. */
export function collectPermissions(text: string, before: readonly Permission[] = []): Permission[] {
	return [...before, oneOf(permissions)(text)];
}

/** Reads one of a few words. */
export function oneOf<const T extends string>(words: readonly T[]): (text: string) => T {
	return (text) => {
		const found = words.find((word) => word === text);
		if (found === undefined) throw new InvalidArgumentError(`Give one of: ${words.join(", ")}.`);
		return found;
	};
}
