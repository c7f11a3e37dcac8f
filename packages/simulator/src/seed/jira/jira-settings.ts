import { addDefaultContext } from "../../jira/configuration/field-contexts.ts";
import { eventNames } from "../../jira/configuration/permission-routes.ts";
import { addSetting } from "../../jira/configuration/settings.ts";
import type { Project } from "../../jira/model/project.ts";
import type { Setting } from "../../jira/model/settings.ts";
import type { Site } from "../../site/site.ts";
import { seedAutomation } from "./automation-seed.ts";
import { seedFormTemplate } from "./form-seed.ts";

const layout = (index: number) => ({ x: 120 * index, y: 80 });

/** Gives the site its schemes, roles, screens, workflow and field contexts, and each space those that it uses. */
export function seedSettings(site: Site, projects: readonly Project[]): void {
	const roles = ["Administrators", "Members", "Viewers"].map((name) =>
		addSetting(site, "role", { name, description: `${name} of a space.` }),
	);
	const category = addSetting(site, "category", { name: "Products", description: "Spaces that build what we sell." });
	const schemes = { ...seedScreens(site), ...seedWorkflow(site), ...seedPermissions(site, roles) };
	const fields = [...site.jira.fields.values()].map((field) => ({
		fieldId: field.id,
		...(field.id === "summary" ? { parameters: { isRequired: true, description: "What it is about." } } : {}),
	}));
	const fieldScheme = addSetting(site, "fieldScheme", { name: "Default Field Scheme", description: "", isDefault: true, fields });
	for (const field of site.jira.fields.values()) if (field.id.startsWith("customfield_")) addDefaultContext(site, field);
	for (const project of projects) {
		const types = addSetting(site, "issueTypeScheme", {
			name: `${project.key}: Work type scheme`,
			description: `Types of ${project.name}.`,
			issueTypeIds: [...project.issueTypeIds],
			defaultIssueTypeId: project.issueTypeIds[1],
		});
		project.schemes = { ...schemes, issueTypeScheme: types.id, fieldScheme: fieldScheme.id };
		if (project.typeKey === "software") project.categoryId = category.id;
		else delete project.schemes.issueSecurityScheme;
		seedActors(site, project, roles);
	}
	for (const filter of site.jira.filters.values()) {
		const owner = projects.find((project) => filter.jql.includes(`= ${project.key} `));
		if (owner !== undefined) filter.shares = [{ id: site.ids.take("share"), type: "project", target: owner.id }];
	}
	seedDashboard(site);
	for (const project of projects) if (project.typeKey === "service_desk") seedDesk(site, project);
	seedAutomation(site, projects);
	seedPrioritySchemes(site, projects);
}

/** All spaces are under the default scheme but for the service desk, where new requests are more urgent. */
function seedPrioritySchemes(site: Site, projects: readonly Project[]): void {
	const priorityIds = [...site.jira.priorities.keys()];
	const ids = (isDesk: boolean) => new Set(projects.filter(({ typeKey }) => (typeKey === "service_desk") === isDesk).map(({ id }) => id));
	const all = { description: "", priorityIds, defaultPriorityId: "3" };
	addSetting(site, "priorityScheme", { ...all, name: "Default priority scheme", isDefault: true, projectIds: ids(false) });
	addSetting(site, "priorityScheme", { ...all, name: "Support priorities", defaultPriorityId: "2", projectIds: ids(true) });
}

function seedDesk(site: Site, project: Project): void {
	for (const name of ["Common requests", "Access"]) addSetting(site, "requestTypeGroup", { name, projectId: project.id });
	const queue = (name: string, jql: string) =>
		addSetting(site, "queue", { name, jql, projectId: project.id, fields: ["issuetype", "summary", "reporter"] });
	queue("All open", `project = ${project.key} AND resolution = Unresolved ORDER BY created DESC`);
	queue("Unassigned", `project = ${project.key} AND assignee is EMPTY ORDER BY created DESC`);
	const people = [...site.accounts.keys()].slice(2, 6);
	addSetting(site, "organization", {
		name: "Harbour Freight Works",
		uuid: "0d9f5b7c-2c5a-4c0e-8a53-70b0f6a5c1d2",
		created: Date.UTC(2025, 4, 12),
		users: new Set(people.slice(0, 3)),
		properties: new Map<string, unknown>([["contract", { level: "gold" }]]),
		desks: new Set([project.id]),
	});
	project.roles?.set("customers", new Set(people));
	seedFormTemplate(site, project);
	project.knowledgeSpace = "ENG";
}

const at = (column: number, row: number) => ({ "The column position of the gadget.": column, "The row position of the gadget.": row });

function seedDashboard(site: Site): void {
	const filter = [...site.jira.filters.values()][0];
	const group = [...site.groups.values()][1];
	const gadgets = [
		{
			id: site.ids.take("gadget"),
			moduleKey: "com.atlassian.jira.gadgets:filter-results-gadget",
			color: "blue",
			title: "Open work",
			position: at(0, 0),
		},
		{
			id: site.ids.take("gadget"),
			moduleKey: "com.atlassian.jira.gadgets:pie-chart-gadget",
			color: "green",
			title: "Work by status",
			position: at(1, 0),
		},
	];
	addSetting(site, "dashboard", {
		name: "Delivery at a glance",
		description: "What is under way, and how far it is.",
		ownerId: site.owner.accountId,
		shares: group === undefined ? [] : [{ id: site.ids.take("share"), type: "group", target: group.groupId }],
		editors: [],
		gadgets,
		properties: { [String(gadgets[0]?.id)]: { config: { filterId: filter?.id, num: 10, refresh: 15 } } },
	});
}

function seedActors(site: Site, project: Project, roles: readonly Setting[]): void {
	const [admins, members] = roles;
	const group = [...site.groups.values()].find(
		(one) => one.name === (project.typeKey === "service_desk" ? "service-agents" : "jira-users"),
	);
	project.roles = new Map([
		[admins?.id ?? "", new Set([`user:${project.leadAccountId}`])],
		[members?.id ?? "", new Set(group === undefined ? [] : [`group:${group.groupId}`])],
	]);
}

function seedScreens(site: Site): Record<string, string> {
	const onScreen = [...site.jira.fields.values()].filter((field) => field.onScreens).map((field) => field.id);
	const own = onScreen.filter((id) => !id.startsWith("customfield_"));
	const more = onScreen.filter((id) => id.startsWith("customfield_"));
	const tab = (name: string, fields: string[]) => ({ id: site.ids.take("screen-tab"), name, fields });
	const [create, edit] = ["Default create screen", "Default edit screen"].map((name) =>
		addSetting(site, "screen", { name, description: `${name} of all spaces.`, tabs: [tab("General", [...own]), tab("More", [...more])] }),
	);
	const [forCreate, forEdit] = [Number(create?.id), Number(edit?.id)];
	const scheme = addSetting(site, "screenScheme", {
		name: "Default Screen Scheme",
		description: "Creating and editing have screens of their own.",
		screens: { default: forEdit, create: forCreate },
	});
	const mappings = [{ issueTypeId: "default", screenSchemeId: scheme.id }];
	const types = addSetting(site, "issueTypeScreenScheme", { name: "Default Issue Type Screen Scheme", description: "", mappings });
	return { issueTypeScreenScheme: types.id };
}

/** The site's transitions as one workflow. */
function seedWorkflow(site: Site): Record<string, string> {
	const { statuses, transitions } = site.jira;
	const first = [...statuses.keys()][0] ?? "";
	const rule = (ruleKey: string, parameters: Record<string, string>) => ({ ruleKey, parameters });
	const workflow = addSetting(site, "workflow", {
		name: "Review workflow",
		description: "Nothing is done before somebody looked at it.",
		version: { versionNumber: 1, id: "6f1a4a52-7f1d-4a2c-9a53-1f0b2f6f0a11" },
		statuses: [...statuses.keys()].map((statusReference, index) => ({
			statusReference,
			layout: layout(index + 1),
			properties: {},
			deprecated: false,
		})),
		transitions: [
			{
				id: "1",
				type: "INITIAL",
				name: "Create",
				description: "",
				toStatusReference: first,
				links: [],
				actions: [],
				validators: [],
				triggers: [],
				properties: {},
			},
			...transitions.map(({ id, name, from, to, resolution }) => ({
				id,
				type: from.length === 0 ? "GLOBAL" : "DIRECTED",
				name,
				description: "",
				toStatusReference: to,
				links: from.map((fromStatusReference) => ({ fromStatusReference, fromPort: 0, toPort: 0 })),
				actions: resolution === "clear" ? [rule("system:update-field", { field: "resolution", value: "" })] : [],
				validators: [],
				triggers: [],
				properties: {},
			})),
		],
	});
	const scheme = addSetting(site, "workflowScheme", {
		name: "Review workflow scheme",
		description: "The review workflow for all types.",
		defaultWorkflow: workflow.name,
		issueTypeMappings: { "10004": workflow.name },
	});
	return { workflowScheme: scheme.id };
}

const forMembers = [
	"BROWSE_PROJECTS",
	"CREATE_ISSUES",
	"EDIT_ISSUES",
	"TRANSITION_ISSUES",
	"ADD_COMMENTS",
	"WORK_ON_ISSUES",
	"LINK_ISSUES",
];

function seedPermissions(site: Site, roles: readonly Setting[]): Record<string, string> {
	const [admins, members, viewers] = roles.map((role) => role.id);
	const grant = (permission: string, roleId: string | undefined) => ({
		id: site.ids.take("grant"),
		holder: { type: "projectRole", parameter: roleId, value: roleId },
		permission,
	});
	const permissionScheme = addSetting(site, "permissionScheme", {
		name: "Standard permissions",
		description: "Members work, administrators configure, viewers look.",
		permissions: [
			...["ADMINISTER_PROJECTS", "DELETE_ISSUES", "MANAGE_WATCHERS", "MODIFY_REPORTER"].map((permission) => grant(permission, admins)),
			...forMembers.map((permission) => grant(permission, members)),
			grant("BROWSE_PROJECTS", viewers),
		],
	});
	const event = (id: number, types: readonly string[]) => ({
		event: { id, name: eventNames[id], description: `${eventNames[id]}.` },
		notifications: types.map((notificationType) => ({ id: site.ids.take("notification"), notificationType })),
	});
	const notificationScheme = addSetting(site, "notificationScheme", {
		name: "Standard notifications",
		description: "",
		events: [
			event(1, ["Reporter", "CurrentAssignee"]),
			event(2, ["CurrentAssignee", "AllWatchers"]),
			event(6, ["Reporter", "AllWatchers"]),
		],
	});
	const level = (name: string, isDefault: boolean, roleId: string | undefined) => ({
		id: String(site.ids.take("security-level")),
		name,
		description: `${name}.`,
		isDefault,
		members: [{ id: String(site.ids.take("level-member")), holder: { type: "projectRole", parameter: roleId, value: roleId } }],
	});
	const securityScheme = addSetting(site, "securityScheme", {
		name: "Confidential work",
		description: "Some work is for few eyes.",
		levels: [level("Members only", true, members), level("Administrators only", false, admins)],
	});
	return { permissionScheme: permissionScheme.id, notificationScheme: notificationScheme.id, issueSecurityScheme: securityScheme.id };
}
