import type { JsonObject } from "@skyeworx/core";
import { idIn } from "./deed.ts";
import type { SettingWrite } from "./setting-kind.ts";

/** A kind that one call makes, one call changes and one call deletes. */
interface PlainWrite extends Partial<SettingWrite> {
	/** Where things are made: `/rest/api/3/issuetype`. */
	readonly path: string;
	/** Where one is changed and deleted; `path` and its id unless told. */
	readonly one?: string;
	/** Name of the placeholder in `one`: `id` unless told. */
	readonly idName?: string;
	/** What the creating call carries. */
	creation(tree: JsonObject): JsonObject;
	/** What the changing call carries; the same as creating unless told. Undefined where Jira changes none. */
	changing?(tree: JsonObject): JsonObject;
	/** Rows that neither call carries: others write them. */
	readonly elsewhere?: readonly string[];
	/** Query of the deleting call. */
	readonly removal?: Readonly<Record<string, string>>;
}

/** How such a kind is written. */
export function plainWrite(plain: PlainWrite): SettingWrite {
	const { path, one = `${path}/{id}`, idName = "id", elsewhere = [], removal, creation, changing = creation, ...over } = plain;
	return {
		async create(deed, tree) {
			const { json } = await deed.client.call({ method: "POST", path, body: creation(tree), signal: deed.context.signal });
			return idIn(json) ?? "";
		},
		async change(deed, { id, rows, wanted, isNew }) {
			const mine = [...rows].filter((row) => !elsewhere.includes(row));
			if (mine.length === 0 || (isNew && changing === creation)) return;
			await deed.put(mine[0] ?? "", "members", { method: "PUT", path: one, parameters: { [idName]: id }, body: changing(wanted) });
		},
		remove: (id) => ({ method: "DELETE", path: one, parameters: { [idName]: id }, ...(removal === undefined ? {} : { query: removal }) }),
		...over,
	};
}

/** The members of these names that say something. */
export function members(tree: JsonObject, ...names: readonly string[]): JsonObject {
	return Object.fromEntries(Object.entries(tree).filter(([name, value]) => names.includes(name) && value !== null && value !== ""));
}

/** The same with an empty text where there is none: writing it takes a text away. */
export function texts(tree: JsonObject, ...names: readonly string[]): JsonObject {
	return Object.fromEntries(names.map((name) => [name, typeof tree[name] === "string" ? tree[name] : ""]));
}
