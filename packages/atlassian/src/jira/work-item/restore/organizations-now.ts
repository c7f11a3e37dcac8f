import { type ItemRef, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { ItemPlan, StoredItem } from "@skyeworx/engine";
import { at, idAt, listAt, objectAt, textAt, without } from "../../../record/json-access.ts";
import { root, serviceList } from "../../service/desk-lists.ts";
import { optional } from "../../setting/reading.ts";
import type { Restoring } from "./restoring.ts";

const organizationKind = "jsm.organization";

/** Whether a field's value names organizations of customers, with which a request is shared. */
export function isOrganizations(value: JsonValue | undefined): boolean {
	const list = listAt({ value: value ?? null }, "value");
	const isOne = (one: JsonValue) =>
		textAt(one, "uuid") !== undefined && textAt(one, "name") !== undefined && /\/organization\//.test(textAt(one, "_links", "self") ?? "");
	return list.length > 0 && list.every(isOne);
}

const fieldsOf = (main: JsonValue | undefined) => Object.entries(objectAt(main, "fields")).filter(([, value]) => isOrganizations(value));

/** Organizations that are restored together with a request which is shared with them come first. */
export function afterOrganizations(plan: ItemPlan, item: StoredItem, selection: readonly { readonly ref: ItemRef }[]): ItemPlan {
	const ids = new Set(
		fieldsOf(item.parts.get("")).flatMap(([, value]) => listAt({ value }, "value").flatMap((one) => idAt(one, "id") ?? [])),
	);
	const first = selection.map(({ ref }) => ref).filter((ref) => ref.kind === organizationKind && ids.has(ref.id));
	return first.length === 0 ? plan : { ...plan, after: [...plan.after, ...first] };
}

/**
 * A restore whose request names organizations by the numbers that they have today: those that the restore made again, those that
 * are there under the same number and id among all sites, else those of the same name. A number alone says nothing: on another site it is
 * somebody else's. One that is not there is left without a number, which can't be written.
 */
export async function withOrganizationsNow(restoring: Restoring): Promise<Restoring> {
	const fields = fieldsOf(restoring.main);
	if (fields.length === 0) return restoring;
	const { context, site } = restoring;
	const reading = { client: site.client, signal: context.signal };
	const all = (await optional(serviceList(reading, { path: `${root}/organization` }))) ?? [];
	const now = (one: JsonValue): JsonValue => {
		const [id, name] = [idAt(one, "id"), textAt(one, "name")];
		const mapped = id === undefined ? undefined : context.mapped({ kind: organizationKind, id })?.ref.id;
		const same = all.find(
			(other) => idAt(other, "id") === (mapped ?? id) && (mapped !== undefined || textAt(other, "uuid") === textAt(one, "uuid")),
		);
		const found = same ?? all.find((other) => textAt(other, "name") === name);
		const kept = isJsonObject(one) ? without(one, "id") : {};
		return found === undefined ? kept : { ...kept, id: idAt(found, "id") ?? "" };
	};
	const renamed = Object.fromEntries(fields.map(([field, value]) => [field, listAt({ value }, "value").map(now)]));
	const main: JsonObject = { ...objectAt(restoring.main), fields: { ...objectAt(at(restoring.main, "fields")), ...renamed } };
	return { ...restoring, main };
}
