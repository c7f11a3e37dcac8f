/** What spreadsheet programs take for the beginning of a formula, also in its wide forms. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * Writes one line of CSV (RFC 4180). A text that a spreadsheet program would run as a formula gets an apostrophe in front, which those
 * programs hide.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
	return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(cell: string | number | null): string {
	if (cell === null) return "";
	if (typeof cell === "number") return String(cell);
	const safe = formula.test(cell) ? `'${cell}` : cell;
	return `"${safe.replaceAll('"', '""')}"`;
}
