import type { FidelityRow, FieldFidelity } from "@skyeworx/engine";

/** Comes back as it was. */
export const exact: FieldFidelity = { level: "exact" };
/** Comes back, but not quite the same. */
export const degraded = (why: string): FieldFidelity => ({ level: "degraded", why });
/** Atlassian's API has no way to write it. */
export const impossible = (reason: string): FieldFidelity => ({ level: "impossible", reason });
/** Computed by Atlassian; not compared. */
export const derived = (from: string): FieldFidelity => ({ level: "derived", from });

/** A row of a fidelity table; what is said of changing in place holds for creating again, too, unless told. */
export function row(field: string, label: string, inPlace: FieldFidelity, recreated: FieldFidelity = inPlace): FidelityRow {
	return { field, label, inPlace, recreated };
}

const newId = "Jira numbers everything that is created by itself; what refers to it is pointed to the new id.";

/** The rows of what Jira gives by itself to everything that has an id. */
export function idRows(...addresses: readonly string[]): readonly FidelityRow[] {
	return [row("id", "Id", exact, impossible(newId)), ...addresses.map((name) => row(name, "Address", derived("its id")))];
}

/** The table of a kind that is kept and compared, but that nobody can write: every member exact while it stands, none created again. */
export function keptRows(reason: string, members: Readonly<Record<string, string>>): readonly FidelityRow[] {
	return Object.entries(members).map(([field, label]) => row(field, label, impossible(reason)));
}
