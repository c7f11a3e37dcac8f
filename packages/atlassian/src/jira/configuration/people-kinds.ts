import type { JsonValue } from "@skyeworx/core";
import { readAhead } from "../../read-ahead.ts";
import { at, idAt, listAt } from "../../record/json-access.ts";
import { stable } from "../../record/stable-record.ts";
import { readUsers } from "../read-users.ts";
import { derived, exact, idRows, impossible, keptRows, row } from "../setting/fidelity-rows.ts";
import { answer, optional, pagedList, recordsFrom, withParts } from "../setting/reading.ts";
import type { Reading, SettingKind, SettingRecord } from "../setting/setting-kind.ts";

/** People, customers and apps. Atlassian owns accounts: they are kept so that records stay readable. */
export const users: SettingKind = {
	id: "jira.user",
	names: ["user", "users"],
	scopes: { read: ["read:jira-user"], restore: [] },
	table: [
		...keptRows("Accounts belong to Atlassian; people are invited, not restored.", {
			accountId: "Account id",
			accountType: "Kind of account",
			displayName: "Name",
			emailAddress: "E-mail address",
			active: "Active",
			timeZone: "Time zone",
			locale: "Language",
			key: "Former key",
			name: "Former name",
			appType: "Kind of app",
			guest: "Guest",
		}),
		row("self", "Address", derived("its id")),
		row("groups", "Groups", derived("the groups")),
		row("applicationRoles", "Apps", derived("the groups")),
	],
	read: async (reading) => recordsFrom(await readUsers(reading.client, reading.signal), "accountId"),
};

const listedMembers = 1000;

/** The members of a group. Those of larger groups are many pages of costly objects: the first thousand are kept. */
async function withMembers(reading: Reading, group: SettingRecord): Promise<SettingRecord> {
	const members: JsonValue[] = [];
	for (let startAt = 0; startAt < listedMembers; startAt += 50) {
		const query = { groupId: group.id, startAt, maxResults: 50, includeInactiveUsers: true };
		const page = await optional(answer(reading, { path: "/rest/api/3/group/member", query }));
		for (const user of listAt(page, "values"))
			members.push({ accountId: at(user, "accountId") ?? "", displayName: at(user, "displayName") ?? "" });
		if (page === undefined || at(page, "isLast") !== false) break;
	}
	return withParts(group, { members: members.map(stable) });
}

/** Groups with their members. */
export const groups: SettingKind = {
	id: "jira.group",
	names: ["group", "groups"],
	scopes: { read: ["read:jira-user", "manage:jira-configuration"], restore: ["manage:jira-configuration"] },
	parts: ["members"],
	table: [
		...idRows("self"),
		row("groupId", "Id", exact, impossible("Atlassian numbers groups by itself.")),
		row("name", "Name", impossible("Jira renames no group."), exact),
		row("members", "Members", exact),
	],
	async read(reading) {
		const found = recordsFrom(await pagedList(reading, { path: "/rest/api/3/group/bulk", size: 50 }), "groupId");
		const all: SettingRecord[] = [];
		for await (const group of readAhead(
			found.map((one) => () => withMembers(reading, one)),
			4,
		)) {
			all.push(group);
		}
		return all;
	},
	write: {
		grows: ["members"],
		async create(deed, tree) {
			const call = { method: "POST", path: "/rest/api/3/group", body: { name: tree.name ?? "" }, signal: deed.context.signal } as const;
			const { json } = await deed.client.call(call);
			return idAt(json, "groupId") ?? "";
		},
		async change(deed, { id, rows, wanted, live }) {
			if (!rows.has("members")) return;
			const there = new Set(listAt(live, "members").map((user) => at(user, "accountId")));
			for (const user of listAt(wanted, "members")) {
				const accountId = idAt(user, "accountId") ?? "";
				if (there.has(accountId)) continue;
				const call = { method: "POST", path: "/rest/api/3/group/user", query: { groupId: id }, body: { accountId } } as const;
				await deed.put("members", `member ${accountId}`, call);
			}
		},
		remove: (id) => ({ method: "DELETE", path: "/rest/api/3/group", query: { groupId: id } }),
	},
	essence: (member, value) =>
		member === "members"
			? listAt({ list: value }, "list").map((user) => ({ id: at(user, "accountId") ?? "", name: at(user, "displayName") ?? "" }))
			: value,
};
