import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { at, idAt, listAt, textAt } from "../../record/json-access.ts";
import { idIn } from "../setting/deed.ts";
import { degraded, derived, exact, idRows, impossible, row } from "../setting/fidelity-rows.ts";
import { members, plainWrite, texts } from "../setting/plain-write.ts";
import { answer, optional, pagedList, recordsFrom, withParts } from "../setting/reading.ts";
import type { SettingKind } from "../setting/setting-kind.ts";
import { ownOfSpace } from "./own-of-space.ts";

const configure = ["manage:jira-configuration"];
const named = [row("name", "Name", exact), row("description", "Description", exact)];
const holdersThere = "People, groups and roles must still exist.";

function holderText(holder: JsonValue | undefined): string {
	const value = idAt(holder ?? null, "value") ?? idAt(holder ?? null, "parameter");
	return [textAt(holder, "type") ?? "", ...(value === undefined ? [] : [value])].join(" ");
}

/** A holder as the writing calls take it. */
function writableHolder(holder: JsonValue | undefined): JsonObject {
	return isJsonObject(holder) ? members(holder, "type", "parameter", "value") : {};
}

/** Who may do what in the spaces of a scheme. */
export const permissionSchemes: SettingKind = {
	id: "jira.permission-scheme",
	names: ["permission scheme", "permission schemes"],
	absence: "deleted",
	scopes: { read: ["read:jira-work"], restore: configure },
	table: [
		...idRows("self"),
		...named,
		row("permissions", "Permissions", exact),
		row("scope", "Whose it is", impossible("It belongs to one team-managed space.")),
	],
	points: [
		{ at: "permissions.*.holder.value", kind: "jira.role" },
		{ at: "permissions.*.holder.parameter", kind: "jira.role" },
		{ at: "permissions.*.holder.value", kind: "jira.group" },
		{ at: "permissions.*.holder.value", kind: "jira.field" },
		{ at: "permissions.*.holder.parameter", kind: "jira.field" },
	],
	read: async (reading) =>
		recordsFrom(listAt(await answer(reading, { path: "/rest/api/3/permissionscheme", query: { expand: "all" } }), "permissionSchemes")),
	essence: (member, value) =>
		member === "permissions"
			? listAt({ value }, "value")
					.map((grant) => `${textAt(grant, "permission")}: ${holderText(at(grant, "holder"))}`)
					.toSorted()
			: value,
	write: plainWrite({
		path: "/rest/api/3/permissionscheme",
		one: "/rest/api/3/permissionscheme/{schemeId}",
		idName: "schemeId",
		refusal: (tree) => (tree.scope === undefined ? undefined : ownOfSpace),
		creation: (tree) => ({
			...texts(tree, "name", "description"),
			permissions: listAt(tree, "permissions").map((grant) => ({
				permission: textAt(grant, "permission") ?? "",
				holder: writableHolder(at(grant, "holder")),
			})),
		}),
	}),
};

const notificationPath = "/rest/api/3/notificationscheme";

/** Events with whom they are mailed to. */
function eventTexts(value: JsonValue): readonly string[] {
	return listAt({ value }, "value")
		.flatMap((one) =>
			listAt(one, "notifications").map((two) => `${textAt(one, "event", "name") ?? idAt(one, "event", "id")}: ${recipientText(two)}`),
		)
		.toSorted();
}

function recipientText(notification: JsonValue): string {
	return [textAt(notification, "notificationType"), idAt(notification, "parameter")].filter((part) => part !== undefined).join(" ");
}

function writableEvents(tree: JsonObject, missing?: ReadonlySet<string>): readonly JsonObject[] {
	return listAt(tree, "notificationSchemeEvents").flatMap((one): JsonObject[] => {
		const name = textAt(one, "event", "name") ?? "";
		const wanted = listAt(one, "notifications").filter((two) => missing?.has(`${name}: ${recipientText(two)}`) !== false);
		const notifications = wanted.map((two) => (isJsonObject(two) ? members(two, "notificationType", "parameter") : {}));
		return notifications.length === 0 ? [] : [{ event: { id: idAt(one, "event", "id") ?? "" }, notifications }];
	});
}

/** Who is mailed when something happens. */
export const notificationSchemes: SettingKind = {
	id: "jira.notification-scheme",
	names: ["notification scheme", "notification schemes"],
	scopes: { read: ["read:jira-work"], restore: configure },
	table: [
		...idRows("self"),
		...named,
		row(
			"notificationSchemeEvents",
			"Notifications",
			degraded(`Notifications that came later stay. ${holdersThere}`),
			degraded(holdersThere),
		),
		row("projects", "Spaces", derived("the spaces")),
		row("scope", "Whose it is", impossible("It belongs to one team-managed space.")),
	],
	points: [{ at: "notificationSchemeEvents.*.notifications.*.parameter", kind: "jira.role" }],
	read: async (reading) => recordsFrom(await pagedList(reading, { path: notificationPath, query: { expand: "all" }, size: 50 })),
	essence: (member, value) => (member === "notificationSchemeEvents" ? eventTexts(value) : value),
	write: {
		grows: ["notificationSchemeEvents"],
		async create(deed, tree) {
			const body = { ...members(tree, "name", "description"), notificationSchemeEvents: writableEvents(tree) };
			return idIn((await deed.client.call({ method: "POST", path: notificationPath, body, signal: deed.context.signal })).json) ?? "";
		},
		async change(deed, { id, rows, wanted, live }) {
			const call = { method: "PUT", parameters: { id } } as const;
			if (rows.has("name") || rows.has("description")) {
				await deed.put("name", "members", { ...call, path: `${notificationPath}/{id}`, body: texts(wanted, "name", "description") });
			}
			if (!rows.has("notificationSchemeEvents")) return;
			const there = new Set(eventTexts(live.notificationSchemeEvents ?? []));
			const missing = new Set(eventTexts(wanted.notificationSchemeEvents ?? []).filter((text) => !there.has(text)));
			const body = { notificationSchemeEvents: writableEvents(wanted, missing) };
			await deed.put("notificationSchemeEvents", "notifications", { ...call, path: `${notificationPath}/{id}/notification`, body });
		},
		remove: (id) => ({ method: "DELETE", path: `${notificationPath}/{notificationSchemeId}`, parameters: { notificationSchemeId: id } }),
	},
};

const securityPath = "/rest/api/3/issuesecurityschemes";

/** Who sees work items of which security level. */
export const securitySchemes: SettingKind = {
	id: "jira.security-scheme",
	names: ["security scheme", "security schemes"],
	absence: "deleted",
	scopes: { read: ["manage:jira-configuration", "manage:jira-project"], restore: configure },
	parts: ["levels"],
	table: [
		...idRows("self"),
		...named,
		row("defaultSecurityLevelId", "Level at first", derived("its levels")),
		row(
			"levels",
			"Levels and who sees them",
			impossible("Work items may be under a level: those of a scheme that stands are changed in Jira."),
			degraded(holdersThere),
		),
	],
	points: [
		{ at: "levels.*.members.*.holder.value", kind: "jira.role" },
		{ at: "levels.*.members.*.holder.parameter", kind: "jira.role" },
		{ at: "levels.*.members.*.holder.value", kind: "jira.group" },
	],
	async read(reading) {
		const schemes = recordsFrom(listAt(await answer(reading, { path: securityPath }), "issueSecuritySchemes"));
		const levels = await pagedList(reading, { path: `${securityPath}/level`, size: 50 });
		const all = (await optional(pagedList(reading, { path: `${securityPath}/level/member`, query: { expand: "all" }, size: 50 }))) ?? [];
		return schemes.map((scheme) => {
			const mine = levels.filter((level) => idAt(level, "issueSecuritySchemeId") === scheme.id).filter(isJsonObject);
			return withParts(scheme, {
				levels: mine.map((level) => ({
					...level,
					members: all.filter((member) => idAt(member, "issueSecurityLevelId") === idAt(level, "id")),
				})),
			});
		});
	},
	essence: (member, value) =>
		member === "levels"
			? listAt({ value }, "value").map((level) => ({
					name: textAt(level, "name") ?? "",
					description: textAt(level, "description") ?? "",
					isDefault: at(level, "isDefault") ?? false,
					members: listAt(level, "members")
						.map((one) => holderText(at(one, "holder")))
						.toSorted(),
				}))
			: value,
	write: {
		async create(deed, tree) {
			const levels = listAt(tree, "levels").map((level) => ({
				...(isJsonObject(level) ? members(level, "name", "description", "isDefault") : {}),
				members: listAt(level, "members").map((one) => {
					const holder = at(one, "holder");
					const parameter = textAt(holder, "value") ?? textAt(holder, "parameter");
					return { type: textAt(holder, "type") ?? "", ...(parameter === undefined ? {} : { parameter }) };
				}),
			}));
			const body = { ...members(tree, "name", "description"), levels };
			return idIn((await deed.client.call({ method: "POST", path: securityPath, body, signal: deed.context.signal })).json) ?? "";
		},
		async change(deed, { id, rows, wanted, live, isNew }) {
			if (isNew || canonicalJson(texts(wanted, "name", "description")) === canonicalJson(texts(live, "name", "description"))) return;
			const mine = rows.has("name") ? "name" : "description";
			await deed.put(mine, "members", {
				method: "PUT",
				path: `${securityPath}/{id}`,
				parameters: { id },
				body: texts(wanted, "name", "description"),
			});
		},
		remove: (id) => ({ method: "DELETE", path: `${securityPath}/{schemeId}`, parameters: { schemeId: id } }),
	},
};
