import { canonicalJson, type JsonObject, type JsonValue } from "@skyeworx/core";
import { at, idAt, listAt, objectAt, textAt } from "../../record/json-access.ts";
import { idIn } from "../setting/deed.ts";
import { pairEntries } from "../setting/essence.ts";
import { degraded, derived, exact, idRows, row } from "../setting/fidelity-rows.ts";
import { members } from "../setting/plain-write.ts";
import { answer, optional, pagedList, propertiesAt, recordsFrom, withPartsInTurn } from "../setting/reading.ts";
import type { Deed, Reading, SettingChange, SettingKind } from "../setting/setting-kind.ts";
import { shareEssence, sharePoints, writableShares } from "./shares.ts";

const path = "/rest/api/3/dashboard";
const gadgetPath = `${path}/{dashboardId}/gadget`;
const propertyPath = `${path}/{dashboardId}/items/{itemId}/properties`;

/** Gadgets with the properties that hold what they show. */
async function gadgetsOf(reading: Reading, dashboardId: string): Promise<readonly JsonValue[] | undefined> {
	const found = await optional(answer(reading, { path: gadgetPath, parameters: { dashboardId } }));
	if (found === undefined) return undefined;
	const gadgets: JsonValue[] = [];
	for (const gadget of listAt(found, "gadgets")) {
		const properties = await propertiesAt(reading, propertyPath, { dashboardId, itemId: idAt(gadget, "id") ?? "" });
		gadgets.push(properties.length === 0 ? gadget : { ...objectAt({ gadget }, "gadget"), properties });
	}
	return gadgets;
}

function body(tree: JsonObject): JsonObject {
	return {
		name: textAt(tree, "name") ?? "",
		description: textAt(tree, "description") ?? "",
		sharePermissions: writableShares(tree.sharePermissions),
		editPermissions: writableShares(tree.editPermissions),
	};
}

/** Makes gadgets that are missing and puts right those that differ; newer ones stay. */
async function writeGadgets(deed: Deed, { id, wanted, live }: SettingChange): Promise<void> {
	const known = await deed.before("gadgets", listAt(live, "gadgets"));
	const taken = new Set(known.map((one) => idAt(one, "id")));
	for (const { wanted: gadget, live: there } of pairEntries(listAt(wanted, "gadgets"), known)) {
		const plain = members(objectAt({ gadget }, "gadget"), "color", "position", "title");
		let itemId = idAt(there ?? null, "id");
		if (itemId === undefined) itemId = await makeGadget(deed, { id, gadget, plain, taken });
		else if (canonicalJson(plain) !== canonicalJson(members(objectAt({ there: there ?? null }, "there"), "color", "position", "title"))) {
			const call = { method: "PUT", path: `${gadgetPath}/{gadgetId}`, parameters: { dashboardId: id, gadgetId: itemId } } as const;
			await deed.put("gadgets", `gadget ${itemId}`, { ...call, body: plain });
		}
		if (itemId === undefined || itemId === "") continue;
		const now = new Map(listAt(there ?? null, "properties").map((one) => [textAt(one, "key"), at(one, "value")]));
		for (const property of listAt(gadget, "properties")) {
			const [propertyKey, value] = [textAt(property, "key") ?? "", at(property, "value") ?? null];
			if (canonicalJson(now.get(propertyKey) ?? null) === canonicalJson(value)) continue;
			const call = { method: "PUT", path: `${propertyPath}/{propertyKey}`, parameters: { dashboardId: id, itemId, propertyKey } } as const;
			await deed.put("gadgets", `property ${itemId} ${propertyKey}`, { ...call, body: value });
		}
	}
}

interface NewGadget {
	readonly id: string;
	readonly gadget: JsonValue;
	readonly plain: JsonObject;
	/** Those that were there before, and those made for other gadgets: titles are not unique. */
	readonly taken: Set<string | undefined>;
}

async function makeGadget(deed: Deed, { id, gadget, plain, taken }: NewGadget): Promise<string | undefined> {
	const parameters = { dashboardId: id };
	const made = await deed.make("gadgets", `new gadget ${idAt(gadget, "id") ?? ""}`, {
		call: {
			method: "POST",
			path: gadgetPath,
			parameters,
			body: { ...plain, ...members(objectAt({ gadget }, "gadget"), "moduleKey", "uri") },
		},
		id: (json) => idIn(json),
		find: async () => {
			const now = listAt(await answer(deed.reading, { path: gadgetPath, parameters }), "gadgets");
			return idAt(now.find((one) => !taken.has(idAt(one, "id")) && textAt(one, "title") === textAt(gadget, "title")) ?? null, "id");
		},
		part: "gadget",
	});
	taken.add(made);
	return made;
}

/** Dashboards with their gadgets. */
export const dashboards: SettingKind = {
	id: "jira.dashboard",
	names: ["dashboard", "dashboards"],
	scopes: { read: ["read:jira-work"], restore: ["write:jira-work", "manage:jira-configuration"] },
	parts: ["gadgets"],
	table: [
		...idRows("self", "view"),
		row("name", "Name", exact),
		row("description", "Description", exact),
		row("owner", "Owner", degraded("The owner must still be active; needs the permission Administer Jira.")),
		row("sharePermissions", "Shared with", degraded("Spaces, groups and people must still exist.")),
		row("editPermissions", "Edited by", degraded("Spaces, groups and people must still exist.")),
		row("gadgets", "Gadgets", degraded("Gadgets come back under new ids; those of missing apps are refused.")),
		...["isFavourite", "isWritable", "popularity", "rank", "systemDashboard", "automaticRefreshMs"].map((name) =>
			row(name, "Computed by Jira", derived("its readers")),
		),
	],
	points: [...sharePoints, { at: "gadgets.*.properties.*.value.filterId", kind: "jira.filter" }],
	async read(reading) {
		const query = { expand: "description,owner,viewUrl,favourite,favouritedCount,sharePermissions,editPermissions,isWritable" };
		const found = recordsFrom(await pagedList(reading, { path: `${path}/search`, query }));
		return await withPartsInTurn(reading, found, {
			part: "gadgets",
			async parts({ id }) {
				const gadgets = await gadgetsOf(reading, id);
				return gadgets === undefined ? undefined : { gadgets };
			},
		});
	},
	essence(member, value) {
		if (member === "sharePermissions" || member === "editPermissions") return shareEssence(value);
		return member === "owner" ? { accountId: textAt(value, "accountId") ?? "", displayName: textAt(value, "displayName") ?? "" } : value;
	},
	facts: (tree, site) => ({ url: `${site.url}/jira/dashboards/${idAt(tree, "id") ?? ""}` }),
	write: {
		grows: ["gadgets"],
		refusal: (tree) => (tree.systemDashboard === true ? "It is Jira's own dashboard." : undefined),
		async create(deed, tree) {
			return idIn((await deed.client.call({ method: "POST", path, body: body(tree), signal: deed.context.signal })).json) ?? "";
		},
		async change(deed, change) {
			const { id, rows, wanted, isNew } = change;
			const mine = ["name", "description", "sharePermissions", "editPermissions"].filter((row) => rows.has(row));
			if (mine.length > 0 && !isNew)
				await deed.put(mine[0] ?? "", "members", { method: "PUT", path: `${path}/{id}`, parameters: { id }, body: body(wanted) });
			if (rows.has("gadgets")) await writeGadgets(deed, change);
			const newOwner = textAt(wanted, "owner", "accountId");
			if (!rows.has("owner") || newOwner === undefined) return;
			const changeOwner = { action: "changeOwner", entityIds: [Number(id)], changeOwnerDetails: { newOwner, autofixName: true } };
			await deed.put("owner", "owner", { method: "PUT", path: `${path}/bulk/edit`, body: changeOwner });
		},
		remove: (id) => ({ method: "DELETE", path: `${path}/{id}`, parameters: { id } }),
		removePart: (id, _part, gadgetId) => ({
			method: "DELETE",
			path: `${gadgetPath}/{gadgetId}`,
			parameters: { dashboardId: id, gadgetId },
		}),
	},
};
