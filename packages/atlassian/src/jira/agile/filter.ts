import type { JsonObject, JsonValue } from "@skyeworx/core";
import { idAt, listAt, textAt } from "../../record/json-access.ts";
import { idIn } from "../setting/deed.ts";
import { degraded, derived, exact, idRows, impossible, row } from "../setting/fidelity-rows.ts";
import { members } from "../setting/plain-write.ts";
import { answer, optional, pagedList, recordsFrom, withPartsInTurn } from "../setting/reading.ts";
import type { Deed, Reading, SettingKind } from "../setting/setting-kind.ts";
import { shareEssence, sharePoints, writableShares } from "./shares.ts";

const path = "/rest/api/3/filter";

/** All filters, those that nobody shared with the account too, where it may see them. */
async function allFilters(reading: Reading): Promise<readonly JsonValue[]> {
	const query = { expand: "description,owner,jql,sharePermissions,editPermissions,subscriptions,viewUrl" };
	const all = await optional(pagedList(reading, { path: `${path}/search`, query: { ...query, overrideSharePermissions: true } }));
	return all ?? (await pagedList(reading, { path: `${path}/search`, query }));
}

/** Jira answers that it finds none where a filter has no columns of its own: kept as null, so that it is not asked each time. */
async function readColumns(reading: Reading, id: string): Promise<JsonValue> {
	return (await optional(answer(reading, { path: `${path}/{id}/columns`, parameters: { id } }))) ?? null;
}

const columnIds = (value: JsonValue | undefined): readonly string[] =>
	listAt({ value: value ?? [] }, "value").flatMap((column) => textAt(column, "value") ?? []);

async function writeColumns(deed: Deed, id: string, wanted: JsonObject): Promise<void> {
	const columns = columnIds(wanted.columns);
	const call = { path: `${path}/{id}/columns`, parameters: { id } } as const;
	if (columns.length === 0) await deed.put("columns", "columns", { method: "DELETE", ...call });
	else await deed.put("columns", "columns", { method: "PUT", ...call, body: { columns } });
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
		row("columns", "Columns", degraded("The account must own the filter or share it; fields must still exist.")),
		row("subscriptions", "Subscriptions", impossible("Jira's API writes no subscriptions.")),
		row("favourite", "Favourite", derived("the reader")),
		row("favouritedCount", "Times marked as favourite", derived("its readers")),
		row("approximateLastUsed", "Last used", derived("its use")),
	],
	parts: ["columns"],
	points: [...sharePoints, { at: "columns.*.value", kind: "jira.field" }],
	read: async (reading) =>
		await withPartsInTurn(reading, recordsFrom(await allFilters(reading)), {
			part: "columns",
			parts: async ({ id }) => ({ columns: await readColumns(reading, id) }),
		}),
	essence(member, value) {
		if (member === "columns") return columnIds(value);
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
			// Before it is another person's: Jira writes columns of filters that the account may see.
			if (rows.has("columns")) await writeColumns(deed, id, wanted);
			const accountId = textAt(wanted, "owner", "accountId");
			if (rows.has("owner") && accountId !== undefined)
				await deed.put("owner", "owner", { ...call, path: `${path}/{id}/owner`, body: { accountId } });
		},
		remove: (id) => ({ method: "DELETE", path: `${path}/{id}`, parameters: { id } }),
	},
};
