import type { ReceiptField, StoredItem } from "@skyeworx/engine";
import { formsOf } from "../form/forms-of-item.ts";
import { matchParts } from "./match-parts.ts";
import type { ReceiptContext } from "./receipt.ts";

/** Lines of a work item's forms: there, with the answers that they had. */
export function formLines(wanted: StoredItem, now: StoredItem, context: ReceiptContext): readonly ReceiptField[] {
	const { same, changed } = matchParts(wanted, now).forms;
	return formsOf(wanted).map(({ id, name }): ReceiptField => {
		const field = `forms/${id}`;
		const line = { field, label: `Form ${name}` };
		const problem = context.problems.find((one) => one.field === field)?.reason;
		const there = same.get(id);
		if (there === undefined) return { ...line, result: "failed", reason: problem ?? "It is not there, or says something else." };
		if (changed.includes(id)) return { ...line, result: "failed", reason: problem ?? "The site has other answers." };
		if (there === id) return { ...line, result: "exact" };
		return { ...line, result: "degraded", reason: "Attached again from its template under a new id, in the connection's name." };
	});
}
