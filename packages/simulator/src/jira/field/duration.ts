const units: Readonly<Record<string, number>> = { w: 5 * 8 * 3600, d: 8 * 3600, h: 3600, m: 60 };

/** Reads `2w 3d 4h 30m` (a week is five days of eight hours); undefined when it is none. */
export function parseDuration(text: string): number | undefined {
	const trimmed = text.trim();
	if (trimmed === "") return undefined;
	let seconds = 0;
	for (const part of trimmed.split(/\s+/)) {
		const match = /^(\d+(?:\.\d+)?)([wdhm])$/.exec(part);
		if (match === null) return undefined;
		seconds += Math.round(Number(match[1]) * (units[match[2] ?? ""] ?? 0));
	}
	return seconds;
}

/** Writes seconds as `1d 2h 30m`. */
export function formatDuration(seconds: number): string {
	const parts: string[] = [];
	let rest = Math.floor(seconds / 60) * 60;
	for (const [unit, size] of Object.entries(units)) {
		const count = Math.floor(rest / size);
		if (count > 0) parts.push(`${count}${unit}`);
		rest -= count * size;
	}
	return parts.length === 0 ? "0m" : parts.join(" ");
}
