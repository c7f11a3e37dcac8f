import type { JsonObject, JsonValue } from "@skyeworx/core";
import { idAt, textAt } from "../../record/json-access.ts";
import { idIn } from "../setting/deed.ts";
import { degraded, derived, exact, idRows, impossible, row } from "../setting/fidelity-rows.ts";
import { members } from "../setting/plain-write.ts";
import { optional, pagedList, recordsFrom } from "../setting/reading.ts";
import type { Reading, SettingKind } from "../setting/setting-kind.ts";
import { shareEssence, sharePoints, writableShares } from "./shares.ts";

const path = "/rest/api/3/filter";

/** All filters, those that nobody shared with the account too, where it may see them. */
async function allFilters(reading: Reading): Promise<readonly JsonValue[]> {
	const query = { expand: "description,owner,jql,sharePermissions,editPermissions,subscriptions,viewUrl" };
	const all = await optional(pagedList(reading, { path: `${path}/search`, query: { ...query, overrideSharePermissions: true } }));
	return all ?? (await pagedList(reading, { path: `${path}/search`, query }));
}

function body(tree: JsonObject): JsonObject {
	return {
		...members(tree, "name", "description", "jql"),
		sharePermissions: writableShares(tree.sharePermissions),
		editPermissions: writableShares(tree.editPermissions),
	};
}

/** Saved searches with whom they are shared. */
export const filters: SettingKind = {
	id: "jira.filter",
	names: ["filter", "filters"],
	scopes: { read: ["read:jira-work"], restore: ["write:jira-work", "manage:jira-configuration"] },
	table: [
		...idRows("self", "viewUrl", "searchUrl"),
		row("name", "Name", exact),
		row("description", "Description", exact),
		row("jql", "Query", exact, degraded("Ids inside it are those of the snapshot; keys and names are found again.")),
		row("owner", "Owner", degraded("The owner must still be active; needs the permission Administer Jira.")),
		row("sharePermissions", "Shared with", degraded("Spaces, groups and people must still exist.")),
		row("editPermissions", "Edited by", degraded("Spaces, groups and people must still exist.")),
		row("subscriptions", "Subscriptions", impossible("Jira's API writes no subscriptions.")),
		row("favourite", "Favourite", derived("the reader")),
		row("favouritedCount", "Times marked as favourite", derived("its readers")),
		row("approximateLastUsed", "Last used", derived("its use")),
	],
	points: sharePoints,
	read: async (reading) => recordsFrom(await allFilters(reading)),
	essence(member, value) {
		if (member === "sharePermissions" || member === "editPermissions") return shareEssence(value);
		return member === "owner" ? { accountId: textAt(value, "accountId") ?? "", displayName: textAt(value, "displayName") ?? "" } : value;
	},
	facts: (tree, site) => ({
		text: [textAt(tree, "description") ?? "", textAt(tree, "jql") ?? ""].join("\n").trim(),
		url: `${site.url}/issues/?filter=${idAt(tree, "id") ?? ""}`,
	}),
	write: {
		identity: ["name", "jql"],
		async create(deed, tree) {
			const { json } = await deed.client.call({ method: "POST", path, body: body(tree), signal: deed.context.signal });
			return idIn(json) ?? "";
		},
		async change(deed, { id, rows, wanted, isNew }) {
			const mine = ["name", "description", "jql", "sharePermissions", "editPermissions"].filter((row) => rows.has(row));
			const call = { method: "PUT", parameters: { id } } as const;
			if (mine.length > 0 && !isNew) {
				const whole = { description: "", ...body(wanted) };
				await deed.put(mine[0] ?? "", "members", { ...call, path: `${path}/{id}`, query: { overrideSharePermissions: true }, body: whole });
			}
			const accountId = textAt(wanted, "owner", "accountId");
			if (rows.has("owner") && accountId !== undefined)
				await deed.put("owner", "owner", { ...call, path: `${path}/{id}/owner`, body: { accountId } });
		},
		remove: (id) => ({ method: "DELETE", path: `${path}/{id}`, parameters: { id } }),
	},
};
