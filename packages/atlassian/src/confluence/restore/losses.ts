import type { ItemPlan, PlanAction, RestoreOptions } from "@skyeworx/engine";
import { commentLabel } from "../content/compare-content.ts";
import { contentFidelity } from "../content/content-fidelity.ts";
import type { Content } from "../content/parts.ts";

type Loss = ItemPlan["losses"][number];

/** Fields that a page always has, of which something is lost when it is created again. */
const always: ReadonlySet<string> = new Set(["id", "authorId", "createdAt"]);

/** What is said of older versions when they are written again. */
export const replayedVersions = "Written again, each with its first author and date in its message; numbers, dates and authors are new.";

function general(content: Content, replay: boolean): readonly Loss[] {
	const has = (field: string): boolean =>
		always.has(field) ||
		(field === "likes" && content.likes.length > 0) ||
		(field === "versions.*" && content.main.version.number > 1) ||
		(field === "files.*" && content.attachments.length > 0);
	return contentFidelity.flatMap((row) => {
		const { recreated, field, label } = row;
		if (field === "versions.*" && replay && has(field)) return [{ field, label, level: "degraded", reason: replayedVersions }];
		if (!has(field) || recreated.level === "exact" || recreated.level === "derived") return [];
		const reason = recreated.level === "degraded" ? recreated.why : recreated.reason;
		return [{ field, label, level: recreated.level, reason }];
	});
}

const byConnection = "Written by the connection's account; the original author and date stand in the text.";

/** What is lost of comments that are written again. */
export function commentLosses(content: Content, fields: ReadonlySet<string> | undefined): readonly Loss[] {
	return content.comments
		.filter(({ comment }) => fields === undefined || fields.has(`comments/${comment.id}`))
		.map((placed) => ({
			field: `comments/${placed.comment.id}`,
			label: commentLabel(content, placed),
			level: "degraded",
			reason: byConnection,
		}));
}

/** What will not come back exactly. */
export function lossesOf(
	decision: { readonly action: PlanAction; readonly changes: ItemPlan["changes"] },
	content: Content,
	options: Pick<RestoreOptions, "replayVersions">,
): readonly Loss[] {
	if (decision.action === "create") {
		return [
			...general(content, options.replayVersions === true),
			...commentLosses(content, new Set(decision.changes.map(({ field }) => field))),
		];
	}
	if (decision.action !== "change") return [];
	// A comment that is on the page already is edited and keeps its author.
	return commentLosses(content, new Set(decision.changes.filter(({ before }) => before === undefined).map(({ field }) => field)));
}
