import type { ItemPlan, KindRestore, ReceiptField, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../../app-reader.ts";
import { type Explanation, fieldReceipt } from "../../fields.ts";
import { isElsewhere } from "../../restore/placement.ts";
import { wantsField } from "../../restore/plan-details.ts";
import { kindOfParent, type TreeFlavour } from "../tree-flavour.ts";
import { treeObjectFidelity } from "../tree-object-fidelity.ts";
import { treeObjectFields } from "../tree-object-fields.ts";
import { applyTreeObject } from "./apply-tree-object.ts";
import { planTreeObjects } from "./plan-tree-objects.ts";
import { undoCreatedTreeObject } from "./undo-tree-object.ts";

type Context = Parameters<KindRestore["receipt"]>[2];

function receiptOf(tree: TreeFlavour, wanted: StoredItem, now: StoredItem, context: Context): readonly ReceiptField[] {
	const created = isElsewhere(context.options) || wanted.ref.id !== now.ref.id;
	const table = treeObjectFidelity(tree);
	const explain = (field: string): Explanation => {
		const row = table.find((one) => one.field === field);
		const said = created ? row?.recreated : row?.inPlace;
		if (field === "parent" && created)
			return { result: "degraded", reason: "Its parent is not there any more; it stands elsewhere in the tree." };
		return said?.level === "impossible" ? { result: "impossible", reason: said.reason } : undefined;
	};
	const parent = (type: string, id: string): string => context.mapped({ kind: kindOfParent(type), id })?.ref.id ?? id;
	const space = wanted.parts.get("") === undefined ? undefined : spaceOf(wanted, context);
	const fields = treeObjectFields(wanted, parent).map((field) =>
		field.field === "space" && space !== undefined ? { ...field, identity: space } : field,
	);
	const lost = created ? table.filter(({ recreated }) => recreated.level === "impossible") : [];
	return [
		...fieldReceipt(fields, treeObjectFields(now), explain).filter(({ field }) => wantsField(context.options, field)),
		...lost.map(({ field, label, recreated }): ReceiptField => {
			return { field, label, result: "impossible", reason: recreated.level === "impossible" ? recreated.reason : "" };
		}),
	];
}

function spaceOf(wanted: StoredItem, context: Context): string | undefined {
	const id = treeObjectFields(wanted).find(({ field }) => field === "space")?.identity;
	if (id === undefined) return undefined;
	const other = context.options.target.type === "copy" ? context.options.target.spaceId : undefined;
	return other ?? context.mapped({ kind: "confluence.space", id })?.ref.id ?? id;
}

/** The restore half of folders, whiteboards, databases or smart links. */
export function treeObjectRestore(site: AppSite, tree: TreeFlavour): KindRestore {
	return {
		reachesOtherSites: true,
		plan: (wanted, live, options, selection): Promise<readonly ItemPlan[]> =>
			planTreeObjects(site, tree, { wanted, live, options, selection: selection ?? [] }),
		apply: (context, plan, wanted) => applyTreeObject(site, tree, { context, plan, wanted }),
		undoCreated: (made, { restoreId, signal }) => undoCreatedTreeObject({ site, tree, made, restoreId, signal }),
		receipt: (wanted, now, context) => receiptOf(tree, wanted, now, context),
	};
}
