import type { Attachment, Comment, Content, Label, LongTask, Space, Template, Version } from "./entities.ts";

/** Everything that Confluence holds, with the indexes that its lists need; write only through its methods and bump `revision` by `touch`. */
export class ConfluenceState {
	readonly spaces = new Map<string, Space>();
	readonly contents = new Map<string, Content>();
	readonly comments = new Map<string, Comment>();
	readonly attachments = new Map<string, Attachment>();
	readonly templates = new Map<string, Template>();
	readonly labels = new Map<string, Label>();
	readonly longTasks = new Map<string, LongTask>();
	readonly conversions = new Map<string, { readonly representation: string; readonly value: string }>();
	/** Types of custom content whose apps are installed. */
	readonly customTypes = new Set<string>();
	/** Until when an account sees restricted content, by account id. */
	readonly adminKeys = new Map<string, number>();
	#revision = 0;
	#searches = 0;
	readonly #children = new Map<string, Set<string>>();
	readonly #customIn = new Map<string, Set<string>>();
	readonly #titles = new Map<string, string>();
	readonly #commentsOf = new Map<string, Set<string>>();
	readonly #repliesOf = new Map<string, Set<string>>();
	readonly #attachmentsOf = new Map<string, Set<string>>();
	readonly #listings = new Map<string, { revision: number; entries: unknown }>();

	/** Makes a Confluence out of the collections of another one, as they come out of a file; the indexes are built again. */
	static from(saved: SavedConfluence): ConfluenceState {
		const state = new ConfluenceState();
		for (const [id, space] of saved.spaces) state.spaces.set(id, space);
		for (const [id, template] of saved.templates) state.templates.set(id, template);
		for (const [name, label] of saved.labels) state.labels.set(name, label);
		for (const [id, task] of saved.longTasks) state.longTasks.set(id, task);
		for (const [id, conversion] of saved.conversions) state.conversions.set(id, conversion);
		for (const type of saved.customTypes) state.customTypes.add(type);
		for (const content of saved.contents.values()) state.putContent(content);
		for (const comment of saved.comments.values()) state.putComment(comment);
		for (const attachment of saved.attachments.values()) state.putAttachment(attachment);
		return state;
	}

	/** The collections without their indexes, to be written to a file. @see ConfluenceState.from */
	collections(): SavedConfluence {
		const { spaces, contents, comments, attachments, templates, labels, longTasks, conversions, customTypes } = this;
		return { spaces, contents, comments, attachments, templates, labels, longTasks, conversions, customTypes };
	}

	/** Counts changes, so that a sorted list can be kept while nothing moves. */
	get revision(): number {
		return this.#revision;
	}

	/** Says that something changed in place. */
	touch(): void {
		this.#revision += 1;
	}

	/** Counts searches: while the index flickers, every second one misses what is young. @returns how many there were before */
	countSearch(): number {
		this.#searches += 1;
		return this.#searches - 1;
	}

	/** Keeps what `compute` gives until the next change. */
	listing<T>(key: string, compute: () => readonly T[]): readonly T[] {
		const kept = this.#listings.get(key);
		if (kept?.revision === this.#revision) return kept.entries as readonly T[];
		const entries = compute();
		if (this.#listings.size >= 32) this.#listings.clear();
		this.#listings.set(key, { revision: this.#revision, entries });
		return entries;
	}

	/** Adds or replaces an object of the content tree or a blog post. */
	putContent(content: Content): void {
		this.contents.set(content.id, content);
		if (content.parentId !== undefined) indexed(this.#children, content.parentId).add(content.id);
		if (content.custom?.containerId !== undefined) indexed(this.#customIn, content.custom.containerId).add(content.id);
		if (holdsTitle(content)) this.#titles.set(titleKey(content.spaceId, content.type, content.title), content.id);
		this.touch();
	}

	/** Changes what an index knows about: title, status, parent. */
	changeContent(content: Content, change: Partial<Pick<Content, "title" | "status" | "parentId" | "position">>): void {
		const key = titleKey(content.spaceId, content.type, content.title);
		if (this.#titles.get(key) === content.id) this.#titles.delete(key);
		if (content.parentId !== undefined) this.#children.get(content.parentId)?.delete(content.id);
		Object.assign(content, change);
		this.putContent(content);
	}

	/** Forgets an object with its comments and attachments. */
	removeContent(content: Content): void {
		this.changeContent(content, { status: "trashed", parentId: undefined });
		for (const comment of this.commentsOf(content.id)) this.removeComment(comment);
		for (const attachment of this.attachmentsOf(content.id)) this.removeAttachment(attachment);
		for (const inside of this.customIn(content.id)) this.removeContent(inside);
		this.contents.delete(content.id);
		this.#children.delete(content.id);
		this.touch();
	}

	/** The page, blog post or folder that holds a title in a space; titles differ in more than case. */
	titled(spaceId: string, type: Content["type"], title: string): Content | undefined {
		const id = this.#titles.get(titleKey(spaceId, type, title));
		return id === undefined ? undefined : this.contents.get(id);
	}

	/** The objects directly below `parentId`, in their order, whatever their status. */
	childrenOf(parentId: string): Content[] {
		return resolve(this.#children.get(parentId), this.contents).sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
	}

	/** Content of apps' own types that is directly in a page, blog post or other custom content. */
	customIn(containerId: string): Content[] {
		return resolve(this.#customIn.get(containerId), this.contents);
	}

	/** The objects above `content`, nearest first. */
	ancestorsOf(content: Content): Content[] {
		const above: Content[] = [];
		let next = content.parentId === undefined ? undefined : this.contents.get(content.parentId);
		while (next !== undefined && above.length < 1000) {
			above.push(next);
			next = next.parentId === undefined ? undefined : this.contents.get(next.parentId);
		}
		return above;
	}

	/** Adds a comment. */
	putComment(comment: Comment): void {
		this.comments.set(comment.id, comment);
		indexed(this.#commentsOf, comment.containerId).add(comment.id);
		if (comment.parentId !== undefined) indexed(this.#repliesOf, comment.parentId).add(comment.id);
		this.touch();
	}

	/** Forgets a comment and its replies. */
	removeComment(comment: Comment): void {
		for (const reply of this.repliesOf(comment.id)) this.removeComment(reply);
		this.comments.delete(comment.id);
		this.#commentsOf.get(comment.containerId)?.delete(comment.id);
		if (comment.parentId !== undefined) this.#repliesOf.get(comment.parentId)?.delete(comment.id);
		this.#repliesOf.delete(comment.id);
		this.touch();
	}

	/** All comments of a page, blog post or attachment, replies included, oldest first. */
	commentsOf(containerId: string): Comment[] {
		return resolve(this.#commentsOf.get(containerId), this.comments);
	}

	/** The direct replies to a comment, oldest first. */
	repliesOf(commentId: string): Comment[] {
		return resolve(this.#repliesOf.get(commentId), this.comments);
	}

	/** Adds an attachment. */
	putAttachment(attachment: Attachment): void {
		this.attachments.set(attachment.id, attachment);
		indexed(this.#attachmentsOf, attachment.containerId).add(attachment.id);
		this.touch();
	}

	/** Forgets an attachment with its comments. */
	removeAttachment(attachment: Attachment): void {
		for (const comment of this.commentsOf(attachment.id)) this.removeComment(comment);
		this.attachments.delete(attachment.id);
		this.#attachmentsOf.get(attachment.containerId)?.delete(attachment.id);
		this.touch();
	}

	/** The attachments of a page or blog post, oldest first, whatever their status. */
	attachmentsOf(containerId: string): Attachment[] {
		return resolve(this.#attachmentsOf.get(containerId), this.attachments);
	}

	/** The space with a key, in any case. */
	spaceByKey(key: string): Space | undefined {
		const wanted = key.toLowerCase();
		for (const space of this.spaces.values()) if (space.key.toLowerCase() === wanted) return space;
		return undefined;
	}
}

/** The collections of a Confluence, without its indexes. */
export type SavedConfluence = Pick<
	ConfluenceState,
	"spaces" | "contents" | "comments" | "attachments" | "templates" | "labels" | "longTasks" | "conversions" | "customTypes"
>;

/** Makes an empty Confluence. */
export function createConfluenceState(): ConfluenceState {
	return new ConfluenceState();
}

/** The current version of a page, blog post or comment. */
export function latest(item: { readonly id: string; readonly versions: readonly Version[] }): Version {
	const version = item.versions.at(-1);
	if (version === undefined) throw new Error(`${item.id} has no version`);
	return version;
}

const holdsTitle = (content: Content): boolean =>
	content.type !== "custom" && (content.status === "current" || content.status === "archived");

const titleKey = (spaceId: string, type: Content["type"], title: string): string =>
	`${spaceId}\0${type === "page" || type === "blogpost" || type === "custom" ? type : "other"}\0${title.toLowerCase()}`;

function indexed(index: Map<string, Set<string>>, key: string): Set<string> {
	let ids = index.get(key);
	if (ids === undefined) {
		ids = new Set();
		index.set(key, ids);
	}
	return ids;
}

function resolve<T>(ids: ReadonlySet<string> | undefined, items: ReadonlyMap<string, T>): T[] {
	const found: T[] = [];
	for (const id of ids ?? []) {
		const item = items.get(id);
		if (item !== undefined) found.push(item);
	}
	return found;
}
