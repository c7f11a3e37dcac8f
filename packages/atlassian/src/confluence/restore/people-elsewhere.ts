import { isJsonObject } from "@skyeworx/core";
import type { RestoreOptions } from "@skyeworx/engine";
import { z } from "zod";
import type { AppSite } from "../../app-reader.ts";
import { idAt, listAt, textAt } from "../../record/json-access.ts";
import type { Content } from "../content/parts.ts";
import type { Restrictions } from "../content/restrictions.ts";
import { People } from "../read/people.ts";

/** What people and groups of one site are called on another; null for those that are not there. */
export const peopleShape = z.object({
	users: z.record(z.string(), z.string().nullable()),
	groups: z.record(z.string(), z.string().nullable()),
	/** The connection's account there: it alone sees what nobody else of the restriction could. */
	self: z.string(),
});
export type PeopleElsewhere = z.infer<typeof peopleShape>;

const groupsAtOnce = 200;

async function groupsByName(site: AppSite): Promise<ReadonlyMap<string, string>> {
	const found = new Map<string, string>();
	for (let start = 0; ; ) {
		const call = { method: "GET", path: "/wiki/rest/api/group", query: { start, limit: groupsAtOnce }, accept: [403] } as const;
		const page = listAt((await site.client.call(call)).json, "results").filter(isJsonObject);
		for (const group of page) found.set(textAt(group, "name") ?? "", idAt(group, "id") ?? "");
		if (page.length === 0) return found;
		start += page.length;
	}
}

/** Finds on another site whom pages name as owners and in restrictions: people by account id, groups by name, else the stand-in. */
export async function findPeopleElsewhere(site: AppSite, pages: readonly Content[], options: RestoreOptions): Promise<PeopleElsewhere> {
	const lists = pages.flatMap(({ restrictions }) => [restrictions.read, restrictions.update]);
	const ids = new Set([...pages.flatMap(({ main }) => main.ownerId ?? []), ...lists.flatMap(({ users }) => users)]);
	const people = new People(site);
	await people.learn(ids);
	const known = people.of(ids);
	const names = lists.some(({ groups }) => groups.length > 0) ? await groupsByName(site) : new Map<string, string>();
	const me = await site.client.call({ method: "GET", path: "/wiki/rest/api/user/current" });
	return {
		users: Object.fromEntries([...ids].map((id) => [id, known.has(id) ? id : (options.standIn ?? null)])),
		groups: Object.fromEntries(lists.flatMap(({ groups }) => groups.map(({ id, name }) => [id, names.get(name) ?? null]))),
		self: textAt(me.json, "accountId") ?? "",
	};
}

function translated(list: Restrictions["read"], people: PeopleElsewhere): Restrictions["read"] {
	if (list.users.length + list.groups.length === 0) return list;
	const users = [...new Set(list.users.flatMap((id) => people.users[id] ?? []))].sort();
	const groups = list.groups.flatMap(({ id, name }) => {
		const there = people.groups[id];
		return there == null ? [] : [{ id: there, name }];
	});
	// Nobody of those who alone might see it is there: it must not become open to all.
	return users.length + groups.length === 0 ? { users: [people.self], groups: [] } : { users, groups };
}

/** A page in the words of the other site. */
export function translateContent(content: Content, people: PeopleElsewhere): Content {
	const { ownerId } = content.main;
	const owner = ownerId == null ? undefined : (people.users[ownerId] ?? undefined);
	const { read, update } = content.restrictions;
	return {
		...content,
		main: { ...content.main, ownerId: owner ?? null },
		restrictions: { read: translated(read, people), update: translated(update, people) },
	};
}
