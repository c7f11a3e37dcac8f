import type { KindRestore } from "@skyeworx/engine";
import type { AppSite } from "../../../app-reader.ts";
import { applyItem, finishItem } from "./apply-item.ts";
import { CreateScreens } from "./field-metadata.ts";
import { planWorkItems } from "./plan-items.ts";
import { receiptOf } from "./receipt.ts";
import { undoCreated } from "./undo-created.ts";

/** The restore half of work items. */
export function workItemRestore(site: AppSite): KindRestore {
	const ports = { site, screens: new CreateScreens(site.client) };
	return {
		plan: async (wanted, live, options) => planWorkItems(wanted, live, options),
		apply: (context, plan, wanted) => applyItem(ports, context, plan, wanted),
		finish: (context, plan, wanted, result) => finishItem(ports, context, { plan, wanted, result }),
		undoCreated: (made, context) => undoCreated(site, made, context),
		receipt: receiptOf,
	};
}
