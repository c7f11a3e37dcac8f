import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { z } from "zod";
import { compareText } from "./records.ts";

const operations = ["read", "update"] as const;

const listShape = z.object({ users: z.array(z.string()), groups: z.array(z.object({ id: z.string(), name: z.string() })) });
const partShape = z.object({ read: listShape, update: listShape });

/** Who alone may view or change a page; an empty list of both sorts means everybody. */
export type Restrictions = z.infer<typeof partShape>;

const nobody: Restrictions = { read: { users: [], groups: [] }, update: { users: [], groups: [] } };

function results(value: JsonValue | undefined): readonly JsonObject[] {
	if (Array.isArray(value)) return value.filter(isJsonObject);
	return isJsonObject(value) && Array.isArray(value.results) ? value.results.filter(isJsonObject) : [];
}

function text(value: JsonValue | undefined): string {
	return typeof value === "string" ? value : "";
}

function list(restriction: JsonObject | undefined): Restrictions["read"] {
	const lists = isJsonObject(restriction?.restrictions) ? restriction.restrictions : {};
	const users = results(lists.user).map((user) => text(user.accountId));
	const groups = results(lists.group).map((group) => ({ id: text(group.id), name: text(group.name) }));
	return {
		users: users.filter((id) => id !== "").sort(compareText),
		groups: groups.filter(({ id }) => id !== "").sort((a, b) => compareText(a.id, b.id)),
	};
}

/** Restrictions as they are kept, from v1's list of operations; undefined when everybody may read and write. */
export function restrictionsPart(byOperation: readonly JsonValue[]): JsonValue | undefined {
	const of = (operation: string) => list(byOperation.filter(isJsonObject).find((one) => one.operation === operation));
	const part = { read: of("read"), update: of("update") };
	return operations.some((operation) => part[operation].users.length + part[operation].groups.length > 0) ? part : undefined;
}

/** Reads the part back. */
export function readRestrictions(part: JsonValue | undefined): Restrictions {
	const parsed = partShape.safeParse(part);
	return parsed.success ? parsed.data : nobody;
}

/** The body of the call that makes a page's restrictions these; operations without anybody are left out and so freed. */
export function restrictionsBody(restrictions: Restrictions): JsonValue {
	return operations
		.map((operation) => ({ operation, list: restrictions[operation] }))
		.filter(({ list: { users, groups } }) => users.length + groups.length > 0)
		.map(({ operation, list: { users, groups } }) => ({
			operation,
			restrictions: {
				...(users.length === 0 ? {} : { user: users.map((accountId) => ({ type: "known", accountId })) }),
				...(groups.length === 0 ? {} : { group: groups.map(({ id }) => ({ type: "group", id })) }),
			},
		}));
}
