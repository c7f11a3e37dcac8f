import { isAppError, isJsonObject, type JsonValue } from "@skyeworx/core";
import { markedTexts, storageText, textOccurrences } from "../../storage-format/storage-format.ts";
import { type Content, commentBody, commentLists, type PlacedComment } from "../content/parts.ts";
import { type CommentRecord, compareIds, idOf, readComment } from "../content/records.ts";
import { readAttachmentsPart, readCommentsPart } from "../read/single-content.ts";
import { attempt, bodyOrigin, type ContainerDeed, isOwnVersion, versionMessage } from "./deed.ts";
import { recreatedBody } from "./recreated-comment.ts";
import { rewriteBody } from "./rewrite-body.ts";

type Place = PlacedComment["place"];

/** A comment as it is called on the page now. */
interface CommentNow {
	readonly id: string;
	readonly place: Place;
}

const createPaths = { footer: "/wiki/api/v2/footer-comments", inline: "/wiki/api/v2/inline-comments" } as const;
const onePaths = { footer: "/wiki/api/v2/footer-comments/{comment-id}", inline: "/wiki/api/v2/inline-comments/{comment-id}" } as const;

interface Anchor {
	readonly textSelection: string;
	readonly textSelectionMatchCount: number;
	readonly textSelectionMatchIndex: number;
}

/** The words in the page's body now that an inline comment is to be tied to; undefined when they are not there any more. */
function anchorIn(body: string, content: Pick<Content, "body">, comment: CommentRecord): Anchor | undefined {
	const ref = comment.properties?.inlineMarkerRef;
	const marked = ref == null ? undefined : markedTexts(content.body).get(ref);
	const text = marked?.text ?? comment.properties?.inlineOriginalSelection?.trim();
	if (text === undefined || text === "") return undefined;
	const count = textOccurrences(body, text);
	if (count === 0) return undefined;
	return { textSelection: text, textSelectionMatchCount: count, textSelectionMatchIndex: Math.min(marked?.index ?? 0, count - 1) };
}

/** The comments on the page now, under the ids that the backup knows them by. */
interface CommentsNow {
	readonly now: readonly PlacedComment[];
	readonly liveIds: ReadonlyMap<string, string>;
	/** Reads the body that inline comments are tied to. */
	readonly bodyNow?: () => Promise<string>;
}

/** A reply is younger than what it answers, and ids grow. */
function rootsFirst(comments: readonly PlacedComment[]): readonly PlacedComment[] {
	return [...comments].sort((a, b) => compareIds(a.comment.id, b.comment.id));
}

class CommentWriter {
	private readonly deed: ContainerDeed;
	private readonly pageId: string;
	private readonly bodyNow: CommentsNow["bodyNow"];
	private readonly now: ReadonlyMap<string, PlacedComment>;
	private readonly liveIds: ReadonlyMap<string, string>;
	private readonly names = new Map<string, CommentNow>();

	constructor(deed: ContainerDeed, pageId: string, comments: CommentsNow) {
		this.deed = deed;
		this.pageId = pageId;
		this.now = new Map(comments.now.map((placed) => [placed.comment.id, placed]));
		this.liveIds = comments.liveIds;
		this.bodyNow = comments.bodyNow;
	}

	private named(live: PlacedComment): CommentNow {
		const { id } = live.comment;
		return { id: this.liveIds.get(id) ?? id, place: live.place };
	}

	async write(placed: PlacedComment): Promise<void> {
		const { id } = placed.comment;
		const live = this.now.get(id);
		if (live !== undefined) {
			this.names.set(id, this.named(live));
			await this.bringBack(placed, live);
			return;
		}
		const parent = placed.comment.parentCommentId == null ? undefined : this.names.get(placed.comment.parentCommentId);
		if (placed.comment.parentCommentId != null && parent === undefined) {
			this.deed.problems.push({
				field: `comments/${id}`,
				reason: "The comment that this one answers is not there and was not restored with it.",
			});
			return;
		}
		this.names.set(id, parent === undefined ? await this.createRoot(placed) : await this.createReply(placed, parent));
	}

	/** Comments that are there and not to be written: replies may hang on them. */
	knows(placed: PlacedComment): void {
		const live = this.now.get(placed.comment.id);
		if (live !== undefined) this.names.set(placed.comment.id, this.named(live));
	}

	private body(comment: CommentRecord): string {
		return rewriteBody(commentBody(comment), this.deed.context, this.deed.site.siteUrl, bodyOrigin(this.deed));
	}

	/** The page, or the file on it that the comment is on: one that was uploaded again has another id. */
	private container({ attachmentId }: CommentRecord): Record<string, string> {
		if (attachmentId == null) return { [this.deed.flavour.containerField]: this.pageId };
		return { attachmentId: this.deed.files[attachmentId]?.id ?? attachmentId };
	}

	private async createRoot({ place, comment }: PlacedComment): Promise<CommentNow> {
		const body = storage(recreatedBody(this.deed.content, comment, this.body(comment)));
		if (place === "footer") return await this.create("footer", comment, { ...this.container(comment), body });
		const anchor = this.bodyNow === undefined ? undefined : anchorIn(await this.bodyNow(), this.deed.content, comment);
		if (anchor === undefined) return await this.createQuoting(comment);
		try {
			const made = await this.create("inline", comment, { ...this.container(comment), body, inlineCommentProperties: { ...anchor } });
			if (made.place === "inline" && comment.resolutionStatus === "resolved") await this.resolve(made, comment, true);
			return made;
		} catch (error) {
			// Atlassian counts the words of a page in its own way and may not find these.
			if (!isAppError(error, "site-refused")) throw error;
			return await this.createQuoting(comment);
		}
	}

	/** An inline comment that can't be tied to its words stands below the page and quotes them. */
	private async createQuoting(comment: CommentRecord): Promise<CommentNow> {
		const reason = "It can't be tied to its words in the page again: it stands below the page now and quotes them.";
		this.deed.problems.push({ field: `comments/${comment.id}`, reason });
		const quoted = recreatedBody(this.deed.content, comment, this.body(comment), comment.properties?.inlineOriginalSelection ?? "");
		return await this.create("footer", comment, { ...this.container(comment), body: storage(quoted) });
	}

	private async createReply({ comment }: PlacedComment, parent: CommentNow): Promise<CommentNow> {
		const body = storage(recreatedBody(this.deed.content, comment, this.body(comment)));
		return await this.create(parent.place, comment, { parentCommentId: parent.id, body });
	}

	private async create(place: Place, comment: CommentRecord, body: Record<string, JsonValue>): Promise<CommentNow> {
		const { context, site, flavour } = this.deed;
		const made = await context.step(`comment ${comment.id}`, {
			run: async () => {
				const { json } = await site.client.call({
					method: "POST",
					path: createPaths[place],
					body,
					item: this.pageId,
					signal: context.signal,
				});
				return { id: idOf(json), place };
			},
			find: () => this.findCreated(place, comment, body),
		});
		context.created({ ref: { kind: flavour.kind, id: this.pageId }, part: `comment/${made.id}` });
		return { id: made.id, place: made.place === "inline" ? "inline" : "footer" };
	}

	/** Looks for a comment with exactly these words under the same parent: the first line names its author and minute. */
	private async findCreated(
		place: Place,
		comment: CommentRecord,
		body: Record<string, JsonValue>,
	): Promise<{ id: string; place: Place } | undefined> {
		const { client } = this.deed.site;
		const source = { client, flavour: this.deed.flavour, id: this.pageId, signal: this.deed.context.signal };
		const part = await readCommentsPart(source, await readAttachmentsPart(source));
		const value = isJsonObject(body.body) && typeof body.body.value === "string" ? body.body.value : "";
		const taken = new Set([...this.names.values()].map((name) => name.id));
		const parent = comment.parentCommentId == null ? undefined : this.names.get(comment.parentCommentId)?.id;
		const found = commentLists(part)
			[place].map(readComment)
			.find(
				(one) =>
					!taken.has(one.id) && (one.parentCommentId ?? undefined) === parent && storageText(commentBody(one)) === storageText(value),
			);
		return found === undefined ? undefined : { id: found.id, place };
	}

	private async resolve(made: CommentNow, comment: CommentRecord, resolved: boolean): Promise<void> {
		await this.update(made, `resolve ${comment.id}`, (live) => ({ resolved, body: storage(commentBody(live)) }));
	}

	/** A comment that is still there: its words and whether it is resolved, as they were. */
	private async bringBack(placed: PlacedComment, live: PlacedComment): Promise<void> {
		const body = this.body(placed.comment);
		// One that was created again holds a line more; only whether it is resolved is put right.
		const recreated = this.liveIds.has(live.comment.id);
		const [was, is] = [placed.comment.resolutionStatus === "resolved", live.comment.resolutionStatus === "resolved"];
		if ((recreated || body === commentBody(live.comment)) && was === is) return;
		await this.update(this.named(live), `edit comment ${live.comment.id}`, (now) => ({
			body: storage(recreated ? commentBody(now) : body),
			...(was === is ? {} : { resolved: was }),
		}));
	}

	private async update(which: CommentNow, step: string, change: (live: CommentRecord) => Record<string, JsonValue>): Promise<void> {
		const { context, site } = this.deed;
		const call = { path: onePaths[which.place], parameters: { "comment-id": which.id }, signal: context.signal } as const;
		const read = async (): Promise<CommentRecord> => {
			const { json } = await site.client.call({ ...call, method: "GET", query: { "body-format": "storage" } });
			return readComment(json);
		};
		await context.step(step, {
			run: async () => {
				const live = await read();
				const version = { number: live.version.number + 1, message: versionMessage(this.deed) };
				await site.client.call({ ...call, method: "PUT", body: { version, ...change(live) }, idempotent: false, item: this.pageId });
				return true;
			},
			find: async () => (isOwnVersion(this.deed, (await read()).version.message) ? true : undefined),
		});
	}
}

function storage(value: string): { readonly representation: "storage"; readonly value: string } {
	return { representation: "storage", value };
}

/** Brings comments back: edits those that are there, writes those that are gone again, roots before their replies. */
export async function writeComments(
	deed: ContainerDeed,
	pageId: string,
	comments: CommentsNow & { readonly wanted: ReadonlySet<string> },
): Promise<void> {
	const writer = new CommentWriter(deed, pageId, comments);
	for (const placed of rootsFirst(deed.content.comments)) {
		const field = `comments/${placed.comment.id}`;
		if (comments.wanted.has(field)) await attempt(deed, field, () => writer.write(placed));
		else writer.knows(placed);
	}
}
