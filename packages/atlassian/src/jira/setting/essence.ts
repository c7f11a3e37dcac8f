import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { FidelityRow, FieldValue } from "@skyeworx/engine";
import { idAt, isRawNumber, mapJson, textAt } from "../../record/json-access.ts";
import type { SettingKind } from "./setting-kind.ts";

/** Members that say nothing of the thing itself, wherever they stand. */
const silent: ReadonlySet<string> = new Set(["self", "expand", "avatarUrl", "iconUrl", "imageUri", "avatarURI", "_links", "_expands"]);

/** The row of the table that speaks of a member of the tree; a row with a star at its end speaks of all that begin so. */
export function rowOf(kind: Pick<SettingKind, "table">, member: string): FidelityRow | undefined {
	return (
		kind.table.find((row) => row.field === member) ??
		kind.table.find((row) => row.field.endsWith("*") && member.startsWith(row.field.slice(0, -1)))
	);
}

function isEmpty(value: JsonValue | undefined): boolean {
	if (value === undefined || value === null || value === "") return true;
	if (Array.isArray(value)) return value.length === 0;
	return isJsonObject(value) && !isRawNumber(value) && Object.keys(value).length === 0;
}

/** A member's value as far as it says something; undefined when it is empty or computed. */
export function essenceOf(kind: Pick<SettingKind, "table" | "essence">, member: string, tree: JsonObject): JsonValue | undefined {
	const value = tree[member];
	if (value === undefined || silent.has(member) || rowOf(kind, member)?.inPlace.level === "derived") return undefined;
	const plain = mapJson(value, (one, name) => (silent.has(name) ? undefined : one));
	if (plain === undefined || isEmpty(plain)) return undefined;
	const own = kind.essence?.(member, plain, tree) ?? plain;
	return isEmpty(own) ? undefined : own;
}

/** All members that say something, by name. */
export function essencesOf(kind: Pick<SettingKind, "table" | "essence">, tree: JsonObject): ReadonlyMap<string, JsonValue> {
	const found = new Map<string, JsonValue>();
	for (const member of Object.keys(tree)) {
		const essence = essenceOf(kind, member, tree);
		if (essence !== undefined) found.set(member, essence);
	}
	return found;
}

/** What an entry of a list is known by, from one incarnation to the next. */
function entryName(entry: JsonValue): string {
	return (
		textAt(entry, "key") ??
		textAt(entry, "name") ??
		textAt(entry, "value") ??
		textAt(entry, "title") ??
		idAt(entry, "id") ??
		canonicalJson(entry)
	);
}

/** The entry without its number: entries made again have others. */
function withoutId(entry: JsonValue): JsonValue {
	if (!isJsonObject(entry) || isRawNumber(entry)) return entry;
	return Object.fromEntries(Object.entries(entry).filter(([name]) => name !== "id"));
}

/** Pairs the entries of a list with those that stand for them: by id, else by name. */
export function pairEntries(
	wanted: readonly JsonValue[],
	live: readonly JsonValue[],
): readonly { readonly wanted: JsonValue; readonly live: JsonValue | undefined }[] {
	const byId = new Map(live.map((entry) => [idAt(entry, "id") ?? entryName(entry), entry]));
	const taken = new Set(wanted.flatMap((entry) => byId.get(idAt(entry, "id") ?? entryName(entry)) ?? []));
	return wanted.map((entry) => {
		const same = byId.get(idAt(entry, "id") ?? entryName(entry));
		const named = same ?? live.find((other) => !taken.has(other) && entryName(other) === entryName(entry));
		if (named !== undefined) taken.add(named);
		return { wanted: entry, live: named };
	});
}

/** Whether the live value is as wanted; rows that grow may hold more. */
export function isAsWanted(wanted: JsonValue | undefined, live: JsonValue | undefined, grows: boolean): boolean {
	if (!grows || !Array.isArray(wanted)) return canonicalJson(wanted ?? null) === canonicalJson(live ?? null);
	const list = Array.isArray(live) ? live : [];
	return pairEntries(wanted, list).every(
		(pair) => pair.live !== undefined && canonicalJson(withoutId(pair.wanted)) === canonicalJson(withoutId(pair.live)),
	);
}

/** `projectTypeKey` for people: `Project type key`. */
export function labelOf(kind: Pick<SettingKind, "table">, member: string): string {
	const known = rowOf(kind, member)?.label;
	if (known !== undefined) return known;
	const spaced = member.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
	return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function scalar(value: JsonValue): string {
	return typeof value === "string" ? value : canonicalJson(value);
}

/** One line for an entry of a list or object. */
function line(value: JsonValue): string {
	if (Array.isArray(value)) return value.map(line).join(", ");
	if (!isJsonObject(value) || isRawNumber(value)) return scalar(value);
	const name = textAt(value, "name") ?? textAt(value, "displayName") ?? textAt(value, "value") ?? textAt(value, "title");
	const others = Object.entries(value)
		.filter(([member, one]) => !["name", "displayName", "value", "title", "id", "accountId"].includes(member) && !isEmpty(one))
		.map(([member, one]) => `${member}: ${line(one)}`);
	return [name, ...(others.length > 0 ? [others.join("; ")] : [])].filter((part) => part !== undefined).join(" · ") || scalar(value);
}

/** A value for people. */
export function shown(value: JsonValue | undefined): FieldValue | undefined {
	if (value === undefined) return undefined;
	if (Array.isArray(value)) return { type: "list", items: value.map(line) };
	if (!isJsonObject(value) || isRawNumber(value)) return { type: "text", text: scalar(value) };
	const name = textAt(value, "name") ?? textAt(value, "displayName");
	if (name !== undefined) return { type: "text", text: line(value) };
	return { type: "list", items: Object.entries(value).map(([member, one]) => `${member}: ${line(one)}`) };
}
