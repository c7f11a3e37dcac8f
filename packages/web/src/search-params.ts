/** Reads one value of an address's query as text; empty and strange ones are undefined. */
export function textOf(value: unknown): string | undefined {
	if (typeof value === "number") return String(value);
	return typeof value === "string" && value !== "" ? value.slice(0, 2000) : undefined;
}

/** Reads a whole number that is not negative. */
export function numberOf(value: unknown): number | undefined {
	const number = typeof value === "string" && value !== "" ? Number(value) : value;
	return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** Reads one of a closed list of words. */
export function oneOf<const T extends string>(words: readonly T[], value: unknown): T | undefined {
	return words.find((word) => word === value);
}

/** Leaves out what is undefined: an address says only what was chosen. */
export function present<T extends object>(values: T): Present<T> {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
	[K in keyof T as undefined extends T[K] ? K : never]?: T[K];
};
