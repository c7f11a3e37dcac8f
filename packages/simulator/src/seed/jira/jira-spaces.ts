import { issueTypes, linkTypes, priorities, resolutions, statuses, transitions } from "../../jira/configuration/defaults.ts";
import { fieldCatalog } from "../../jira/field/catalog.ts";
import type { Project } from "../../jira/model/project.ts";
import type { Site } from "../../site/site.ts";
import { seedSettings } from "./jira-settings.ts";

interface SpacePlan {
	readonly key: string;
	readonly name: string;
	readonly description: string;
	readonly typeKey: Project["typeKey"];
	/** Share of the work items. */
	readonly share: number;
	readonly types: readonly string[];
}

/** The spaces that a seeded Jira has. */
export const spacePlans: readonly SpacePlan[] = [
	{
		key: "CORE",
		name: "Core platform",
		description: "The services that everything else stands on.",
		typeKey: "software",
		share: 0.4,
		types: ["10000", "10001", "10002", "10003", "10004"],
	},
	{
		key: "MOB",
		name: "Mobile apps",
		description: "The apps for phones and tablets.",
		typeKey: "software",
		share: 0.25,
		types: ["10000", "10001", "10002", "10003", "10004"],
	},
	{
		key: "OPS",
		name: "Business operations",
		description: "Finance, people and facilities.",
		typeKey: "business",
		share: 0.15,
		types: ["10000", "10002", "10003"],
	},
	{
		key: "HELP",
		name: "Customer support",
		description: "Requests and incidents of our customers.",
		typeKey: "service_desk",
		share: 0.2,
		types: ["10002", "10003", "10005", "10006"],
	},
];

/** Gives Jira what every site has: types, statuses, priorities, resolutions, workflow, links, fields. */
export function seedConfiguration(site: Site): void {
	const jira = site.jira;
	for (const type of issueTypes) jira.issueTypes.set(type.id, type);
	for (const status of statuses) jira.statuses.set(status.id, status);
	for (const priority of priorities) jira.priorities.set(priority.id, priority);
	for (const resolution of resolutions) jira.resolutions.set(resolution.id, resolution);
	for (const type of linkTypes) jira.linkTypes.set(type.id, type);
	for (const field of fieldCatalog) jira.fields.set(field.id, field);
	jira.transitions.push(...transitions);
}

/** Makes the four spaces with components, versions, boards, sprints, filters and request types. */
export function seedSpaces(site: Site, anchor: number): Project[] {
	const people = [...site.accounts.values()].filter((account) => account.active);
	const projects = spacePlans.map((plan, index) => {
		const project: Project = {
			id: String(site.ids.take("project", 10_000)),
			key: plan.key,
			oldKeys: [],
			name: plan.name,
			description: plan.description,
			typeKey: plan.typeKey,
			leadAccountId: people[index % people.length]?.accountId ?? site.owner.accountId,
			assigneeType: "UNASSIGNED",
			url: "",
			uuid: site.random.uuid(),
			issueTypeIds: plan.types,
			properties: new Map<string, unknown>([["team.calendar", { weekStart: "monday", zone: "Etc/UTC" }]]),
			nextNumber: 1,
			archived: false,
			deleted: undefined,
		};
		site.jira.projects.set(project.id, project);
		seedParts(site, project, anchor);
		if (plan.typeKey === "software") seedBoard(site, project, anchor);
		if (plan.typeKey === "service_desk") seedRequestTypes(site, project);
		return project;
	});
	seedSettings(site, projects);
	return projects;
}

const day = 86_400_000;
const dayText = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function seedParts(site: Site, project: Project, anchor: number): void {
	const lists: Readonly<Record<string, readonly string[]>> = {
		CORE: ["Accounts", "Billing", "Search", "Import and export"],
		MOB: ["iOS", "Android", "Sync"],
		OPS: ["Finance", "People", "Facilities"],
		HELP: ["First line", "Second line"],
	};
	for (const name of lists[project.key] ?? []) {
		const id = String(site.ids.take("component"));
		site.jira.components.set(id, {
			id,
			projectId: project.id,
			name,
			description: `Everything about ${name.toLowerCase()}.`,
			leadAccountId: project.leadAccountId,
		});
	}
	if (project.typeKey !== "software") return;
	for (let minor = 1; minor <= 5; minor += 1) {
		const id = String(site.ids.take("version"));
		const release = anchor - (6 - minor) * 60 * day;
		site.jira.versions.set(id, {
			id,
			projectId: project.id,
			name: `${project.key === "CORE" ? 4 : 2}.${minor}`,
			description: `Release ${minor}`,
			released: minor < 4,
			archived: minor === 1,
			startDate: dayText(release - 40 * day),
			releaseDate: dayText(release),
		});
	}
}

function seedBoard(site: Site, project: Project, anchor: number): void {
	const filterId = String(site.ids.take("filter"));
	site.jira.filters.set(filterId, {
		id: filterId,
		name: `Filter for ${project.key} board`,
		jql: `project = ${project.key} ORDER BY Rank ASC`,
		ownerId: project.leadAccountId,
	});
	const id = site.ids.take("board", 1);
	site.jira.boards.set(id, {
		id,
		name: `${project.key} board`,
		type: "scrum",
		projectId: project.id,
		filterId,
		properties: new Map([["board.theme", { colour: "teal" }]]),
		columns: ["Ready", "Under way", "Finished"],
	});
	for (let number = 1; number <= 8; number += 1) {
		const sprintId = site.ids.take("sprint", 1);
		const start = anchor - (8 - number) * 14 * day;
		const state = number < 7 ? "closed" : number === 7 ? "active" : "future";
		site.jira.sprints.set(sprintId, {
			id: sprintId,
			name: `${project.key} Sprint ${number}`,
			state,
			boardId: id,
			goal: `Finish what ${project.name} promised for sprint ${number}`,
			startDate: state === "future" ? undefined : start,
			endDate: state === "future" ? undefined : start + 14 * day,
			completeDate: state === "closed" ? start + 14 * day : undefined,
			createdDate: start - 7 * day,
		});
	}
}

function seedRequestTypes(site: Site, project: Project): void {
	const types = [
		["Get IT help", "10005"],
		["Report an incident", "10006"],
		["Request access", "10005"],
	] as const;
	for (const [name, issueTypeId] of types) {
		const id = String(site.ids.take("request-type", 1));
		site.jira.requestTypes.set(id, { id, name, description: `${name} from the support team.`, issueTypeId, projectId: project.id });
	}
}
