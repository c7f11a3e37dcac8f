import { type Adf, type Change, emptyBody, type Issue, type IssueBody } from "../../jira/model/issue.ts";
import type { BodyPlan } from "../../jira/state.ts";
import { SeededRandom } from "../../site/random.ts";
import type { Site } from "../../site/site.ts";
import { createText, type Text } from "../text.ts";
import { seededForms } from "./form-seed.ts";
import { writeRequest } from "./request-seed.ts";

/** What the parts of a seeded work item are written from. */
export interface Writing {
	readonly site: Site;
	readonly issue: Issue;
	readonly plan: BodyPlan;
	readonly random: SeededRandom;
	readonly text: Text;
	readonly people: readonly string[];
}

/** Writes out the heavy part of a seeded work item; the same item always gets the same. */
export function writeBody(site: Site, issue: Issue, plan: BodyPlan, people: readonly string[]): IssueBody {
	const random = new SeededRandom(issue.id * 7919 + 17);
	const writing: Writing = { site, issue, plan, random, text: createText(() => random.fraction()), people };
	const body = emptyBody();
	body.description = random.chance(0.93) ? description(writing) : null;
	if (random.chance(0.08)) body.environment = writing.text.adfComment() as Adf;
	writeCustomFields(writing, body);
	writeComments(writing, body);
	writeWorklogs(writing, body);
	writeHistories(writing, body);
	for (const accountId of random.sample(people, random.integer(0, 3))) body.watchers.add(accountId);
	if (random.chance(0.1)) body.votes.add(random.pick(people));
	if (random.chance(0.05))
		body.properties.set("deployment.marker", { channel: random.pick(["stable", "beta"]), build: random.integer(100, 999) });
	if (hasRemoteLink(issue)) {
		const globalId = `system=https://build.example.com&id=${random.integer(1000, 9999)}`;
		body.remoteLinks.push({
			id: 10_000 + issue.id,
			globalId,
			relationship: "built by",
			application: { type: "com.example.build", name: "Build server" },
			object: { url: `https://build.example.com/runs/${issue.number}`, title: `Run ${issue.number}`, summary: writing.text.sentence() },
		});
	}
	if (!body.custom.has("customfield_10010")) return body;
	writeRequest(writing, body);
	const forms = seededForms(site, issue);
	if (forms !== undefined) body.forms = forms;
	return body;
}

function description({ site, issue, random, text, people }: Writing): Adf {
	const media = issue.attachmentIds.flatMap((id) => {
		const attachment = site.jira.attachments.get(id);
		return attachment === undefined || !attachment.mimeType.startsWith("image/")
			? []
			: [{ id: attachment.mediaId, collection: "", fileName: attachment.filename, image: true }];
	});
	const mentioned = site.accounts.get(random.pick(people));
	return text.adf({
		...(mentioned === undefined ? {} : { people: [mentioned] }),
		...(media.length === 0 ? {} : { media }),
		issueKeys: [issue.key],
		blocks: media.length > 0 ? random.integer(5, 9) : random.integer(2, 6),
	}) as Adf;
}

const between = ({ issue, random }: Writing, from = 0): number =>
	Math.floor(issue.created + (issue.updated - issue.created) * (from + (1 - from) * random.fraction()));

/** Instants in order, all between creation and last change. */
const instants = (writing: Writing, count: number): number[] =>
	Array.from({ length: count }, () => between(writing, 0.02)).sort((a, b) => a - b);

function writeComments(writing: Writing, body: IssueBody): void {
	const { plan, random, text, people, site, issue } = writing;
	const service = site.jira.projects.get(issue.projectId)?.typeKey === "service_desk";
	instants(writing, plan.comments).forEach((at, index) => {
		const author = random.pick(people);
		const edited = random.chance(0.15);
		const internal = service && random.chance(0.3);
		const mentioned = site.accounts.get(random.pick(people));
		body.comments.push({
			id: plan.firstComment + index,
			author,
			updateAuthor: author,
			body: text.adfComment(mentioned === undefined ? {} : { people: [mentioned] }) as Adf,
			created: at,
			updated: edited ? at + Math.floor((issue.updated - at) * 0.5) : at,
			visibility: undefined,
			jsdPublic: !internal,
			properties: service ? { "sd.public.comment": { internal } } : {},
		});
	});
}

function writeWorklogs(writing: Writing, body: IssueBody): void {
	const { plan, random, text, people } = writing;
	for (let index = 0; index < plan.worklogs; index += 1) {
		const at = worklogTime(writing.issue, index);
		const author = random.pick(people);
		body.worklogs.push({
			id: plan.firstWorklog + index,
			author,
			updateAuthor: author,
			comment: random.chance(0.7) ? (text.adfComment() as Adf) : undefined,
			created: at,
			updated: at,
			started: at - 3_600_000,
			timeSpentSeconds: random.integer(1, 16) * 1800,
			visibility: undefined,
			properties: {},
		});
	}
}

/** When the n-th worklog of a seeded work item was written. */
export function worklogTime(issue: Issue, index: number): number {
	return Math.floor(issue.created + (issue.updated - issue.created) * (0.3 + 0.15 * (index % 4)));
}

/** How many histories a seeded work item has; they must tell how it came to be as it is. */
export function historyCount(issue: Issue): number {
	const path = statusPath(issue.statusId).length + (issue.assignee === undefined ? 0 : 1);
	return path + (issue.id % 3) + (hasRemoteLink(issue) ? 1 : 0);
}

/** About one in seventeen seeded work items links to a thing outside of Jira; its history says so. */
function hasRemoteLink(issue: Issue): boolean {
	return issue.id % 17 === 4;
}

function statusPath(statusId: string): readonly (readonly [string, string])[] {
	const path = [
		["10010", "3"],
		["3", "10011"],
		["10011", "10012"],
	] as const;
	return path.slice(0, ["10010", "3", "10011", "10012"].indexOf(statusId));
}

const change = (field: string, values: Partial<Change>, fieldId: string | undefined = field): Change => ({
	field,
	fieldtype: "jira",
	fieldId,
	from: null,
	fromString: null,
	to: null,
	toString: null,
	...values,
});

function writeHistories(writing: Writing, body: IssueBody): void {
	const { site, issue, plan, random, text, people } = writing;
	const items: Change[][] = [];
	if (issue.assignee !== undefined) {
		items.push([change("assignee", { to: issue.assignee, toString: site.accounts.get(issue.assignee)?.displayName ?? null })]);
	}
	for (const [from, to] of statusPath(issue.statusId)) {
		const name = (id: string): string => site.jira.statuses.get(id)?.name ?? id;
		const step = [change("status", { from, fromString: name(from), to, toString: name(to) })];
		if (to === "10012" && issue.resolutionId !== undefined) {
			step.push(change("resolution", { to: issue.resolutionId, toString: site.jira.resolutions.get(issue.resolutionId)?.name ?? null }));
		}
		items.push(step);
	}
	for (let extra = 0; extra < issue.id % 3; extra += 1) {
		items.unshift(
			extra === 0
				? [change("summary", { fromString: text.summary(), toString: issue.summary })]
				: [
						change("priority", {
							from: "3",
							fromString: "Medium",
							to: issue.priorityId,
							toString: site.jira.priorities.get(issue.priorityId)?.name ?? null,
						}),
					],
		);
	}
	if (hasRemoteLink(issue)) {
		const said = { to: String(10_000 + issue.id), toString: `This work item links to "Run ${issue.number}"` };
		items.unshift([{ ...change("RemoteWorkItemLink", said), fieldId: undefined }]);
	}
	const times = instants(writing, items.length);
	items.forEach((entry, index) => {
		body.histories.push({
			id: plan.firstHistory + index,
			author: random.pick(people),
			created: times[index] ?? issue.updated,
			items: entry,
		});
	});
}

function writeCustomFields({ site, issue, random, text, people }: Writing, body: IssueBody): void {
	const project = site.jira.projects.get(issue.projectId);
	const set = (id: string, probability: number, value: () => unknown): void => {
		if (random.chance(probability)) body.custom.set(id, value());
	};
	body.custom.set("customfield_10019", `0|i${issue.id.toString(36).padStart(5, "0")}:`);
	set("customfield_10016", 0.5, () => random.pick([1, 2, 3, 5, 8]));
	set("customfield_10030", 0.15, () => `REF-${random.integer(1000, 9999)}`);
	set("customfield_10031", 0.2, () => text.adfComment());
	set("customfield_10032", 0.3, () => random.pick(["10100", "10101", "10102"]));
	set("customfield_10033", 0.2, () => random.sample(["10110", "10111", "10112", "10113"], 2));
	set("customfield_10034", 0.1, () =>
		random.pick([
			{ parent: "10200", child: "10300" },
			{ parent: "10210", child: "10311" },
			{ parent: "10200", child: undefined },
		]),
	);
	set("customfield_10035", 0.1, () => new Date(issue.created).toISOString().slice(0, 10));
	set("customfield_10036", 0.1, () => issue.created);
	set("customfield_10037", 0.15, () => [...text.labels(2)].sort());
	set("customfield_10038", 0.2, () => random.pick(people));
	set("customfield_10039", 0.1, () => random.sample(people, 2));
	set("customfield_10040", 0.05, () => `https://design.example.com/board/${issue.number}`);
	if (project?.typeKey === "software") {
		const sprints = [...site.jira.sprints.values()].filter((sprint) => site.jira.boards.get(sprint.boardId)?.projectId === project.id);
		set("customfield_10020", 0.5, () => random.sample(sprints, random.integer(1, 2)).map((sprint) => sprint.id));
	}
	if (project?.typeKey === "service_desk") {
		const fitting = [...site.jira.requestTypes.values()].filter((type) => type.issueTypeId === issue.typeId);
		if (fitting.length > 0) body.custom.set("customfield_10010", random.pick(fitting).id);
	}
}
