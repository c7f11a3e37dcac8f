import type { PlanItem, RestorePlan } from "@skyeworx/contract";
import { kindNames } from "../../parts/marks/kind-mark.tsx";
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

/** What pressing the button does: `Restore 12 work items to ACME`, `Copy 1 page to ACME`. */
export function nameDeed(plan: RestorePlan): string {
	const items = written(plan);
	const kinds = new Set(items.map((item) => item.ref.kind));
	const [kind] = kinds;
	const names = kinds.size === 1 && kind !== undefined ? kindNames(kind) : (["item", "items"] as const);
	const verb = plan.target.type === "copy" ? "Copy" : "Restore";
	return `${verb} ${counted(items.length, names)} to ${plan.siteName}`;
}
