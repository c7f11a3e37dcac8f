import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { isRawNumber, mapJson } from "./json-access.ts";

/**
 * Version of the lists below. A record keeps what Atlassian answered except members that differ from one reading to the next
 * although nobody changed anything: kept, they would make every backup of an untouched site look like a change.
 */
export const volatileVersion = 2;

/** Dropped wherever they stand. */
const volatileEverywhere: ReadonlySet<string> = new Set(["avatarUrls"]);

/** Dropped at the top of a record. */
const volatileAtTop: ReadonlySet<string> = new Set([
	"expand",
	"operations",
	"transitions",
	"editmeta",
	"renderedFields",
	"insight",
	"permissions",
]);

/** Dropped inside an issue's `fields`: they speak of the reader, not of the item. */
const volatileFields: ReadonlySet<string> = new Set(["lastViewed"]);

/** Running clocks of a JSM service level; they tick with every reading. */
const volatileCycle: ReadonlySet<string> = new Set(["elapsedTime", "remainingTime", "withinCalendarHours"]);

/** A record without volatile members. What holds none is not copied. */
export function stableRecord(record: JsonObject): JsonObject {
	return keep(record, (name, value) => {
		if (volatileAtTop.has(name)) return undefined;
		return name === "fields" ? stableFields(value) : stableMember(name, value);
	});
}

/** A value inside a record, without volatile members. What holds none is not copied. */
export function stable(value: JsonValue): JsonValue {
	if (value === null || typeof value !== "object") return value;
	if (Array.isArray(value)) return stableList(value);
	if (!isJsonObject(value) || isRawNumber(value)) return value;
	return keep(value, stableMember);
}

function stableList(list: readonly JsonValue[]): JsonValue {
	let next: JsonValue[] | undefined;
	for (const [index, one] of list.entries()) {
		const changed = stable(one);
		if (next === undefined && changed !== one) next = list.slice(0, index);
		next?.push(changed);
	}
	return next ?? list;
}

function stableMember(name: string, member: JsonValue): JsonValue | undefined {
	if (member === null || typeof member !== "object") return member;
	if (volatileEverywhere.has(name)) return undefined;
	return name === "ongoingCycle" ? withoutClock(member) : stable(member);
}

/**
 * Changes the members of an object; undefined drops one, and an object that nothing changes is answered itself. Built anew rather
 * than deleted from: an object with a deleted member is slow for ever.
 */
function keep(value: JsonObject, change: (name: string, member: JsonValue) => JsonValue | undefined): JsonObject {
	let next: Record<string, JsonValue> | undefined;
	for (const name in value) {
		const member = value[name] as JsonValue;
		const changed = change(name, member);
		if (next === undefined) {
			if (changed === member) continue;
			next = upTo(value, name);
		}
		if (changed !== undefined) next[name] = changed;
	}
	return next ?? value;
}

/** A copy of the members before a name. */
function upTo(value: JsonObject, name: string): Record<string, JsonValue> {
	const copy: Record<string, JsonValue> = {};
	for (const before in value) {
		if (before === name) break;
		copy[before] = value[before] as JsonValue;
	}
	return copy;
}

function stableFields(fields: JsonValue): JsonValue {
	return isJsonObject(fields) ? keep(fields, stableField) : stable(fields);
}

/** A field of an issue without volatile members; undefined for a volatile field. */
export function stableField(name: string, value: JsonValue): JsonValue | undefined {
	if (volatileFields.has(name)) return undefined;
	if (name === "votes") return dropped(value, "hasVoted");
	if (name === "watches") return dropped(value, "isWatching");
	if (isJsonObject(value) && value.requestType !== undefined) return requestType(value);
	return stableMember(name, value);
}

/** A request's type, beside which stands its status with words of the day of reading: `Today 3:45 PM`. */
function requestType(value: JsonObject): JsonValue {
	return mapJson(stable(value), (member, name) => (name === "friendly" ? undefined : member)) ?? value;
}

function withoutClock(cycle: JsonValue): JsonValue {
	if (!isJsonObject(cycle)) return cycle;
	return keep(cycle, (name, member) => (volatileCycle.has(name) ? undefined : member));
}

function dropped(value: JsonValue, name: string): JsonValue {
	if (!isJsonObject(value)) return value;
	return keep(value, (member, one) => (member === name ? undefined : one));
}
