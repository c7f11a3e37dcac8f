import { jiraError } from "../../http/errors.ts";
import type { Site } from "../../site/site.ts";
import type { Field, IssueType, Status } from "../model/configuration.ts";
import type { Project } from "../model/project.ts";

const ownTypes = [
	["Epic", 1, 10_307],
	["Task", 0, 10_318],
	["Subtask", -1, 10_316],
] as const;
const ownStatuses = [
	["To Do", 2],
	["In Progress", 4],
	["Done", 3],
] as const satisfies readonly (readonly [string, Status["category"]])[];

/** Templates from which Jira makes spaces that manage themselves. */
export const teamTemplate = /simplified-(agility|scrum|kanban)|next-gen|team-managed/;

/** Gives a space work types and statuses of its own, in place of schemes. */
export function manageItself(site: Site, project: Project): void {
	const types = ownTypes.map(([name, hierarchyLevel, avatarId]): IssueType => {
		const id = String(site.ids.take("issue-type", 10_100));
		return { id, name, description: "", subtask: hierarchyLevel < 0, hierarchyLevel, avatarId, projectId: project.id };
	});
	for (const type of types) site.jira.issueTypes.set(type.id, type);
	const statuses = ownStatuses.map(([name, category]): Status => {
		return { id: String(site.ids.take("status", 10_100)), name, description: "", category, projectId: project.id };
	});
	for (const status of statuses) site.jira.statuses.set(status.id, status);
	project.issueTypeIds = types.map(({ id }) => id);
	project.teamManaged = { statusIds: statuses.map(({ id }) => id) };
	delete project.schemes;
}

/** Adds a space that manages itself, with a custom field of its own, to a site; where a site has one, it was asked for. */
export function addTeamSpace(site: Site, { key, name }: { readonly key: string; readonly name: string }): Project {
	const project: Project = {
		id: String(site.ids.take("project", 10_000)),
		key,
		oldKeys: [],
		name,
		description: "What one team does, its own way.",
		typeKey: "software",
		leadAccountId: site.owner.accountId,
		assigneeType: "UNASSIGNED",
		url: "",
		uuid: site.random.uuid(),
		issueTypeIds: [],
		properties: new Map(),
		nextNumber: 1,
		archived: false,
		deleted: undefined,
	};
	manageItself(site, project);
	site.jira.projects.set(project.id, project);
	const number = site.ids.take("custom-field", 10_200);
	const id = `customfield_${number}`;
	site.jira.fields.set(id, {
		id,
		name: "Team goal",
		kind: "text",
		clauseNames: [`cf[${number}]`, "Team goal"],
		schema: { type: "string", custom: "com.atlassian.jira.plugin.system.customfieldtypes:textfield", customId: number },
		options: [],
		onScreens: true,
		navigable: true,
		description: "",
		projectId: project.id,
	});
	return project;
}

/** Takes away what belonged to a space that is gone for good. */
export function forgetOwn(site: Site, { id }: Project): void {
	for (const own of [site.jira.issueTypes, site.jira.statuses, site.jira.fields]) {
		for (const one of own.values()) if (one.projectId === id) own.delete(one.id);
	}
}

/** Refuses to give a space that manages itself a scheme, in the words of Atlassian's document. @throws HttpError 400 */
export function refuseTeamManaged(project: Project, what: string): void {
	if (project.teamManaged !== undefined) throw jiraError(400, `Only classic projects can have ${what} assigned.`);
}

/** Whether a space has a field: those of one type of space, or of one space, are nowhere else. */
export function hasField({ id, typeKey }: Pick<Project, "id" | "typeKey">, field: Field): boolean {
	return (field.projectTypes?.includes(typeKey) ?? true) && (field.projectId ?? id) === id;
}

/** Whose something is, as `scope` says it of what belongs to one space. */
export const scopeOf = ({ projectId }: { readonly projectId?: string }): object =>
	projectId === undefined ? {} : { scope: { type: "PROJECT", project: { id: projectId } } };
