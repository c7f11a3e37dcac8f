import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { KindDefinition, StoredItem } from "@skyeworx/engine";
import { compareMembers } from "../../record/compare-members.ts";
import { idAt, textAt } from "../../record/json-access.ts";

/** A small kind of Jira's configuration: read whole in each run, kept so that old work items stay readable. */
export interface ConfigurationKind {
	readonly id: string;
	readonly names: readonly [string, string];
	/** GET that lists all of them. */
	readonly path: string;
	/** Name of the list in the answer; undefined when the answer is the list. */
	readonly list?: string;
	/** `startAt` pages until one is empty; undefined when the answer is not paged. */
	readonly pageSize?: number;
	readonly idName: string;
	readonly titleName: string;
	readonly scopes: readonly string[];
}

/** One line a kind. */
export const configurationKinds: readonly ConfigurationKind[] = [
	{ id: "jira.field", names: ["field", "fields"], path: "/rest/api/3/field", idName: "id", titleName: "name", scopes: ["read:jira-work"] },
	{
		id: "jira.issue-type",
		names: ["work type", "work types"],
		path: "/rest/api/3/issuetype",
		idName: "id",
		titleName: "name",
		scopes: ["read:jira-work"],
	},
	{
		id: "jira.status",
		names: ["status", "statuses"],
		path: "/rest/api/3/status",
		idName: "id",
		titleName: "name",
		scopes: ["read:jira-work"],
	},
	{
		id: "jira.priority",
		names: ["priority", "priorities"],
		path: "/rest/api/3/priority/search",
		list: "values",
		idName: "id",
		titleName: "name",
		scopes: ["manage:jira-configuration"],
	},
	{
		id: "jira.link-type",
		names: ["link type", "link types"],
		path: "/rest/api/3/issueLinkType",
		list: "issueLinkTypes",
		idName: "id",
		titleName: "name",
		scopes: ["read:jira-work"],
	},
	{
		id: "jira.user",
		names: ["user", "users"],
		path: "/rest/api/3/users/search",
		pageSize: 1000,
		idName: "accountId",
		titleName: "displayName",
		scopes: ["read:jira-user"],
	},
];

/** The id of a configuration record. */
export function configurationId(kind: ConfigurationKind, record: JsonValue): string | undefined {
	return idAt(record, kind.idName);
}

/** Defines a configuration kind for the engine. They are kept, not restored. */
export function defineConfiguration(kind: ConfigurationKind): KindDefinition {
	const record = (item: StoredItem | undefined): JsonObject => {
		const main = item?.parts.get("");
		return isJsonObject(main) ? main : {};
	};
	return {
		id: kind.id,
		app: "jira",
		names: kind.names,
		describedBy: [""],
		scopes: { read: kind.scopes, restore: [] },
		fidelity: [],
		describe: (item) => ({
			app: "jira",
			title: textAt(record(item), kind.titleName) ?? item.ref.id,
			text: textAt(record(item), "description") ?? "",
			people: [],
			references: [],
			files: [],
		}),
		compare: (before, after) => compareMembers(record(before), record(after), kind.names[0]),
	};
}
