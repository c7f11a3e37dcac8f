import type { PlanItem, RestorePlan } from "@skyeworx/contract";
import type { TrayItem } from "../../live/use-tray.tsx";
import { count, counted } from "../../parts/write-number.ts";

/** Items that the plan would write. */
export function written(plan: RestorePlan): readonly PlanItem[] {
	return plan.items.filter((item) => item.action === "create" || item.action === "change" || item.action === "untrash");
}

/** `55 created, 145 changed, 1 can’t be restored`. */
export function summary({ totals }: RestorePlan): string {
	const parts = [
		[totals.create, "created"],
		[totals.untrash, "taken out of the trash"],
		[totals.change, "changed"],
		[totals.leave, "left alone"],
		[totals.cannot, "can’t be restored"],
	] as const;
	return parts
		.filter(([number]) => number > 0)
		.map(([number, word]) => `${count(number)} ${word}`)
		.join(", ");
}

/** Whether some fields were asked for but the item is gone, so that it is created with all of them. */
export function becomesWhole(plan: RestorePlan): boolean {
	return plan.fields !== null && plan.items.some((item) => item.action === "create");
}

/** What pressing the button does: `Restore 12 work items to ACME`, `Restore attachment plan.xlsx to CORE-12`. */
export function nameDeed(plan: RestorePlan, chosen: readonly TrayItem[], namesOf: (kind: string) => readonly [string, string]): string {
	const items = written(plan);
	const [only] = items;
	const [item] = chosen;
	if (plan.fields !== null && only !== undefined && item !== undefined && !becomesWhole(plan))
		return `Restore ${fieldsText(only)} to ${item.key ?? `“${item.title}”`}`;
	const kinds = new Set(items.map((entry) => entry.ref.kind));
	const [kind] = kinds;
	const names = kinds.size === 1 && kind !== undefined ? namesOf(kind) : (["item", "items"] as const);
	const verb = plan.target.type === "copy" ? "Copy" : "Restore";
	return `${verb} ${counted(items.length, names)} to ${plan.siteName}`;
}

function fieldsText({ changes }: PlanItem): string {
	const [first] = changes;
	if (changes.length !== 1 || first === undefined) return counted(changes.length, ["field", "fields"]);
	return first.field.startsWith("file/") ? first.label.replace(/^Attachment /, "attachment ") : first.label;
}
