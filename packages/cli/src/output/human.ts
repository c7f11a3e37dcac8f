/** `2026-11-22 09:14 UTC`; a dash when there is none. */
export function moment(text: string | null | undefined): string {
	return text === null || text === undefined ? "-" : `${new Date(text).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

const units = ["B", "KB", "MB", "GB", "TB"] as const;

/** `1.4 MB`, in powers of 1,000. */
export function bytes(count: number): string {
	const power = count < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
	const value = count / 1000 ** power;
	return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}

/** `1 work item`, `12 work items`. */
export function counted(count: number, one: string, many = `${one}s`): string {
	return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** `0.4 s`, `12 s`, `3.5 min`. */
export function seconds(value: number): string {
	if (value < 100) return `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
	return value < 6000 ? `${(value / 60).toFixed(1)} min` : `${(value / 3600).toFixed(1)} h`;
}

/** `99.9 %`, rounded down, so that 100 % means all; a dash when there is none. */
export function rate(value: number | null): string {
	return value === null ? "-" : `${Math.floor(value * 1000) / 10} %`;
}
