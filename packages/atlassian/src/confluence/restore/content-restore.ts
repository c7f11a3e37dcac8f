import type { KindRestore } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import type { ContentFlavour } from "../content/flavour.ts";
import { confirmContent } from "../live/read-live.ts";
import { applyContent, finishContent } from "./apply-content.ts";
import { contentReceipt } from "./content-receipt.ts";
import { planContent } from "./plan-content.ts";
import { SiblingOrder } from "./sibling-order.ts";
import { undoCreatedContent } from "./undo-content.ts";

/** The restore half of pages and of blog posts. */
export function contentRestore(site: AppSite, flavour: ContentFlavour): KindRestore {
	const order = new SiblingOrder();
	return {
		atOnce: 8,
		reachesOtherSites: true,
		goesIntoSpaces: true,
		confirm: (read, signal) => confirmContent(site, flavour, read, signal),
		plan: (wanted, live, options, selection) =>
			planContent(site, flavour, { wanted, live, options, ...(selection === undefined ? {} : { selection }) }),
		apply: (context, plan, wanted) => applyContent(site, flavour, { context, plan, wanted, order }),
		finish: (context, plan, wanted, result) => finishContent(site, flavour, { context, plan, wanted, result, order }),
		undoCreated: (made, { restoreId, signal }) => undoCreatedContent({ site, flavour, made, restoreId, signal }),
		receipt: (wanted, now, context) => contentReceipt(site.siteUrl, wanted, now, context),
	};
}
