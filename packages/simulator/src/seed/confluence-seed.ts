import { createSpace } from "../confluence/deeds/write-space.ts";
import type { Space } from "../confluence/entities.ts";
import { labelNamed, nextId } from "../confluence/ids.ts";
import { SeededRandom } from "../site/random.ts";
import type { Site } from "../site/site.ts";
import { SpaceWriter } from "./confluence-space-seed.ts";
import { createText } from "./text.ts";
import { topics } from "./vocabulary.ts";

const names: readonly (readonly [key: string, name: string, description: string])[] = [
	["ENG", "Engineering Handbook", "How we build, test and release: guides, decisions and runbooks."],
	["OPS", "Operations", "Everything that keeps the lights on: incidents, changes, capacity and suppliers."],
	["PPL", "People and Culture", "Policies, onboarding and the way we work together."],
	["FIN", "Finance", "Forecasts, closing calendars and purchasing."],
	["CARE", "Customer Care", "Answers, escalations and known problems."],
	["DESIGN", "Design Studio", "Research, patterns and reviews."],
	["SEC", "Security", "Controls, reviews and findings."],
	["LEGAL", "Legal", "Contracts, privacy and advice."],
];

/** Fills Confluence with `pages` pages in three spaces (one more for each 2,000), and blog posts, comments, attachments and the rest with them. */
export function seedConfluence(site: Site, pages: number): void {
	const random = new SeededRandom(4_711);
	const count = Math.min(names.length, 3 + Math.floor(pages / 2000));
	const now = site.clock.now();
	for (let index = 0; index < count; index += 1) {
		const [key, name, description] = names[index] ?? ["X", "Space", ""];
		const author = random.pick([...site.accounts.values()]).accountId;
		const space = createSpace(site, { key, name, description, authorId: author, createdAt: now - 900 * 86_400_000 + index * 3_600_000 });
		furnish(site, space, author);
		const share = Math.floor(pages / count) + (index < pages % count ? 1 : 0);
		const topic = topics[index % topics.length];
		const writer = new SpaceWriter({ site, space, random: random.fork(), ...(topic === undefined ? {} : { topic }) });
		writer.write(share);
	}
	seedTemplates(site);
}

function furnish(site: Site, space: Space, authorId: string): void {
	space.labels.push(labelNamed(site, "handbook", "team"));
	const version = { number: 1, createdAt: space.createdAt, authorId, message: "" };
	space.properties.push({ id: nextId(site), key: "review-cycle", value: { months: 6, owner: authorId }, version });
}

function seedTemplates(site: Site): void {
	const source = new SeededRandom(99);
	const text = createText(() => source.fraction());
	for (const name of ["Decision record", "Meeting notes", "Incident review"]) {
		const id = nextId(site);
		const space = site.confluence.spaceByKey("ENG");
		const spaceKey = name === "Meeting notes" ? undefined : space?.key;
		site.confluence.templates.set(id, {
			id,
			name,
			description: text.sentence(),
			spaceKey,
			body: { storage: text.storage({ blocks: 4 }) },
			labels: [],
		});
	}
}
