/** The number in a key: 12 of `ACME-12`; 0 where there is none. */
export function numberOf(key: string): number {
	return Number(/-(\d+)$/.exec(key)?.[1] ?? 0);
}
