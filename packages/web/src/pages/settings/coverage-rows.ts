import type { KindCoverage } from "@skyeworx/contract";

type FidelityRow = KindCoverage["fidelity"][number];

/** Fields that share a name and a verdict, as one line. */
export interface CoverageRow extends Pick<FidelityRow, "label" | "inPlace" | "recreated"> {
	readonly key: string;
	/** Which fields the line is about, where its name alone does not say it: `title, media type`. */
	readonly members: string;
}

/** Puts what is called alike and fares alike into one line, and says of what is called alike and fares otherwise what it is. */
export function coverageRows(fidelity: readonly FidelityRow[]): readonly CoverageRow[] {
	const groups = Map.groupBy(fidelity, ({ label, inPlace, recreated }) => JSON.stringify([label, inPlace, recreated]));
	const alike = Map.groupBy(groups.values(), ([first]) => first?.label);
	return [...groups].flatMap(([key, rows]) => {
		const [first] = rows;
		if (first === undefined) return [];
		const isOne = rows.length === 1 && alike.get(first.label)?.length === 1;
		const members = isOne ? "" : [...new Set(rows.flatMap(({ field }) => wordsOf(field)))].join(", ");
		return [{ key, label: first.label, inPlace: first.inPlace, recreated: first.recreated, members }];
	});
}

/** The last name of a path: `fields.attachment.*.mimeType` as `mime type`; a list's own row has none. */
function wordsOf(field: string): readonly string[] {
	const last = field.split(/[./]/).at(-1) ?? "";
	return last === "*" || last === ""
		? []
		: [
				last
					.replaceAll(/([a-z])([A-Z])/g, "$1 $2")
					.replaceAll(/[-_]/g, " ")
					.toLowerCase(),
			];
}
