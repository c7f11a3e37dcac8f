import Table from "cli-table3";

const noLines = {
	top: "",
	"top-mid": "",
	"top-left": "",
	"top-right": "",
	bottom: "",
	"bottom-mid": "",
	"bottom-left": "",
	"bottom-right": "",
	left: "",
	"left-mid": "",
	mid: "",
	"mid-mid": "",
	right: "",
	"right-mid": "",
	middle: "  ",
};

/** Draws rows under upper-case headings, columns aligned, no lines: made for reading and for `awk` alike. */
export function drawTable(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
	const table = new Table({
		head: headings.map((heading) => heading.toUpperCase()),
		chars: noLines,
		style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
	});
	for (const row of rows) table.push(row.map((cell) => onOneLine(String(cell))));
	return `${table
		.toString()
		.split("\n")
		.map((line) => line.trimEnd())
		.join("\n")}\n`;
}

/** Content comes from other people: no line breaks, and nothing that a terminal would take for a command. */
export function onOneLine(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
}

/** Cuts a text that is longer than `width` and says so with an ellipsis. */
export function shorten(text: string, width: number): string {
	const line = onOneLine(text);
	return line.length <= width ? line : `${line.slice(0, Math.max(1, width - 1))}…`;
}
