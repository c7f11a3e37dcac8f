import type { SettingKind } from "../setting/setting-kind.ts";
import { notificationSchemes, permissionSchemes, securitySchemes } from "./access-schemes.ts";
import { fields } from "./field.ts";
import { issueTypes, linkTypes, priorities, resolutions, roles, spaceCategories, statuses } from "./named-kinds.ts";
import { groups, users } from "./people-kinds.ts";
import { prioritySchemes } from "./priority-schemes.ts";
import { screenSchemes, screens } from "./screens.ts";
import { fieldSchemes, issueTypeSchemes, issueTypeScreenSchemes } from "./type-schemes.ts";
import { workflowSchemes } from "./workflow-schemes.ts";
import { workflows } from "./workflows.ts";

/** Jira's configuration, parents first. One line a kind. */
export const configurationKinds: readonly SettingKind[] = [
	users,
	groups,
	roles,
	spaceCategories,
	issueTypes,
	statuses,
	priorities,
	prioritySchemes,
	resolutions,
	linkTypes,
	fields,
	screens,
	screenSchemes,
	issueTypeScreenSchemes,
	issueTypeSchemes,
	fieldSchemes,
	workflows,
	workflowSchemes,
	permissionSchemes,
	notificationSchemes,
	securitySchemes,
];
