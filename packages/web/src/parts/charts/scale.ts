const steps = [1, 2, 5, 10] as const;

/** The next round number that a scale can end with: 1, 2 or 5 times a power of ten; even numbers below ten, so that half of it is whole. */
export function roundUp(value: number): number {
	if (value <= 2) return 2;
	const power = 10 ** Math.floor(Math.log10(value));
	const step = steps.find((one) => value <= one * power) ?? 10;
	const round = step * power;
	return round < 10 && round % 2 === 1 ? round + 1 : round;
}

const short = new Intl.DateTimeFormat("en-AU", { day: "numeric", month: "short", timeZone: "UTC" });

/** `22 Nov` of a UTC date. */
export function dayText(date: string): string {
	return short.format(new Date(`${date}T00:00:00Z`));
}
