import type { Board, Field, Filter, IssueType, LinkType, Named, RequestType, Sprint, Status, Transition } from "./model/configuration.ts";
import { type Attachment, emptyBody, type Issue, type IssueBody, type IssueLink } from "./model/issue.ts";
import type { Component, Project, Version } from "./model/project.ts";
import { createSettings, type Settings } from "./model/settings.ts";
import { SearchIndex } from "./search/search-index.ts";
import type { BulkTask } from "./task/bulk-tasks.ts";
import type { Task } from "./task/tasks.ts";

/** Writes out the heavy part of a seeded work item. */
export type BodyWriter = (issue: Issue) => IssueBody;

/** When a worklog was last written, for the feed of changed worklogs. */
interface WorklogMark {
	readonly issueId: number;
	updated: number;
}

/** Where the ids of a seeded work item's comments, worklogs and histories begin, and how many there are. */
export interface BodyPlan {
	readonly firstComment: number;
	readonly comments: number;
	readonly firstWorklog: number;
	readonly worklogs: number;
	readonly firstHistory: number;
	readonly histories: number;
}

/** Everything that Jira holds. */
export interface JiraState {
	readonly projects: Map<string, Project>;
	readonly components: Map<string, Component>;
	readonly versions: Map<string, Version>;
	readonly issueTypes: Map<string, IssueType>;
	readonly statuses: Map<string, Status>;
	readonly priorities: Map<string, Named>;
	readonly resolutions: Map<string, Named>;
	readonly transitions: Transition[];
	readonly linkTypes: Map<string, LinkType>;
	readonly fields: Map<string, Field>;
	readonly boards: Map<number, Board>;
	readonly sprints: Map<number, Sprint>;
	readonly filters: Map<string, Filter>;
	readonly requestTypes: Map<string, RequestType>;
	/** Schemes, roles, screens and whatever else is configured. */
	readonly settings: Settings;
	readonly issues: Map<number, Issue>;
	/** Present and former keys. */
	readonly keys: Map<string, number>;
	readonly attachments: Map<number, Attachment>;
	/** Attachment ids by the id of their media. */
	readonly media: Map<string, number>;
	readonly links: Map<number, IssueLink>;
	/** Work item of each comment. */
	readonly commentOwners: Map<number, number>;
	readonly worklogMarks: Map<number, WorklogMark>;
	readonly worklogsDeleted: { readonly id: number; readonly at: number }[];
	/** What seeded bodies are written from. */
	readonly plans: Map<number, BodyPlan>;
	/** Writes out seeded bodies; set by the seed. */
	writeBody: BodyWriter;
	/** Seeded bodies that were written out and not changed since, oldest first; they may be dropped again. */
	readonly pristine: Set<number>;
	/** Work that goes on after an answer. */
	readonly tasks: Map<string, Task>;
	readonly bulkTasks: Map<string, BulkTask>;
	/** What search sees. */
	readonly index: SearchIndex;
	/** Grows with every change; caches of searches hang on it. */
	revision: number;
}

/** Makes an empty Jira. */
export function createJiraState(): JiraState {
	return {
		projects: new Map(),
		components: new Map(),
		versions: new Map(),
		issueTypes: new Map(),
		statuses: new Map(),
		priorities: new Map(),
		resolutions: new Map(),
		transitions: [],
		linkTypes: new Map(),
		fields: new Map(),
		boards: new Map(),
		sprints: new Map(),
		filters: new Map(),
		requestTypes: new Map(),
		settings: createSettings(),
		issues: new Map(),
		keys: new Map(),
		attachments: new Map(),
		media: new Map(),
		links: new Map(),
		commentOwners: new Map(),
		worklogMarks: new Map(),
		worklogsDeleted: [],
		plans: new Map(),
		writeBody: emptyBody,
		pristine: new Set(),
		tasks: new Map(),
		bulkTasks: new Map(),
		index: new SearchIndex(),
		revision: 0,
	};
}

const keptPristine = 20_000;

/** Gives the heavy part of a work item to read; what a seed wrote out may be dropped and written out again later. */
export function readBody(state: JiraState, issue: Issue): IssueBody {
	if (issue.body !== undefined) return issue.body;
	issue.body = state.writeBody(issue);
	state.pristine.add(issue.id);
	if (state.pristine.size > keptPristine) {
		const oldest = state.pristine.values().next().value;
		if (oldest !== undefined) {
			state.pristine.delete(oldest);
			const dropped = state.issues.get(oldest);
			if (dropped !== undefined) dropped.body = undefined;
		}
	}
	return issue.body;
}

/** Gives the heavy part of a work item to change; from now on it is kept. */
export function changeBody(state: JiraState, issue: Issue): IssueBody {
	const body = readBody(state, issue);
	state.pristine.delete(issue.id);
	return body;
}

/** Writes out everything that is held compactly, without dropping anything. */
export function materialiseAll(state: JiraState): void {
	for (const issue of state.issues.values()) issue.body ??= state.writeBody(issue);
}
