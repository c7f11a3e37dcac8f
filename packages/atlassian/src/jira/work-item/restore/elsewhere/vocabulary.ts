import { isAppError, isJsonObject, type JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { z } from "zod";
import type { HttpClient } from "../../../../http/http-client.ts";
import { listAt, mapJson, objectAt, textAt } from "../../../../record/json-access.ts";
import { linksOf } from "../../links.ts";

/** What people, fields and link types of one site are called on another; null for what has no counterpart there. */
export const vocabulary = z.object({
	/** Account ids. */
	people: z.record(z.string(), z.string().nullable()),
	/** Ids of custom fields. */
	fields: z.record(z.string(), z.string().nullable()),
	/** Ids of link types. */
	linkTypes: z.record(z.string(), z.string().nullable()),
	/** Ids of the work items that come along: others mean nothing on the other site. */
	items: z.array(z.string()),
});
export type Vocabulary = z.infer<typeof vocabulary>;

/** A person as records name them. */
export interface NamedPerson {
	readonly accountId: string;
	readonly name: string;
	readonly email: string | undefined;
}

/** Everybody whom some work items name in fields, lists and texts. */
export function peopleIn(items: readonly StoredItem[]): ReadonlyMap<string, NamedPerson> {
	const found = new Map<string, NamedPerson>();
	const add = (accountId: string, name: string | undefined, email: string | undefined) => {
		const known = found.get(accountId);
		found.set(accountId, { accountId, name: name ?? known?.name ?? accountId, email: email ?? known?.email });
	};
	for (const item of items) {
		for (const [part, value] of item.parts) {
			if (part === "history") continue;
			mapJson(value, (member) => {
				const accountId = textAt(member, "accountId");
				if (accountId !== undefined) add(accountId, textAt(member, "displayName"), textAt(member, "emailAddress"));
				const mentioned = textAt(member, "type") === "mention" ? textAt(member, "attrs", "id") : undefined;
				if (mentioned !== undefined && !found.has(mentioned)) add(mentioned, textAt(member, "attrs", "text")?.replace(/^@/, ""), undefined);
				return member;
			});
		}
	}
	return found;
}

const users = z.object({ values: z.array(z.object({ accountId: z.string(), active: z.boolean().default(true) })).default([]) });
const matches = z.array(z.object({ accountId: z.string(), emailAddress: z.string().optional(), active: z.boolean().default(true) }));
const askedAtOnce = 100;

/** Finds people on another site: by account id, then by e-mail address, else the one who stands in. */
export async function findPeople(
	client: HttpClient,
	people: Iterable<NamedPerson>,
	options: { readonly standIn: string | undefined; readonly signal?: AbortSignal | undefined },
): Promise<Record<string, string | null>> {
	const all = [...people];
	const found: Record<string, string | null> = {};
	for (let start = 0; start < all.length; start += askedAtOnce) {
		const accountId = all.slice(start, start + askedAtOnce).map((person) => person.accountId);
		const query = { accountId, maxResults: askedAtOnce };
		const answer = await client.read({ method: "GET", path: "/rest/api/3/user/bulk", query, signal: options.signal }, users);
		for (const user of answer.values) found[user.accountId] = user.accountId;
	}
	for (const { accountId, email } of all) {
		found[accountId] ??= (email === undefined ? undefined : await byEmail(client, email, options.signal)) ?? options.standIn ?? null;
	}
	return found;
}

async function byEmail(client: HttpClient, email: string, signal: AbortSignal | undefined): Promise<string | undefined> {
	try {
		const answer = await client.read({ method: "GET", path: "/rest/api/3/user/search", query: { query: email }, signal }, matches);
		return answer.find((user) => user.emailAddress?.toLowerCase() === email.toLowerCase())?.accountId;
	} catch (error) {
		// Browsing people is a permission of its own.
		if (isAppError(error, "site-refused")) return undefined;
		throw error;
	}
}

const list = z.array(z.custom<JsonValue>());

/** Finds custom fields on another site: the same id only when its name is the same, too, else the name. */
export async function findFields(client: HttpClient, items: readonly StoredItem[]): Promise<Record<string, string | null>> {
	const names = new Map(items.flatMap((item) => Object.entries(objectAt(item.parts.get(""), "names"))));
	const there = (await client.read({ method: "GET", path: "/rest/api/3/field" }, list)).filter(isJsonObject);
	return Object.fromEntries(
		[...names].map(([id, name]) => {
			const same = there.filter((field) => textAt(field, "name") === name);
			return [id, textAt(same.find((field) => textAt(field, "id") === id) ?? same[0], "id") ?? null] as const;
		}),
	);
}

/** Finds types of links on another site, by name. */
export async function findLinkTypes(client: HttpClient, items: readonly StoredItem[]): Promise<Record<string, string | null>> {
	const used = new Map(items.flatMap((item) => linksOf(item.parts.get("")).map((link) => [link.typeId, link.typeName] as const)));
	if (used.size === 0) return {};
	const answer = (await client.call({ method: "GET", path: "/rest/api/3/issueLinkType" })).json;
	const there = listAt(answer, "issueLinkTypes");
	return Object.fromEntries(
		[...used].map(([id, name]) => [id, textAt(there.find((type) => textAt(type, "name") === name) ?? null, "id") ?? null] as const),
	);
}
