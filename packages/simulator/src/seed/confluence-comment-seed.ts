import { conversionContext, writeBody } from "../confluence/deeds/write-body.ts";
import { createComment, createInlineComment } from "../confluence/deeds/write-comment.ts";
import type { Comment, Content } from "../confluence/entities.ts";
import { latest } from "../confluence/state.ts";
import { countSelections } from "../confluence/storage/inline-marker.ts";
import type { SeededRandom } from "../site/random.ts";
import type { Site } from "../site/site.ts";
import type { Text } from "./text.ts";

const HOUR = 3_600_000;

/** Writes comments under pages: footer and inline ones, replies, edited, resolved and dangling ones. */
export class CommentWriter {
	readonly #site: Site;
	readonly #random: SeededRandom;
	readonly #text: Text;
	readonly #people: readonly { readonly accountId: string; readonly displayName: string }[];

	constructor(site: Site, random: SeededRandom, text: Text) {
		this.#site = site;
		this.#random = random;
		this.#text = text;
		this.#people = [...site.accounts.values()];
	}

	/** Writes the comments of one page or blog post. */
	write(content: Content): void {
		if (this.#random.chance(0.45)) {
			for (let left = this.#random.integer(1, 4); left > 0; left -= 1) this.#footer(content);
		}
		if (this.#random.chance(0.18)) {
			for (let left = this.#random.integer(1, 3); left > 0; left -= 1) this.#inline(content);
		}
	}

	#fresh(content: Content, parent: Comment | undefined) {
		const after = parent?.createdAt ?? latest(content).createdAt;
		const until = Math.max(after, this.#site.clock.now() - HOUR);
		const input = this.#random.chance(0.15)
			? { representation: "atlas_doc_format", value: JSON.stringify(this.#text.adfComment({ people: this.#people })) }
			: { representation: "storage", value: this.#text.storageComment({ people: this.#people }) };
		return {
			containerId: content.id,
			parentId: parent?.id,
			body: writeBody(input, conversionContext(this.#site, content.id)),
			authorId: this.#random.pick(this.#people).accountId,
			createdAt: after + Math.floor((until - after) * this.#random.fraction()),
		};
	}

	#footer(content: Content): void {
		const comment = createComment(this.#site, { kind: "footer", ...this.#fresh(content, undefined) });
		this.#reply(content, comment, 0);
		if (this.#random.chance(0.1)) this.#edit(comment);
	}

	#reply(content: Content, parent: Comment, depth: number): void {
		if (depth > 2 || !this.#random.chance(0.3)) return;
		const reply = createComment(this.#site, { kind: parent.kind, ...this.#fresh(content, parent) });
		this.#reply(content, reply, depth + 1);
	}

	#edit(comment: Comment): void {
		const before = latest(comment);
		const storage = `${before.body.storage}<p>${this.#text.remark()}</p>`;
		const createdAt = Math.min(before.createdAt + HOUR, this.#site.clock.now());
		comment.versions.push({ ...before, number: before.number + 1, createdAt, body: { storage } });
	}

	#inline(content: Content): void {
		const selection = this.#selection(latest(content).body.storage);
		if (selection === undefined) return;
		const comment = createInlineComment(this.#site, content, { kind: "inline", ...this.#fresh(content, undefined) }, selection);
		this.#reply(content, comment, 0);
		if (comment.anchor === undefined) return;
		const chance = this.#random.fraction();
		if (chance < 0.3) {
			comment.anchor.resolved = true;
			comment.anchor.resolutionModifierId = this.#random.pick(this.#people).accountId;
			comment.anchor.resolutionModifiedAt = Math.min(comment.createdAt + HOUR, this.#site.clock.now());
		} else if (chance < 0.38) comment.anchor.reopened = true;
		else if (chance < 0.46) this.#lose(content, comment.anchor.markerRef);
	}

	#selection(storage: string) {
		const sentences = [...storage.matchAll(/<p>([A-Z][^<>&]{30,}?\.)/g)].map((match) => match[1] ?? "");
		if (sentences.length === 0) return undefined;
		const words = this.#random.pick(sentences).split(" ");
		const from = this.#random.integer(0, Math.max(0, words.length - 5));
		const text = words.slice(from, from + this.#random.integer(2, 4)).join(" ");
		const matchCount = countSelections(storage, text);
		return matchCount === 0 ? undefined : { text, matchCount, matchIndex: this.#random.integer(0, matchCount - 1) };
	}

	/** Somebody rewrote the passage: the marker is gone, the comment dangles. */
	#lose(content: Content, markerRef: string): void {
		const before = latest(content);
		const storage = before.body.storage.replace(
			new RegExp(`<ac:inline-comment-marker ac:ref="${markerRef}">(.*?)</ac:inline-comment-marker>`, "gs"),
			"$1",
		);
		const createdAt = Math.min(before.createdAt + HOUR, this.#site.clock.now());
		content.versions.push({ ...before, number: before.number + 1, createdAt, message: "", body: { storage } });
	}
}
