import type { FieldDifference, FieldValue, ReceiptField } from "@skyeworx/engine";

/** One field of a stored item in a form that can be compared and shown. */
export interface Field {
	readonly field: string;
	readonly label: string;
	/** Equal texts are equal fields; what is shown may say less. */
	readonly identity: string;
	readonly value: FieldValue;
}

/** A field that is a text; `identity` where the text shown says less than what is compared. */
export function textField(field: string, label: string, text: string, identity = text): Field {
	return { field, label, identity, value: { type: "text", text } };
}

/** What differs between two states of an item, field by field; equal ones give an empty list. */
export function differences(before: readonly Field[], after: readonly Field[]): readonly FieldDifference[] {
	const was = new Map(before.map((field) => [field.field, field]));
	const is = new Map(after.map((field) => [field.field, field]));
	return [...new Set([...was.keys(), ...is.keys()])].flatMap((name) => {
		const [a, b] = [was.get(name), is.get(name)];
		if (a?.identity === b?.identity) return [];
		return [{ field: name, label: b?.label ?? a?.label ?? name, before: a?.value, after: b?.value }];
	});
}

/** What a receipt says of a field that is not as it was wanted; undefined means that it failed. */
export type Explanation = Pick<ReceiptField, "result" | "reason"> | undefined;

/** Compares each wanted field with what is there now. */
export function fieldReceipt(
	wanted: readonly Field[],
	now: readonly Field[],
	explain: (field: string) => Explanation,
): readonly ReceiptField[] {
	const is = new Map(now.map((field) => [field.field, field.identity]));
	return wanted.map(({ field, label, identity }) => {
		if (is.get(field) === identity) return { field, label, result: "exact" };
		return { field, label, ...(explain(field) ?? { result: "failed", reason: "It is not as it was." }) };
	});
}
