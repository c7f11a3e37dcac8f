const whole = new Intl.NumberFormat("en-AU");

/** `12,345`. */
export function count(value: number): string {
	return whole.format(value);
}

const units = ["B", "KB", "MB", "GB", "TB"] as const;

/** `1.4 MB`, in powers of 1000. */
export function bytes(value: number): string {
	const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
	const scaled = value / 1000 ** power;
	return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${units[power] ?? "B"}`;
}

/** `1 page`, `12 pages`. */
export function counted(value: number, names: readonly [string, string]): string {
	return `${count(value)} ${value === 1 ? names[0] : names[1]}`;
}
