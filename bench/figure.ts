/** One measured figure beside its limit or peer. */
export interface Figure {
	readonly name: string;
	readonly value: number;
	readonly unit: string;
	/** `<= 15`, `>= 0.6`; undefined for figures that only inform. */
	readonly limit?: { readonly sense: "at most" | "at least"; readonly value: number };
	/** What it was measured against, how, on how much. */
	readonly note: string;
	/** Why it is beyond its limit where it is, and how near it could come. */
	readonly reason?: string;
}

/** Whether the figure keeps its limit. */
export function keeps({ value, limit }: Figure): boolean {
	if (limit === undefined) return true;
	return limit.sense === "at most" ? value <= limit.value : value >= limit.value;
}

function written(value: number): string {
	return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}

/** Draws the table that `npm run bench` ends with; below it, why figures are beyond their limits. */
export function figureTable(figures: readonly Figure[]): string {
	const rows = figures.map((figure) => [
		keeps(figure) ? (figure.limit === undefined ? " " : "ok") : "OVER",
		figure.name,
		`${written(figure.value)} ${figure.unit}`.trim(),
		figure.limit === undefined ? "" : `${figure.limit.sense} ${written(figure.limit.value)}`,
		figure.note,
	]);
	const all = [["", "figure", "measured", "limit", "how"], ...rows];
	const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
	const lines = all.map((row) =>
		row
			.map((cell, column) => cell.padEnd(widths[column] ?? 0))
			.join("  ")
			.trimEnd(),
	);
	const over = figures.filter((figure) => !keeps(figure) && figure.reason !== undefined);
	return [...lines, ...over.map(({ name, reason }) => `\n${name}: ${reason}`)].join("\n");
}
