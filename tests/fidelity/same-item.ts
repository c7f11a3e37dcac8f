import type { Fidelity, FidelityRow, FieldFidelity, StoredItem } from "@skyeworx/engine";
import { contentFacts } from "./content-facts.ts";
import type { Fact, Names } from "./item-facts.ts";
import { workItemFacts } from "./work-item-facts.ts";

/** Whether a table's pattern speaks of a place; a star stands for one step, or for the rest of one. */
function speaksOf(pattern: string, place: string): boolean {
	const [ours, theirs] = [pattern.split("."), place.split(".")];
	return (
		ours.length === theirs.length &&
		ours.every((step, index) => {
			const other = theirs[index] ?? "";
			return step === other || (step.endsWith("*") && other.startsWith(step.slice(0, -1)));
		})
	);
}

function rowOf(table: Fidelity, place: string): FidelityRow | undefined {
	return table.find((row) => row.field === place) ?? table.find((row) => speaksOf(row.field, place));
}

export interface Comparing {
	readonly table: Fidelity;
	readonly way: "inPlace" | "recreated";
	readonly names: Names;
}

/** What a restore adds to and takes nothing from: writing makes history, and what came later is somebody's work. */
const grows: ReadonlySet<string> = new Set(["history", "versions.*", "properties.*", "watchers.*", "participants.*"]);

/**
 * Compares two records of one item, the second after a restore: every fact of the first must be in the second, but for what the
 * fidelity table declares impossible or derived. What is degraded comes back in another form, which the facts already look through.
 * @returns one line a difference; a fact that no row of the table speaks of is one, too
 */
export async function differencesAfterRestore(before: StoredItem, after: StoredItem, comparing: Comparing): Promise<readonly string[]> {
	const facts = await (before.ref.kind === "jira.work-item" ? workItemFacts : contentFacts)(before, after, comparing.names);
	const now = new Map(facts.after.map((fact) => [fact.place, fact]));
	const lines = facts.before.flatMap((fact) => lineFor(fact, now.get(fact.place), comparing));
	const known = new Set(facts.before.map((fact) => fact.place));
	const more = facts.after
		.filter((fact) => !known.has(fact.place) && !grows.has(fact.row))
		.flatMap((fact) => lineFor(undefined, fact, comparing));
	return [...lines, ...more].map((line) => `${before.ref.kind}/${before.ref.id} ${line}`);
}

function lineFor(was: Fact | undefined, is: Fact | undefined, { table, way }: Comparing): readonly string[] {
	const fact = was ?? is;
	if (fact === undefined) return [];
	const row = rowOf(table, fact.row);
	if (row === undefined) return [`${fact.row}: no row of the fidelity table speaks of it`];
	const said: FieldFidelity = fact.again ? row.recreated : row[way];
	if (said.level === "impossible" || said.level === "derived" || was?.value === is?.value) return [];
	return [`${fact.place}: ${short(was?.value)} became ${short(is?.value)}`];
}

function short(value: string | undefined): string {
	if (value === undefined) return "nothing";
	return value.length > 300 ? `${value.slice(0, 300)}…` : value;
}
