import type { SimulatedSite } from "./simulated-site.ts";

/** A space to be restored: chapters with sections with pages, each with a file and a comment, every second with labels. */
export interface WrittenSpace {
	readonly id: string;
	readonly key: string;
	/** Writes that no restore of it can do without, by operation. */
	readonly needed: Readonly<Record<string, number>>;
	/** Titles from top to bottom, indented by depth. */
	outline(): Promise<readonly string[]>;
}

const chapters = 20;
const sectionsPerChapter = 9;
const atOnce = 8;

interface Page {
	readonly id: string;
	readonly title: string;
}

/** Makes the space as its people would. */
export async function writeSpace(site: SimulatedSite, pages: number): Promise<WrittenSpace> {
	const key = "HANDBOOK";
	await site.call("POST", "/wiki/rest/api/space", { key, name: "Handbook" });
	const { results } = (await site.call("GET", `/wiki/api/v2/spaces?keys=${key}`)) as { results: { id: string; homepageId: string }[] };
	const [space] = results;
	if (space === undefined) throw new Error("the space was not made");
	let left = pages;
	const needed: Record<string, number> = {};
	const count = (operation: string) => {
		needed[operation] = (needed[operation] ?? 0) + 1;
	};
	const write = async (parent: Page, number: number): Promise<Page> => {
		left -= 1;
		const title = `${parent.title === "" ? "Chapter" : parent.title}.${number}`;
		const body = {
			representation: "storage",
			value: `<h2>${title}</h2><p>What is agreed on in ${title}, in some words to comment on.</p>`,
		};
		const page = { spaceId: space.id, parentId: parent.id, status: "current", title, body };
		const { id } = (await site.call("POST", "/wiki/api/v2/pages", page)) as { id: string };
		count("POST pages");
		await attach(site, id, title);
		count("PUT attachment");
		const said = { representation: "storage", value: `<p>Agreed: ${title}.</p>` };
		await site.call("POST", "/wiki/api/v2/footer-comments", { pageId: id, body: said });
		count("POST footer-comments");
		if (number % 2 === 0) {
			await site.call("POST", `/wiki/rest/api/content/${id}/label`, [{ prefix: "global", name: `part-${number}` }]);
			count("POST label");
		}
		return { id, title };
	};
	const below = async (parents: readonly Page[], each: number): Promise<readonly Page[]> => {
		const made: Page[] = [];
		await inLanes(parents, async (parent) => {
			for (let number = 1; number <= each && left > 0; number += 1) made.push(await write(parent, number));
		});
		return made;
	};
	const tops = await below([{ id: space.homepageId, title: "" }], chapters);
	const sections = await below(tops, sectionsPerChapter);
	await below(sections, Math.ceil(left / sections.length));
	return { id: space.id, key, needed, outline: async () => await outlineOf(site, key) };
}

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
	const queue = [...items];
	const lane = async () => {
		for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
	};
	await Promise.all(Array.from({ length: atOnce }, lane));
}

async function attach(site: SimulatedSite, pageId: string, title: string): Promise<void> {
	const form = new FormData();
	form.set("file", new Blob([`Minutes of ${title}\n`.repeat(40)], { type: "text/plain" }), "minutes.txt");
	const authorization = `Basic ${Buffer.from(`${site.email}:${site.apiToken}`).toString("base64")}`;
	const headers = { authorization, "X-Atlassian-Token": "nocheck" };
	const response = await fetch(`${site.url}/wiki/rest/api/content/${pageId}/child/attachment`, { method: "PUT", headers, body: form });
	if (!response.ok) throw new Error(`the upload was answered with ${response.status}`);
	await response.arrayBuffer();
}

async function outlineOf(site: SimulatedSite, key: string): Promise<readonly string[]> {
	const { results } = (await site.call("GET", `/wiki/api/v2/spaces?keys=${key}`)) as { results: { homepageId: string }[] };
	const lines: string[] = [];
	const tell = async (id: string, depth: number): Promise<void> => {
		const path = `/wiki/api/v2/pages/${id}/direct-children?limit=250`;
		const { results: children } = (await site.call("GET", path)) as { results: { id: string; title: string }[] };
		for (const child of children) {
			lines.push(`${"  ".repeat(depth)}${child.title}`);
			await tell(child.id, depth + 1);
		}
	};
	await tell(results[0]?.homepageId ?? "", 0);
	return lines;
}
