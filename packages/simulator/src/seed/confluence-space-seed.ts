import { putFile } from "../confluence/deeds/write-attachment.ts";
import { conversionContext, writeBody } from "../confluence/deeds/write-body.ts";
import { createContent, trashContent } from "../confluence/deeds/write-content.ts";
import type { Body, Content, Space, Version } from "../confluence/entities.ts";
import { labelNamed, nextId } from "../confluence/ids.ts";
import { latest } from "../confluence/state.ts";
import type { SeededRandom } from "../site/random.ts";
import type { Site } from "../site/site.ts";
import type { BodyMaterial, MediaMaterial } from "./body-material.ts";
import { CommentWriter } from "./confluence-comment-seed.ts";
import { mimeTypes } from "./file-content.ts";
import { createText, type FileKind, type Text } from "./text.ts";
import type { Topic } from "./vocabulary.ts";

const DAY = 86_400_000;
const kinds: readonly FileKind[] = ["png", "png", "png", "csv", "txt", "json", "pdf", "svg"];
const properties: readonly (readonly [key: string, value: unknown])[] = [
	["editor", "v2"],
	["content-appearance-published", "full-width"],
	["emoji-title-published", "1f4d8"],
	["review", { due: "2026-12-01", done: false, reviewers: 2 }],
];

/** Every 90th page is hidden from the site's owner too: a blind spot of its backups. */
const isHidden = (index: number): boolean => index % 90 === 15;

/** What a space is filled with. */
export interface SpaceSeed {
	readonly site: Site;
	readonly space: Space;
	readonly random: SeededRandom;
	readonly topic?: Topic;
}

/** Fills one space: a deep page tree, folders, blog posts, and all that hangs on them. */
export class SpaceWriter {
	readonly #site: Site;
	readonly #space: Space;
	readonly #random: SeededRandom;
	readonly #text: Text;
	readonly #people: readonly { readonly accountId: string; readonly displayName: string }[];
	readonly #parents: { readonly id: string; readonly depth: number }[];
	readonly #titles: string[] = [];
	readonly #issueKeys: readonly string[];
	readonly #comments: CommentWriter;

	constructor({ site, space, random, topic }: SpaceSeed) {
		this.#site = site;
		this.#space = space;
		this.#random = random;
		this.#text = createText(() => random.fraction(), topic);
		this.#people = [...site.accounts.values()];
		this.#issueKeys = [...site.jira.keys.keys().take(300)];
		this.#parents = space.homepageId === undefined ? [] : [{ id: space.homepageId, depth: 0 }];
		this.#comments = new CommentWriter(site, random, this.#text);
	}

	/** Writes `count` pages, the home page counted, and a blog post for every twelfth. */
	write(count: number): void {
		const started = this.#space.createdAt;
		const span = this.#site.clock.now() - started - 2 * DAY;
		const trashed: Content[] = [];
		const archived: Content[] = [];
		for (let index = 1; index < count; index += 1) {
			const createdAt = started + Math.floor((span * index) / count) + this.#random.integer(0, 999_999);
			if (index % 40 === 7) this.#folder(createdAt);
			const page = this.#page(index, createdAt);
			this.#decorate(page, index);
			if (index % 97 === 61) archived.push(page);
			if (index % 12 === 5) this.#decorate(this.#blogPost(index, createdAt + DAY / 4), index);
			if (index % 97 === 31) trashed.push(page);
		}
		for (const page of trashed) trashContent(this.#site, page);
		for (const page of archived) if (page.status === "current") this.#site.confluence.changeContent(page, { status: "archived" });
	}

	#author(): string {
		return this.#random.pick(this.#people).accountId;
	}

	#folder(createdAt: number): void {
		const kind = this.#random.pick(["folder", "folder", "folder", "whiteboard", "database"] as const);
		const parent = this.#random.pick(this.#parents);
		const title = `${this.#text.phrase()} ${kind === "folder" ? "archive" : kind} ${this.#parents.length}`;
		const content = createContent(this.#site, {
			space: this.#space,
			type: kind,
			title,
			authorId: this.#author(),
			parentId: parent.id,
			createdAt,
		});
		if (kind === "folder" && parent.depth < 7) this.#parents.push({ id: content.id, depth: parent.depth + 1 });
	}

	#page(index: number, createdAt: number): Content {
		const recent = this.#random.chance(0.5) ? this.#parents.slice(-12) : this.#parents;
		const parent = this.#random.pick(recent);
		const page = this.#content("page", index, createdAt, parent.id);
		if (parent.depth < 8 && !isHidden(index)) this.#parents.push({ id: page.id, depth: parent.depth + 1 });
		return page;
	}

	#blogPost(index: number, createdAt: number): Content {
		return this.#content("blogpost", index, createdAt, undefined);
	}

	#content(type: "page" | "blogpost", index: number, createdAt: number, parentId: string | undefined): Content {
		const title = this.#title(type, index);
		const authorId = this.#author();
		const content = createContent(this.#site, { space: this.#space, type, title, authorId, parentId, createdAt });
		const media = this.#files(content, createdAt);
		const material: BodyMaterial = {
			people: this.#people,
			media,
			pages: this.#titles.slice(-40).map((known) => ({ title: known, spaceKey: this.#space.key })),
			issueKeys: this.#issueKeys,
			urls: [
				"https://boards.example.com/roadmap",
				"https://files.example.com/d/2481/quarterly-plan",
				"https://status.example.com/incidents/118",
			],
		};
		const input = this.#random.chance(0.2)
			? { representation: "atlas_doc_format", value: JSON.stringify(this.#text.adf(material)) }
			: { representation: "storage", value: this.#text.storage(material) };
		latest(content).body = writeBody(input, conversionContext(this.#site, content.id));
		if (type === "page") this.#titles.push(title);
		this.#edit(content, index);
		return content;
	}

	#title(type: "page" | "blogpost", index: number): string {
		for (let attempt = 0; ; attempt += 1) {
			const title = this.#text.title(attempt < 3 ? undefined : index * 10 + attempt);
			if (this.#site.confluence.titled(this.#space.id, type, title) === undefined) return title;
		}
	}

	/** Adds versions: each changes the text a little, some the title; one page of a space has more than a list shows at once. */
	#edit(content: Content, index: number): void {
		const edits = index === 3 ? 60 : this.#random.chance(0.35) ? this.#random.integer(1, 5) : 0;
		const until = this.#site.clock.now() - DAY / 24;
		let at = latest(content).createdAt;
		for (let edit = 0; edit < edits; edit += 1) {
			at += Math.floor((until - at) * this.#random.fraction() * (edits > 10 ? 0.05 : 0.6));
			const before = latest(content);
			const body = this.#extended(before.body);
			const message = this.#random.chance(0.3) ? this.#text.remark() : "";
			const version: Version = {
				number: before.number + 1,
				createdAt: at,
				authorId: this.#author(),
				message,
				minorEdit: this.#random.chance(0.2),
				title: before.title,
				body,
			};
			content.versions.push(version);
		}
		if (edits > 0 && this.#random.chance(0.1)) this.#rename(content);
	}

	#extended(body: Body): Body {
		const sentence = this.#text.paragraph(this.#random.integer(1, 2));
		const storage = `${body.storage}<p>${sentence.replaceAll("&", "&amp;")}</p>`;
		if (body.adf === undefined) return { storage };
		const paragraph = JSON.stringify({ type: "paragraph", content: [{ type: "text", text: sentence }] });
		return { storage, adf: `${body.adf.slice(0, -2)},${paragraph}]}` };
	}

	#rename(content: Content): void {
		const version = latest(content);
		const title = this.#title(content.type === "blogpost" ? "blogpost" : "page", content.versions.length);
		content.versions[content.versions.length - 1] = { ...version, title };
		this.#site.confluence.changeContent(content, { title });
	}

	#files(content: Content, createdAt: number): MediaMaterial[] {
		if (!this.#random.chance(0.3)) return [];
		return Array.from({ length: this.#random.integer(1, 3) }, () => {
			const kind = this.#random.pick(kinds);
			const fileName = this.#text.fileName(kind);
			const versions = this.#random.chance(0.25) ? this.#random.integer(2, 3) : 1;
			let fileId = "";
			for (let version = 0; version < versions; version += 1) {
				const seed = this.#random.integer(1, 2 ** 31);
				const file = putFile(this.#site, {
					containerId: content.id,
					fileName,
					mediaType: mimeTypes[kind],
					bytes: { kind, seed },
					fileSize: this.#random.integer(1024, 24_000),
					comment: version === 0 ? "" : this.#text.remark(),
					minorEdit: false,
					authorId: this.#author(),
					createdAt: createdAt + version * DAY,
				});
				fileId = file.versions.at(-1)?.fileId ?? "";
			}
			return { id: fileId, collection: `contentId-${content.id}`, fileName, image: kind === "png" || kind === "svg" };
		});
	}

	#decorate(content: Content, index: number): void {
		const random = this.#random;
		if (random.chance(0.6)) {
			for (const name of this.#text.labels(random.integer(1, 4))) content.labels.push(labelNamed(this.#site, name));
		}
		for (const [key, value] of properties) {
			if (!random.chance(0.12)) continue;
			const { createdAt, authorId } = latest(content);
			content.properties.push({ id: nextId(this.#site), key, value, version: { number: 1, createdAt, authorId, message: "" } });
		}
		if (random.chance(0.3)) content.likes.push(...random.sample(this.#people, random.integer(1, 5)).map((person) => person.accountId));
		this.#comments.write(content);
		this.#restrict(content, index);
	}

	/** Restricts reading or writing of some pages to a few people. */
	#restrict(content: Content, index: number): void {
		if (index % 45 === 15) {
			const others = this.#people.filter((person) => person.accountId !== this.#site.owner.accountId);
			const chosen = this.#random.sample(others, 2).map((person) => person.accountId);
			content.restrictions.read.users.push(...chosen, ...(isHidden(index) ? [] : [this.#site.owner.accountId]));
		} else if (index % 45 === 33) {
			const group = [...this.#site.groups.values()].find((known) => known.name === "site-admins");
			if (group !== undefined) content.restrictions.update.groups.push(group.groupId);
		}
	}
}
