import { trashContent, updateContent } from "../confluence/deeds/write-content.ts";
import type { Space } from "../confluence/entities.ts";
import { latest } from "../confluence/state.ts";
import { deleteIssueTree } from "../jira/issue/delete-issue.ts";
import { applyEdit, planEdit } from "../jira/issue/edit-issue.ts";
import type { Project } from "../jira/model/project.ts";
import { SeededRandom } from "../site/random.ts";
import type { Site } from "../site/site.ts";
import { textDocument } from "./work-item-page.ts";

/** What a rogue script did. */
export interface Damage {
	readonly space: string;
	readonly edited: number;
	readonly deleted: number;
}

const nonsense = (random: SeededRandom): string =>
	Array.from({ length: random.integer(4, 9) }, () => random.hex(random.integer(6, 14))).join(" ");

/** Edits about a third of a space's items to nonsense and deletes about a tenth, always the same ones for the same seed. */
export function runRogueScript(site: Site, target: Project | Space, seed = 13): Damage {
	const random = new SeededRandom(seed);
	return "nextNumber" in target ? ruinProject(site, target, random) : ruinSpace(site, target, random);
}

function ruinProject(site: Site, project: Project, random: SeededRandom): Damage {
	let edited = 0;
	let deleted = 0;
	const author = site.owner.accountId;
	for (const issue of [...site.jira.issues.values()].filter((entry) => entry.projectId === project.id)) {
		const chance = random.fraction();
		if (!site.jira.issues.has(issue.id)) continue;
		if (chance < 0.1) {
			const before = site.jira.issues.size;
			deleteIssueTree(site, issue);
			deleted += before - site.jira.issues.size;
		} else if (chance < 0.45) {
			const fields = { summary: nonsense(random), description: textDocument(nonsense(random)), labels: [] };
			const change = { issue, author, body: { fields } };
			applyEdit(site, change, planEdit(site, change));
			edited += 1;
		}
	}
	return { space: project.name, edited, deleted };
}

function ruinSpace(site: Site, space: Space, random: SeededRandom): Damage {
	let edited = 0;
	let deleted = 0;
	const authorId = site.owner.accountId;
	for (const content of site.confluence.contents.values()) {
		const written = content.type === "page" || content.type === "blogpost";
		if (content.spaceId !== space.id || content.status !== "current" || !written || content.id === space.homepageId) continue;
		const chance = random.fraction();
		if (chance < 0.1) {
			trashContent(site, content);
			deleted += 1;
		} else if (chance < 0.45) {
			const version = { number: latest(content).number + 1, message: "automated clean-up" };
			updateContent(site, content, { title: content.title, body: { storage: `<p>${nonsense(random)}</p>` }, version, authorId });
			edited += 1;
		}
	}
	return { space: space.name, edited, deleted };
}
