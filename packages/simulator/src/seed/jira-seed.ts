import type { Attachment, Issue } from "../jira/model/issue.ts";
import { emptyBody } from "../jira/model/issue.ts";
import type { Project } from "../jira/model/project.ts";
import type { BodyPlan, BodyWriter } from "../jira/state.ts";
import type { SeededRandom } from "../site/random.ts";
import type { Site } from "../site/site.ts";
import { mimeTypes, type SeedFileKind } from "./file-content.ts";
import { historyCount, worklogTime, writeBody } from "./jira/jira-bodies.ts";
import { seedConfiguration, seedSpaces, spacePlans } from "./jira/jira-spaces.ts";
import { createText, type Text } from "./text.ts";
import { topics } from "./vocabulary.ts";

/** The instant after which nothing was changed in a seeded site: fixed, so that the same seed is the same site on every start. */
const seedAnchor = Date.UTC(2026, 2, 2, 9, 0, 0);

const day = 86_400_000;

/** Fills Jira: four spaces (one of them a service desk) with `items` work items; bodies are written out when first read. */
export function seedJira(site: Site, items: number): void {
	seedConfiguration(site);
	const anchor = Math.min(seedAnchor, site.clock.now() - day);
	const projects = seedSpaces(site, anchor);
	if (items === 0) return;
	const people = activePeople(site);
	site.jira.writeBody = bodyWriter(site);
	let left = items;
	projects.forEach((project, index) => {
		const count = index === projects.length - 1 ? left : Math.round(items * (spacePlans[index]?.share ?? 0));
		left -= count;
		new SpaceSeeder({ site, project, people, anchor, topic: index }).seed(count);
	});
}

/** Gives the function that writes out seeded bodies from the plans that the seed left. */
export function bodyWriter(site: Site): BodyWriter {
	const people = activePeople(site);
	return (issue) => {
		const plan = site.jira.plans.get(issue.id);
		return plan === undefined ? emptyBody() : writeBody(site, issue, plan, people);
	};
}

const activePeople = (site: Site): string[] =>
	[...site.accounts.values()].filter((account) => account.active).map((account) => account.accountId);

interface SeederParts {
	readonly site: Site;
	readonly project: Project;
	readonly people: readonly string[];
	readonly anchor: number;
	readonly topic: number;
}

class SpaceSeeder {
	readonly #parts: SeederParts;
	readonly #random: SeededRandom;
	readonly #text: Text;
	readonly #components: readonly string[];
	readonly #versions: readonly string[];
	#epics: Issue[] = [];
	#standard: Issue[] = [];

	constructor(parts: SeederParts) {
		this.#parts = parts;
		this.#random = parts.site.random.fork();
		const random = this.#random;
		this.#text = createText(() => random.fraction(), topics[parts.topic % topics.length]);
		const mine = (each: { readonly projectId: string }): boolean => each.projectId === parts.project.id;
		this.#components = [...parts.site.jira.components.values()].filter(mine).map((each) => each.id);
		this.#versions = [...parts.site.jira.versions.values()].filter(mine).map((each) => each.id);
	}

	seed(count: number): void {
		for (let index = 0; index < count; index += 1) {
			const issue = this.#issue(index / count);
			this.#attach(issue);
			this.#plan(issue);
			if (index > 3 && this.#random.chance(0.12)) this.#link(issue);
		}
	}

	#type(): string {
		const types = this.#parts.project.issueTypeIds;
		if (types.includes("10000") && (this.#epics.length === 0 || this.#random.chance(0.05))) return "10000";
		if (this.#standard.length > 0 && types.includes("10003") && this.#random.chance(0.15)) return "10003";
		return this.#random.pick(types.filter((id) => id !== "10000" && id !== "10003"));
	}

	#issue(progress: number): Issue {
		const { site, project, people, anchor } = this.#parts;
		const random = this.#random;
		const typeId = this.#type();
		const number = project.nextNumber;
		project.nextNumber += 1;
		const created = Math.floor(anchor - 400 * day * (1 - progress * 0.99) - random.fraction() * day);
		const updated = Math.floor(created + (anchor - created) * random.fraction() * 0.95);
		const statusId = random.pick(["10010", "10010", "3", "10011", "10012", "10012", "10012"]);
		const done = statusId === "10012";
		const parent =
			typeId === "10003"
				? random.pick(this.#standard)
				: typeId !== "10000" && this.#epics.length > 0 && random.chance(0.6)
					? random.pick(this.#epics)
					: undefined;
		const reporter = random.pick(people);
		const issue: Issue = {
			id: site.ids.take("issue", 10_001),
			projectId: project.id,
			key: `${project.key}-${number}`,
			number,
			typeId,
			summary: this.#text.summary(),
			statusId,
			priorityId: random.pick(["1", "2", "3", "3", "3", "4", "5"]),
			resolutionId: done ? random.pick(["10000", "10000", "10000", "10001", "10002"]) : undefined,
			assignee: random.chance(0.75) ? random.pick(people) : undefined,
			reporter,
			creator: reporter,
			created,
			updated,
			resolved: done ? updated : undefined,
			statusChanged: statusId === "10010" ? created : updated,
			parentId: parent?.id,
			labels: random.chance(0.4) ? [...this.#text.labels(random.integer(1, 3))].sort() : [],
			componentIds: random.chance(0.5) && this.#components.length > 0 ? [random.pick(this.#components)] : [],
			fixVersionIds: random.chance(0.4) && this.#versions.length > 0 ? [random.pick(this.#versions)] : [],
			affectedVersionIds: typeId === "10004" && this.#versions.length > 0 ? [random.pick(this.#versions)] : [],
			dueDate: random.chance(0.2) ? new Date(updated + 20 * day).toISOString().slice(0, 10) : undefined,
			originalEstimate: random.chance(0.25) ? random.integer(1, 20) * 3600 : undefined,
			remainingEstimate: undefined,
			attachmentIds: [],
			linkIds: [],
			childIds: [],
			body: undefined,
		};
		if (issue.originalEstimate !== undefined) issue.remainingEstimate = done ? 0 : Math.round(issue.originalEstimate / 2);
		site.jira.issues.set(issue.id, issue);
		site.jira.keys.set(issue.key, issue.id);
		if (parent !== undefined) parent.childIds = [...parent.childIds, issue.id];
		if (typeId === "10000") this.#epics = [...this.#epics.slice(-30), issue];
		else if (typeId !== "10003") this.#standard = [...this.#standard.slice(-40), issue];
		return issue;
	}

	#attach(issue: Issue): void {
		const random = this.#random;
		if (!random.chance(0.08)) return;
		const { site, people } = this.#parts;
		const count = random.chance(0.25) ? 2 : 1;
		for (let index = 0; index < count; index += 1) {
			const kind = random.pick<SeedFileKind>(["png", "png", "png", "txt", "csv", "json", "pdf", "svg", "docx"]);
			const largest = random.chance(0.04) ? Math.log(2 * 1024 * 1024) : Math.log(200 * 1024);
			const size = Math.floor(Math.exp(Math.log(1024) + (largest - Math.log(1024)) * random.fraction()));
			const attachment: Attachment = {
				id: site.ids.take("attachment"),
				issueId: issue.id,
				filename: kind === "docx" ? this.#text.fileName("txt").replace(/\.txt$/, ".docx") : this.#text.fileName(kind),
				mimeType: mimeTypes[kind],
				size,
				author: random.pick(people),
				created: Math.floor(issue.created + (issue.updated - issue.created) * random.fraction()),
				mediaId: random.uuid(),
				content: { kind, seed: random.integer(1, 1_000_000_000) },
			};
			site.jira.attachments.set(attachment.id, attachment);
			site.jira.media.set(attachment.mediaId, attachment.id);
			issue.attachmentIds = [...issue.attachmentIds, attachment.id];
		}
	}

	#plan(issue: Issue): void {
		const { site } = this.#parts;
		const random = this.#random;
		const comments = random.chance(0.006) ? random.integer(25, 60) : random.chance(0.55) ? random.integer(1, 4) : 0;
		const worklogs = random.chance(0.18) ? random.integer(1, 3) : 0;
		const histories = historyCount(issue);
		const plan: BodyPlan = {
			comments,
			worklogs,
			histories,
			firstComment: site.ids.takeRange("comment", comments),
			firstWorklog: site.ids.takeRange("worklog", worklogs),
			firstHistory: site.ids.takeRange("history", histories),
		};
		site.jira.plans.set(issue.id, plan);
		for (let index = 0; index < comments; index += 1) site.jira.commentOwners.set(plan.firstComment + index, issue.id);
		for (let index = 0; index < worklogs; index += 1) {
			site.jira.worklogMarks.set(plan.firstWorklog + index, { issueId: issue.id, updated: worklogTime(issue, index) });
		}
	}

	#link(issue: Issue): void {
		const { site } = this.#parts;
		const other = this.#random.pick(this.#standard);
		if (other.id === issue.id) return;
		const id = site.ids.take("link");
		site.jira.links.set(id, { id, typeId: this.#random.pick(["10000", "10002", "10003"]), inwardId: issue.id, outwardId: other.id });
		issue.linkIds = [...issue.linkIds, id];
		other.linkIds = [...other.linkIds, id];
	}
}
