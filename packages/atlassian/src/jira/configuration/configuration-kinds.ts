import type { SettingKind } from "../setting/setting-kind.ts";
import { fields } from "./field.ts";
import { issueTypes, linkTypes, priorities, resolutions, roles, spaceCategories, statuses } from "./named-kinds.ts";
import { groups, users } from "./people-kinds.ts";

/** Jira's configuration, parents first. One line a kind. */
export const configurationKinds: readonly SettingKind[] = [
	users,
	groups,
	roles,
	spaceCategories,
	issueTypes,
	statuses,
	priorities,
	resolutions,
	linkTypes,
	fields,
];
