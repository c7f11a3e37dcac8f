import type { KindRestore, ReceiptField, StoredItem } from "@skyeworx/engine";
import { storageText, withoutMarkers } from "../../storage-format/storage-format.ts";
import { commentLabel, compareContent } from "../content/compare-content.ts";
import { contentFidelity } from "../content/content-fidelity.ts";
import { type Content, contentOf } from "../content/parts.ts";
import { kindOfParent } from "../tree-object/tree-flavour.ts";
import { type Aligned, align } from "./align.ts";
import { replayedVersions } from "./losses.ts";
import { isElsewhere } from "./placement.ts";
import { wantsField } from "./plan-details.ts";
import { restoreProperty } from "./property-owner.ts";
import { originOf, rewriteBody } from "./rewrite-body.ts";

type Context = Parameters<KindRestore["receipt"]>[2];

interface Comparison {
	readonly wanted: Content;
	readonly now: Content;
	readonly aligned: Aligned;
	readonly differing: ReadonlySet<string>;
	readonly context: Context;
	readonly siteUrl: string;
	readonly created: boolean;
}

const field = (name: string, label: string, result: ReceiptField["result"], reason?: string): ReceiptField => ({
	field: name,
	label,
	result,
	...(reason === undefined ? {} : { reason }),
});

function bodyField({ wanted, now, context, siteUrl }: Comparison): ReceiptField {
	const [was, is] = [withoutMarkers(wanted.body), withoutMarkers(now.body)];
	if (was === is) return field("body", "Body", "exact");
	const rewritten = rewriteBody(
		was,
		context,
		siteUrl,
		originOf(wanted, now.main.spaceId === wanted.main.spaceId ? undefined : now.space?.key),
	);
	if (rewritten === is)
		return field("body", "Body", "degraded", "References to things that have a new id were changed; all else is as it was.");
	if (storageText(rewritten) === storageText(is))
		return field("body", "Body", "degraded", "Atlassian wrote the markup in its own way; the words are the same.");
	return field("body", "Body", "failed", "The body on the page is another one.");
}

function titleField({ wanted, now }: Comparison): ReceiptField {
	if (wanted.main.title === now.main.title) return field("title", "Title", "exact");
	return now.main.title.startsWith(wanted.main.title)
		? field("title", "Title", "degraded", `It is called "${now.main.title}": the title was taken, or this is a copy.`)
		: field("title", "Title", "failed", "The page has another title.");
}

function parentField({ wanted, now, context }: Comparison): readonly ReceiptField[] {
	const { parentId, parentType } = wanted.main;
	if (parentId == null) return [];
	const brought = context.mapped({ kind: "confluence.space", id: wanted.main.spaceId })?.brought?.[parentId];
	const mapped = context.mapped({ kind: kindOfParent(parentType), id: parentId })?.ref.id ?? brought ?? parentId;
	if (now.main.parentId === mapped) return [field("parent", "Parent", "exact")];
	return [field("parent", "Parent", "degraded", "Its parent is not there any more; it stands elsewhere in the tree.")];
}

/** Two states of what hangs on content. */
type Hanging = Pick<Comparison, "wanted" | "now" | "aligned" | "differing">;

function commentFields({ wanted, now, aligned, differing }: Hanging): readonly ReceiptField[] {
	const live = new Set(now.comments.map(({ comment }) => comment.id));
	return wanted.comments.map((placed) => {
		const { id } = placed.comment;
		const name = `comments/${id}`;
		const label = commentLabel(wanted, placed);
		if (!live.has(id)) return field(name, label, "failed", "The comment is not on the page.");
		if (!aligned.liveIds.has(id))
			return differing.has(name) ? field(name, label, "failed", "The comment says something else.") : field(name, label, "exact");
		if (aligned.moved.has(id))
			return field(name, label, "degraded", "The words it was tied to are gone: it stands below the page and quotes them.");
		return field(name, label, "degraded", "Written by the connection's account; the original author and date stand in the text.");
	});
}

function fileMarkFields(wanted: Content, id: string, title: string, differing: ReadonlySet<string>): readonly ReceiptField[] {
	const { labels, properties } = wanted.fileMarks.get(id) ?? { labels: [], properties: [] };
	const names = [
		...(labels.length === 0 && !differing.has(`file/${id}/labels`) ? [] : [[`file/${id}/labels`, `Labels of ${title}`] as const]),
		...properties.map(({ key }) => [`file/${id}/properties/${key}`, `Property ${key} of ${title}`] as const),
	];
	return names.map(([name, label]) =>
		differing.has(name) ? field(name, label, "failed", "It is not as it was.") : field(name, label, "exact"),
	);
}

function fileFields({ wanted, now, aligned, differing }: Hanging): readonly ReceiptField[] {
	const live = new Map(now.attachments.map((attachment) => [attachment.id, attachment]));
	return wanted.attachments.flatMap(({ id, title, fileSize }) => {
		const is = live.get(id);
		const [name, label] = [`file/${id}`, `Attachment ${title}`];
		if (is === undefined) return [field(name, label, "failed", "The attachment is not on the page.")];
		if ((is.fileSize ?? 0) !== (fileSize ?? 0)) return [field(name, label, "failed", "The attachment has another size.")];
		const file = aligned.liveIds.has(id)
			? field(name, label, "degraded", "The file is the same; its id, author and date are new.")
			: field(name, label, "exact");
		return [file, ...fileMarkFields(wanted, id, title, differing)];
	});
}

/** What became of comments and files. */
export function hangingReceipt(hanging: Hanging): readonly ReceiptField[] {
	return [...commentFields(hanging), ...fileFields(hanging)];
}

/** Another site has people and groups of its own; what nobody might see must not be open to all there. */
function peopleField({ now, differing, context }: Comparison, name: string, label: string): ReceiptField {
	if (!differing.has(name)) return field(name, label, "exact");
	const list = name === "restrictions/read" ? now.restrictions.read : name === "restrictions/update" ? now.restrictions.update : undefined;
	const open = list !== undefined && list.users.length + list.groups.length === 0;
	if (!isElsewhere(context.options) || open) return field(name, label, "failed", "It is not as it was.");
	return field(name, label, "degraded", "Whoever is not known on this site is left out, or somebody stands in.");
}

function markFields(comparison: Comparison): readonly ReceiptField[] {
	const { wanted, differing } = comparison;
	const properties = wanted.properties.filter(({ key }) => key !== restoreProperty);
	const plain = (name: string, label: string): ReceiptField =>
		differing.has(name) ? field(name, label, "failed", "It is not as it was.") : field(name, label, "exact");
	return [
		...(wanted.labels.length > 0 || differing.has("labels") ? [plain("labels", "Labels")] : []),
		...(["read", "update"] as const)
			.filter((operation) => wanted.restrictions[operation].users.length + wanted.restrictions[operation].groups.length > 0)
			.map((operation) => {
				return peopleField(comparison, `restrictions/${operation}`, operation === "read" ? "Who may view it" : "Who may change it");
			}),
		...properties.map(({ key }) => plain(`properties/${key}`, `Property ${key}`)),
		...(wanted.main.ownerId == null ? [] : [peopleField(comparison, "owner", "Owner")]),
	];
}

function statusField({ wanted, now }: Comparison): ReceiptField {
	if (wanted.main.status === now.main.status) return field("status", "Status", "exact");
	return field("status", "Status", "degraded", `It was ${wanted.main.status} and is ${now.main.status} now.`);
}

function replayedField({ wanted, now }: Comparison): ReceiptField {
	const [was, is] = [wanted.main.version.number, now.main.version.number];
	if (is < was) return field("versions.*", "Older versions", "failed", `There were ${was} versions and there are ${is} now.`);
	return field("versions.*", "Older versions", "degraded", replayedVersions);
}

/** What a page that was created again can't have. */
function recreatedFields(comparison: Comparison): readonly ReceiptField[] {
	const { wanted, created, context } = comparison;
	if (!created) return [];
	const replays = context.options.replayVersions === true && wanted.main.version.number > 1;
	const has = (name: string): boolean =>
		["id", "authorId", "createdAt"].includes(name) ||
		(name === "likes" && wanted.likes.length > 0) ||
		(name === "versions.*" && !replays && wanted.main.version.number > 1);
	const kept = contentFidelity.flatMap(({ field: name, label, recreated }) =>
		has(name) && recreated.level === "impossible" ? [field(name, label, "impossible", recreated.reason)] : [],
	);
	return replays ? [...kept, replayedField(comparison)] : kept;
}

/** Compares what was wanted with what is there, field by field. */
export function contentReceipt(siteUrl: string, wantedItem: StoredItem, nowItem: StoredItem, context: Context): readonly ReceiptField[] {
	const aligned = align(nowItem, wantedItem);
	const comparison: Comparison = {
		wanted: contentOf(wantedItem),
		now: contentOf(aligned.item),
		aligned,
		differing: new Set(compareContent(aligned.item, wantedItem).map((difference) => difference.field)),
		context,
		siteUrl,
		created: isElsewhere(context.options) || wantedItem.ref.id !== nowItem.ref.id,
	};
	const all = [
		titleField(comparison),
		bodyField(comparison),
		statusField(comparison),
		...parentField(comparison),
		...markFields(comparison),
		...hangingReceipt(comparison),
	];
	return [...all.filter(({ field: name }) => wantsField(context.options, name)), ...recreatedFields(comparison)];
}
