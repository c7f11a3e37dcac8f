import { isJsonObject, type JsonObject } from "@skyeworx/core";
import { at, listAt, numberAt, textAt } from "../../record/json-access.ts";
import { derived, exact, idRows, impossible, row } from "../setting/fidelity-rows.ts";
import { members, plainWrite, texts } from "../setting/plain-write.ts";
import { answer, pagedList, recordsFrom } from "../setting/reading.ts";
import type { SettingKind } from "../setting/setting-kind.ts";
import { ownOfSpace } from "./own-of-space.ts";

const configure = ["manage:jira-configuration"];
const picture = row("iconUrl", "Icon", derived("its avatar"));
const named = [row("name", "Name", exact), row("description", "Description", exact)];
const scope = row("scope", "Whose it is", impossible("Jira's API gives nothing to a single space."));

/** Whether it belongs to one team-managed space. */
function belongsToSpace(tree: JsonObject): boolean {
	return textAt(tree, "scope", "type") === "PROJECT";
}

/** Types of work items. */
export const issueTypes: SettingKind = {
	id: "jira.issue-type",
	names: ["work type", "work types"],
	scopes: { read: ["read:jira-work"], restore: configure },
	table: [
		...idRows("self"),
		...named,
		picture,
		scope,
		row("avatarId", "Avatar", exact, impossible("An avatar is chosen after the type is made; uploaded pictures can't be read.")),
		row("hierarchyLevel", "Level", impossible("Jira's API changes no level."), exact),
		row("subtask", "Whether it is a sub-task", derived("its level")),
		row("entityId", "Id among all sites", exact, impossible("Jira gives a new one.")),
	],
	read: async (reading) => recordsFrom(listAt(await answer(reading, { path: "/rest/api/3/issuetype" }))),
	write: plainWrite({
		path: "/rest/api/3/issuetype",
		creation: (tree) => ({ ...members(tree, "name", "description"), hierarchyLevel: (numberAt(tree, "hierarchyLevel") ?? 0) < 0 ? -1 : 0 }),
		changing: (tree) => ({ ...texts(tree, "name", "description"), ...members(tree, "avatarId") }),
		refusal(tree) {
			if (belongsToSpace(tree)) return ownOfSpace;
			return (numberAt(tree, "hierarchyLevel") ?? 0) > 0
				? "Jira's API makes no work types above the standard level; make it in Jira."
				: undefined;
		},
	}),
};

/** Statuses, with their category. */
export const statuses: SettingKind = {
	id: "jira.status",
	names: ["status", "statuses"],
	scopes: { read: configure, restore: configure },
	table: [...idRows("self"), ...named, row("statusCategory", "Category", exact), scope],
	read: async (reading) => recordsFrom(await pagedList(reading, { path: "/rest/api/3/statuses/search", size: 200 })),
	write: {
		refusal: (tree) => (belongsToSpace(tree) ? ownOfSpace : undefined),
		async create(deed, tree) {
			const body = { scope: { type: "GLOBAL" }, statuses: [{ ...members(tree, "name", "description", "statusCategory") }] };
			const { json } = await deed.client.call({ method: "POST", path: "/rest/api/3/statuses", body, signal: deed.context.signal });
			return textAt(json, 0, "id") ?? "";
		},
		async change(deed, { id, rows, wanted }) {
			if (rows.size === 0) return;
			const body = { statuses: [{ id, ...texts(wanted, "name", "description", "statusCategory") }] };
			await deed.put([...rows][0] ?? "", "members", { method: "PUT", path: "/rest/api/3/statuses", body });
		},
		remove: (id) => ({ method: "DELETE", path: "/rest/api/3/statuses", query: { id } }),
	},
};

/** Priorities. */
export const priorities: SettingKind = {
	id: "jira.priority",
	names: ["priority", "priorities"],
	absence: "deleted",
	scopes: { read: configure, restore: configure },
	table: [
		...idRows("self"),
		...named,
		row("statusColor", "Colour", exact),
		picture,
		row("avatarId", "Avatar", exact),
		row("isDefault", "Whether it is the default", impossible("It is set in the priority scheme.")),
		row("schemes", "Schemes", derived("the priority schemes")),
	],
	read: async (reading) => recordsFrom(await pagedList(reading, { path: "/rest/api/3/priority/search" })),
	write: plainWrite({
		path: "/rest/api/3/priority",
		// Without one of Jira's own pictures a priority is refused; the old address of a picture is of no use for it.
		creation: (tree) => {
			const own = members(tree, "name", "description", "statusColor", "avatarId");
			return tree.avatarId === undefined ? { ...own, iconUrl: "/images/icons/priorities/medium.png" } : own;
		},
		changing: (tree) => ({ ...texts(tree, "name", "description"), ...members(tree, "statusColor", "avatarId") }),
	}),
};

/** Resolutions. */
export const resolutions: SettingKind = {
	id: "jira.resolution",
	names: ["resolution", "resolutions"],
	absence: "deleted",
	scopes: { read: configure, restore: configure },
	table: [
		...idRows("self"),
		...named,
		picture,
		row("default", "Whether it is the default", impossible("Set by an operation for the whole site.")),
		row("isDefault", "Whether it is the default", impossible("Set by an operation for the whole site.")),
	],
	read: async (reading) => recordsFrom(await pagedList(reading, { path: "/rest/api/3/resolution/search" })),
	write: {
		...plainWrite({
			path: "/rest/api/3/resolution",
			creation: (tree) => members(tree, "name", "description"),
			changing: (tree) => texts(tree, "name", "description"),
		}),
		// Deleting one asks what its work items are to have instead; that choice is nobody's but a person's.
		keep: async () => "Jira deletes a resolution only by replacing it with another.",
	},
};

/** Kinds of links between work items. */
export const linkTypes: SettingKind = {
	id: "jira.link-type",
	names: ["link type", "link types"],
	scopes: { read: ["read:jira-work"], restore: configure },
	table: [...idRows("self"), row("name", "Name", exact), row("inward", "Inward", exact), row("outward", "Outward", exact)],
	read: async (reading) => recordsFrom(listAt(await answer(reading, { path: "/rest/api/3/issueLinkType" }), "issueLinkTypes")),
	write: plainWrite({
		path: "/rest/api/3/issueLinkType",
		one: "/rest/api/3/issueLinkType/{issueLinkTypeId}",
		idName: "issueLinkTypeId",
		creation: (tree) => members(tree, "name", "inward", "outward"),
	}),
};

/** Categories of spaces. */
export const spaceCategories: SettingKind = {
	id: "jira.space-category",
	names: ["space category", "space categories"],
	absence: "deleted",
	scopes: { read: ["read:jira-work"], restore: configure },
	table: [...idRows("self"), ...named],
	read: async (reading) => recordsFrom(listAt(await answer(reading, { path: "/rest/api/3/projectCategory" }))),
	write: plainWrite({
		path: "/rest/api/3/projectCategory",
		creation: (tree) => members(tree, "name", "description"),
		changing: (tree) => texts(tree, "name", "description"),
	}),
};

/** Roles that people have in spaces. */
export const roles: SettingKind = {
	id: "jira.role",
	names: ["role", "roles"],
	absence: "deleted",
	scopes: { read: configure, restore: configure },
	table: [
		...idRows("self"),
		...named,
		scope,
		row("actors", "Who has it in new spaces", impossible("It concerns new spaces only; kept in the snapshot.")),
		...["admin", "default", "currentUserRole", "translatedName", "roleConfigurable"].map((name) =>
			row(name, "Kind of role", derived("Jira")),
		),
	],
	points: [{ at: "actors.*.actorGroup.groupId", kind: "jira.group" }],
	read: async (reading) => recordsFrom(listAt(await answer(reading, { path: "/rest/api/3/role" }))),
	essence: (member, value) =>
		member === "actors" && Array.isArray(value)
			? value.map((actor) => at(actor, "displayName") ?? "").filter((name) => name !== "")
			: value,
	write: plainWrite({
		path: "/rest/api/3/role",
		creation: (tree) => members(tree, "name", "description"),
		changing: (tree) => texts(tree, "name", "description"),
		refusal: (tree) => (isJsonObject(tree.scope) ? ownOfSpace : undefined),
	}),
};
