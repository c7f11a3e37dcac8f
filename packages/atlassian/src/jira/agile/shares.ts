import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { at, idAt, listAt, textAt } from "../../record/json-access.ts";
import type { ReferencePoint } from "../setting/references.ts";

/** Where the shares of filters and dashboards name other items. */
export const sharePoints: readonly ReferencePoint[] = ["sharePermissions", "editPermissions"].flatMap((member) => [
	{ at: `${member}.*.project.id`, kind: "jira.space" },
	{ at: `${member}.*.role.id`, kind: "jira.role" },
	{ at: `${member}.*.group.groupId`, kind: "jira.group" },
]);

/** Whom a share concerns; the rest of what Jira answers speaks of the space or group itself. */
export function shareEssence(shares: JsonValue): JsonValue {
	return listAt({ shares }, "shares").map((share): JsonObject => {
		const entry = (name: string, idName: string): JsonObject => {
			const id = idAt(at(share, name) ?? null, idName);
			return id === undefined ? {} : { [name]: id };
		};
		const names = ["project", "role", "group", "user"].map((name) => textAt(share, name, "name") ?? textAt(share, name, "displayName"));
		return {
			name: [textAt(share, "type") ?? "", ...names.filter((name) => name !== undefined)].join(" "),
			...entry("project", "id"),
			...entry("role", "id"),
			...entry("group", "groupId"),
			...entry("user", "accountId"),
		};
	});
}

/** Shares as the writing calls take them. */
export function writableShares(shares: JsonValue | undefined): readonly JsonObject[] {
	return listAt({ shares: shares ?? [] }, "shares").flatMap((share): JsonObject[] => {
		if (!isJsonObject(share)) return [];
		const type = textAt(share, "type") ?? "";
		const [project, role] = [idAt(share, "project", "id"), at(share, "role", "id")];
		const [group, user] = [textAt(share, "group", "groupId"), textAt(share, "user", "accountId")];
		if (type === "project-unknown") return [];
		if (project !== undefined && role !== undefined) return [{ type: "projectRole", project: { id: project }, role: { id: Number(role) } }];
		if (project !== undefined) return [{ type: "project", project: { id: project } }];
		if (group !== undefined) return [{ type: "group", group: { groupId: group } }];
		if (user !== undefined) return [{ type: "user", user: { accountId: user } }];
		return [{ type: type === "loggedin" ? "authenticated" : type }];
	});
}
