import type { KindRestore, ReceiptField, StoredItem } from "@skyeworx/engine";
import { idAt, textAt } from "../../../../record/json-access.ts";
import { isOtherSite } from "../../other-site.ts";
import { pairAttributes } from "../asset-object.ts";
import {
	assetObjectRef,
	attributePrefix,
	attributesIn,
	identityOfValue,
	type KeptAttribute,
	type KeptValue,
	mainOf,
} from "../object-record.ts";
import { readDetails } from "./plan-objects.ts";

type ReceiptContext = Parameters<KindRestore["receipt"]>[2];

const renamed = "What it refers to was made again under other ids and keys, or is another account there.";

/** Compares what was wanted of an object with what is there now, attribute by attribute; pure. */
export function objectReceipt(wanted: StoredItem, now: StoredItem, context: ReceiptContext): readonly ReceiptField[] {
	const [then, live] = [mainOf(wanted), mainOf(now)];
	const { fields } = context.options;
	const created = context.action === "create";
	const [before, after] = [attributesIn(then), attributesIn(live)];
	const sameType = !isOtherSite(context.options) && idAt(then, "objectType", "id") === idAt(live, "objectType", "id");
	const lines = pairAttributes(before, after, sameType).flatMap(([was, is]): ReceiptField[] => {
		if (was !== undefined) return [lineOf(was, is, context)];
		const { id = "", name = "" } = is ?? {};
		const reason = "The site has a value that the snapshot does not have.";
		return created ? [] : [{ field: attributePrefix + id, label: name, result: "failed", reason }];
	});
	const key: ReceiptField = {
		field: "objectKey",
		label: "Key",
		result: created ? "impossible" : "exact",
		...(created ? { reason: `Assets numbers its objects by itself: it is ${textAt(live, "objectKey")} now.` } : {}),
	};
	return [key, ...lines].filter(({ field }) => fields === undefined || fields.includes(field));
}

function lineOf(attribute: KeptAttribute, now: KeptAttribute | undefined, context: ReceiptContext): ReceiptField {
	const line = { field: attributePrefix + attribute.id, label: attribute.name };
	const have = (now?.values ?? []).map(identityOfValue).toSorted().join("\n");
	if (attribute.values.map(identityOfValue).toSorted().join("\n") === have) return { ...line, result: "exact" };
	const meant = attribute.values.map((value) => identityOfValue(todays(value, context)));
	if (meant.toSorted().join("\n") === have) return { ...line, result: "degraded", reason: renamed };
	const said = context.problems.find(({ field }) => field === line.field);
	return { ...line, result: "failed", reason: said?.reason ?? "The site has another value." };
}

/** What a value of the snapshot is today. */
function todays(value: KeptValue, context: ReceiptContext): KeptValue {
	if (value.type === "object") return { ...value, id: context.mapped(assetObjectRef(value.id))?.ref.id ?? value.id };
	if (value.type !== "user") return value;
	const account = isOtherSite(context.options) ? readDetails(context).people[value.accountId] : undefined;
	return { ...value, accountId: account ?? value.accountId };
}
