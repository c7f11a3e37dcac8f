import type { Fidelity, FidelityRow, FieldFidelity } from "@skyeworx/engine";
import type { TreeFlavour } from "./tree-flavour.ts";

const exact: FieldFidelity = { level: "exact" };
const impossible = (reason: string): FieldFidelity => ({ level: "impossible", reason });
const row = (field: string, label: string, inPlace: FieldFidelity, recreated: FieldFidelity = inPlace): FidelityRow => ({
	field,
	label,
	inPlace,
	recreated,
});
const newId = impossible("Atlassian gives what is created again a new id; references in restored bodies are changed to it.");
const byConnection = impossible("Atlassian records the connection's account and the day of the restore.");

/** What comes back of a folder, whiteboard, database or smart link, and how well. */
export function treeObjectFidelity(tree: TreeFlavour): Fidelity {
	const plural = tree.names[1];
	const noWay = (what: string): FieldFidelity => impossible(`Atlassian's API can't ${what} ${plural}.`);
	return [
		row("id", "Id", exact, newId),
		row("title", "Title", noWay("rename"), exact),
		row("parent", "Parent", noWay("move"), exact),
		row("space", "Space", noWay("move"), exact),
		row("position", "Position among its siblings", noWay("move"), { level: "degraded", why: "It comes last among its siblings." }),
		...(tree.type === "embed" ? [row("embedUrl", "Address", noWay("change"), exact)] : []),
		row("properties.*", "Properties", exact),
		...(tree.blind === undefined ? [] : [row("content", "What is in it", exact, impossible(tree.blind))]),
		row("authorId", "Author", exact, byConnection),
		row("ownerId", "Owner", exact, byConnection),
		row("createdAt", "Creation date", exact, byConnection),
		row("status", "Status", exact),
		row("type", "Type", exact),
		row("version", "Version", { level: "derived", from: "the last change" }),
	];
}
