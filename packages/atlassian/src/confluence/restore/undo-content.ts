import type { CreatedThing } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import type { ContentFlavour } from "../content/flavour.ts";
import { commentBody } from "../content/parts.ts";
import { readAttachment, readComment, readContent } from "../content/records.ts";
import { readMains } from "../live/read-live.ts";
import { carriesMark } from "./deed.ts";
import { readMark } from "./property-owner.ts";
import { propertiesOf } from "./write-page.ts";

interface Undoing {
	readonly site: AppSite;
	readonly made: CreatedThing;
	readonly restoreId: string;
	readonly signal: AbortSignal;
}

interface UndoingPage extends Undoing {
	readonly flavour: ContentFlavour;
}

type Undone = "undone" | "kept";

/** Puts a page that the restore created, or took out of the trash, into the trash; somebody's later edit keeps it. */
async function undoPage(undoing: UndoingPage): Promise<Undone> {
	const { site, flavour, made, restoreId, signal } = undoing;
	const main = (await readMains(site.client, flavour, [made.ref.id], signal)).get(made.ref.id);
	if (main === undefined || readContent(main).status === "trashed") return "undone";
	const mark = await readMark(propertiesOf(site, flavour, made.ref.id, signal));
	const { version } = readContent(main);
	// A restore that was cut off between creating and marking left a page without a mark.
	const ours = mark.restoreId === restoreId || mark.restoreId === undefined;
	const untouched = version.number === (mark.version ?? 1) || carriesMark(version.message, restoreId);
	if (!ours || !untouched) return "kept";
	await site.client.call({
		method: "DELETE",
		path: flavour.one,
		parameters: { id: made.ref.id },
		accept: [404],
		item: made.ref.id,
		signal,
	});
	return "undone";
}

async function undoAttachment({ site, made, restoreId, signal }: Undoing, id: string): Promise<Undone> {
	const call = { path: "/wiki/api/v2/attachments/{id}", parameters: { id }, accept: [404], signal } as const;
	const { status, json } = await site.client.call({ ...call, method: "GET" });
	if (status === 404) return "undone";
	const attachment = readAttachment(json);
	if (attachment.status === "trashed") return "undone";
	const marked = carriesMark(attachment.comment ?? attachment.version.message, restoreId);
	// Its last version is ours: nobody uploaded one since.
	if (!marked) return "kept";
	await site.client.call({ ...call, method: "DELETE", item: made.ref.id });
	return "undone";
}

const commentPaths = ["/wiki/api/v2/footer-comments/{comment-id}", "/wiki/api/v2/inline-comments/{comment-id}"] as const;

async function undoComment({ site, made, restoreId, signal }: Undoing, id: string): Promise<Undone> {
	for (const path of commentPaths) {
		const call = { path, parameters: { "comment-id": id }, accept: [404], signal } as const;
		const { status, json } = await site.client.call({ ...call, method: "GET", query: { "body-format": "storage" } });
		if (status === 404) continue;
		const comment = readComment(json);
		const ours = comment.version.number === 1 || carriesMark(comment.version.message, restoreId);
		if (!ours || !commentBody(comment).includes("Originally by ")) return "kept";
		await site.client.call({ ...call, method: "DELETE", item: made.ref.id });
		return "undone";
	}
	return "undone";
}

/** Takes away a file or a comment that a restore brought into being; undefined where it is neither. */
export async function undoHanging(undoing: Undoing): Promise<Undone | undefined> {
	const [sort, id] = undoing.made.part.split("/");
	if (sort === "file" && id !== undefined) return await undoAttachment(undoing, id);
	return sort === "comment" && id !== undefined ? await undoComment(undoing, id) : undefined;
}

/** Takes away one thing that a restore brought into being. */
export async function undoCreatedContent(undoing: UndoingPage): Promise<Undone> {
	return (await undoHanging(undoing)) ?? (await undoPage(undoing));
}
