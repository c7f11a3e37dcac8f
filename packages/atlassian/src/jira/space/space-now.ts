import type { ApplyContext } from "@skyeworx/engine";
import { spaceKind } from "./space-kind.ts";

/** What a space is called now: one that was created again, in this restore or an earlier one, has another id than the snapshot knows. */
export function spaceNow(context: Pick<ApplyContext, "mapped">, id: string): string {
	return context.mapped({ kind: spaceKind, id })?.ref.id ?? id;
}
