import type { IssueType, LinkType, Named, Status, Transition } from "../model/configuration.ts";

const type = (id: string, name: string, description: string, hierarchyLevel: number, avatarId: number): IssueType => ({
	id,
	name,
	description,
	subtask: hierarchyLevel < 0,
	hierarchyLevel,
	avatarId,
});

/** Types of work items that the site has. */
export const issueTypes: readonly IssueType[] = [
	type("10000", "Epic", "A big piece of work that holds others.", 1, 10_307),
	type("10001", "Story", "Something a user wants.", 0, 10_315),
	type("10002", "Task", "A small, distinct piece of work.", 0, 10_318),
	type("10003", "Sub-task", "A part of another work item.", -1, 10_316),
	type("10004", "Bug", "A problem or error.", 0, 10_303),
	type("10005", "Service Request", "A request from a customer.", 0, 10_533),
	type("10006", "Incident", "A service is down or disturbed.", 0, 10_537),
];

/** Statuses that the site has. */
export const statuses: readonly Status[] = [
	{ id: "10010", name: "To Do", description: "", category: 2 },
	{ id: "3", name: "In Progress", description: "This work item is being worked on at the moment.", category: 4 },
	{ id: "10011", name: "In Review", description: "", category: 4 },
	{ id: "10012", name: "Done", description: "", category: 3 },
];

const named = (id: string, name: string, description: string): Named => ({ id, name, description });

/** Priorities that the site has. */
export const priorities: readonly Named[] = [
	{ ...named("1", "Highest", "This problem will block progress."), statusColor: "#d04437" },
	{ ...named("2", "High", "Serious problem that could block progress."), statusColor: "#f15c75" },
	{ ...named("3", "Medium", "Has the potential to affect progress."), statusColor: "#f79232" },
	{ ...named("4", "Low", "Minor problem or easily worked around."), statusColor: "#707070" },
	{ ...named("5", "Lowest", "Trivial problem with little or no impact on progress."), statusColor: "#999999" },
];

/** Resolutions that the site has. */
export const resolutions: readonly Named[] = [
	named("10000", "Done", "Work has been completed on this issue."),
	named("10001", "Won't Do", "This issue won't be actioned."),
	named("10002", "Duplicate", "The problem is a duplicate of an existing issue."),
	named("10003", "Cannot Reproduce", "All attempts at reproducing this issue failed."),
];

/** The workflow: To Do, In Progress, In Review, Done; only Done has a resolution, and review is reached from In Progress alone. */
export const transitions: readonly Transition[] = [
	{ id: "11", name: "To Do", from: [], to: "10010", resolution: "clear" },
	{ id: "21", name: "In Progress", from: [], to: "3", resolution: "clear" },
	{ id: "31", name: "Ask for review", from: ["3"], to: "10011", resolution: "clear" },
	{ id: "41", name: "Done", from: ["3", "10011"], to: "10012", resolution: "set" },
	{ id: "51", name: "Close", from: ["10010"], to: "10012", resolution: "set" },
];

/** Kinds of links that the site has. */
export const linkTypes: readonly LinkType[] = [
	{ id: "10000", name: "Blocks", inward: "is blocked by", outward: "blocks" },
	{ id: "10001", name: "Cloners", inward: "is cloned by", outward: "clones" },
	{ id: "10002", name: "Duplicate", inward: "is duplicated by", outward: "duplicates" },
	{ id: "10003", name: "Relates", inward: "relates to", outward: "relates to" },
];
