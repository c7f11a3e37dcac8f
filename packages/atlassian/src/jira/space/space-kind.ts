import { isJsonObject, type JsonValue } from "@skyeworx/core";
import { at, idAt, listAt, textAt } from "../../record/json-access.ts";
import type { SettingKind } from "../setting/setting-kind.ts";
import { actorsOf } from "./actors.ts";
import { readSpaces, spaceParts, trashedSpaces } from "./read-spaces.ts";
import { spaceFidelity } from "./space-fidelity.ts";
import { spaceWrite } from "./write-space.ts";

/** The kind's id. */
export const spaceKind = "jira.space";

/** What a component or version says, whatever its number and whoever reads it. */
const partMembers = ["id", "name", "description", "assigneeType", "archived", "released", "startDate", "releaseDate", "driver"];

function partEssence(entry: JsonValue): JsonValue {
	if (!isJsonObject(entry)) return entry;
	const members = Object.entries(entry).filter(([name, value]) => partMembers.includes(name) && value !== "" && value !== null);
	const lead = textAt(entry, "lead", "accountId");
	return { ...Object.fromEntries(members), ...(lead === undefined ? {} : { lead }) };
}

function essence(row: string, value: JsonValue): JsonValue {
	switch (row) {
		case "components":
		case "versions":
			return listAt({ list: value }, "list").map(partEssence);
		case "roles":
			return listAt({ list: value }, "list").map((role) => ({
				id: at(role, "id") ?? "",
				name: textAt(role, "name") ?? "",
				actors: actorsOf(role),
			}));
		case "features":
			return listAt({ list: value }, "list").map((one) => ({ name: textAt(one, "feature") ?? "", state: textAt(one, "state") ?? "" }));
		case "lead":
			return { accountId: textAt(value, "accountId") ?? "", displayName: textAt(value, "displayName") ?? "" };
		case "projectCategory":
			return { id: idAt(value, "id") ?? "", name: textAt(value, "name") ?? "" };
		default:
			return value;
	}
}

/** Jira's spaces (projects) with their parts, who holds which role, and the schemes that they use. */
export const jiraSpaces: SettingKind = {
	id: spaceKind,
	names: ["Jira space", "Jira spaces"],
	scopes: { read: ["read:jira-work"], restore: ["manage:jira-configuration", "manage:jira-project"] },
	parts: spaceParts,
	table: spaceFidelity,
	points: [
		{ at: "issueTypes.*.id", kind: "jira.issue-type" },
		{ at: "projectCategory.id", kind: "jira.space-category" },
		{ at: "roles.*.id", kind: "jira.role" },
		{ at: "roles.*.actors.*.actorGroup.groupId", kind: "jira.group" },
		{ at: "issueTypeScheme.id", kind: "jira.issue-type-scheme" },
		{ at: "issueTypeScreenScheme.id", kind: "jira.issue-type-screen-scheme" },
		{ at: "workflowScheme.id", kind: "jira.workflow-scheme" },
		{ at: "fieldScheme.id", kind: "jira.field-scheme" },
		{ at: "permissionScheme.id", kind: "jira.permission-scheme" },
		{ at: "notificationScheme.id", kind: "jira.notification-scheme" },
		{ at: "issueSecurityScheme.id", kind: "jira.security-scheme" },
	],
	read: async (reading) => await readSpaces(reading, await reading.spaces()),
	readSome: readSpaces,
	trashed: trashedSpaces,
	essence,
	facts(tree, site) {
		const key = textAt(tree, "key") ?? idAt(tree, "id") ?? "";
		const name = textAt(tree, "name") ?? key;
		return {
			app: textAt(tree, "projectTypeKey") === "service_desk" ? "jsm" : "jira",
			key,
			title: name,
			space: { id: idAt(tree, "id") ?? "", key, name },
			type: textAt(tree, "projectTypeKey") ?? "",
			text: [
				textAt(tree, "description") ?? "",
				...["components", "versions"].flatMap((part) => listAt(tree, part).map((one) => textAt(one, "name") ?? "")),
			]
				.join("\n")
				.trim(),
			url: `${site.url}/browse/${key}`,
		};
	},
	write: spaceWrite,
};
