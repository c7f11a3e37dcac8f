import type { BodyMaterial, MediaMaterial, Prose } from "./body-material.ts";
import { between, pick } from "./grammar.ts";

/** A node of the Atlassian Document Format. */
export interface AdfNode {
	readonly type: string;
	readonly attrs?: Readonly<Record<string, unknown>>;
	readonly content?: readonly AdfNode[];
	readonly text?: string;
	readonly marks?: readonly { readonly type: string; readonly attrs?: Readonly<Record<string, unknown>> }[];
}

/** A whole document in the Atlassian Document Format, version 1. */
export interface AdfDocument {
	readonly type: "doc";
	readonly version: 1;
	readonly content: readonly AdfNode[];
}

const text = (value: string, ...marks: string[]): AdfNode =>
	marks.length === 0 ? { type: "text", text: value } : { type: "text", text: value, marks: marks.map((type) => ({ type })) };
const block = (type: string, content: readonly AdfNode[]): AdfNode => ({ type, content });
const paragraph = (...content: AdfNode[]): AdfNode => block("paragraph", content);

const emoji: readonly (readonly [shortName: string, id: string, text: string])[] = [
	[":white_check_mark:", "2705", "✅"],
	[":warning:", "26a0", "⚠️"],
	[":tada:", "1f389", "🎉"],
	[":eyes:", "1f440", "👀"],
	[":thumbsup:", "1f44d", "👍"],
	[":fire:", "1f525", "🔥"],
];
const statuses: readonly (readonly [text: string, color: string])[] = [
	["DONE", "green"],
	["IN PROGRESS", "blue"],
	["AT RISK", "yellow"],
	["BLOCKED", "red"],
	["PLANNED", "neutral"],
	["REVIEW", "purple"],
];
const panelTypes = ["info", "note", "warning", "success", "error"];
const snippets: readonly (readonly [language: string, source: string])[] = [
	["bash", 'set -euo pipefail\nfor host in $(cat hosts.txt); do\n  ssh "$host" "df -h / | tail -1"\ndone'],
	[
		"sql",
		"SELECT region, count(*) AS open_items\nFROM requests\nWHERE closed_at IS NULL AND priority <= 2\nGROUP BY region\nORDER BY open_items DESC;",
	],
	["json", '{\n  "retries": 5,\n  "backoff": { "first": "2s", "max": "30s" },\n  "regions": ["apac", "emea"]\n}'],
	[
		"typescript",
		"export const isDue = (item: Item, now: number): boolean =>\n\titem.dueAt !== undefined && item.dueAt < now && !item.done;",
	],
	[
		"python",
		'def overdue(items, today):\n    """Return the items whose day has passed."""\n    return [item for item in items if item.due and item.due < today]',
	],
	["yaml", "schedule: '0 */6 * * *'\nretention:\n  daily: 14\n  monthly: 12\nnotify: on-call"],
];

function mention(prose: Prose, material: BodyMaterial): AdfNode[] {
	if (!material.people?.length || prose.random() > 0.5) return [];
	const person = pick(prose.random, material.people);
	return [{ type: "mention", attrs: { id: person.accountId, text: `@${person.displayName}`, accessLevel: "" } }, text(" ")];
}

function decoration(prose: Prose, material: BodyMaterial): AdfNode[] {
	const { random } = prose;
	const chance = random();
	if (chance < 0.12) {
		const [shortName, id, glyph] = pick(random, emoji);
		return [text(" "), { type: "emoji", attrs: { shortName, id, text: glyph } }];
	}
	if (chance < 0.22) {
		const [word, color] = pick(random, statuses);
		return [text(" "), { type: "status", attrs: { text: word, color, localId: prose.uuid() } }];
	}
	if (chance < 0.3) return [text(" "), { type: "date", attrs: { timestamp: String(between(random, 18_900, 20_700) * 86_400_000) } }];
	if (chance < 0.4 && material.urls?.length) return [text(" "), { type: "inlineCard", attrs: { url: pick(random, material.urls) } }];
	if (chance < 0.5) {
		const mark = { type: "link", attrs: { href: `https://wiki.example.com/${between(random, 100, 9999)}` } };
		return [text(" See "), { type: "text", text: prose.phrase(), marks: [mark] }, text(".")];
	}
	if (chance < 0.6) return [text(" "), text(prose.phrase(), "strong")];
	if (chance < 0.68) return [text(" "), text(prose.phrase().replaceAll(" ", "_"), "code")];
	return [];
}

function prosePart(prose: Prose, material: BodyMaterial): AdfNode {
	return paragraph(...mention(prose, material), text(prose.paragraph()), ...decoration(prose, material));
}

function list(prose: Prose, type: "bulletList" | "orderedList", depth = 0): AdfNode {
	const items = Array.from({ length: between(prose.random, 2, 5) }, () => {
		const content = [paragraph(text(prose.sentence()))];
		if (depth === 0 && prose.random() < 0.15) content.push(list(prose, "bulletList", 1));
		return block("listItem", content);
	});
	return type === "orderedList" ? { type, attrs: { order: 1 }, content: items } : block(type, items);
}

function taskList(prose: Prose, material: BodyMaterial): AdfNode {
	const content = Array.from({ length: between(prose.random, 2, 4) }, () => ({
		type: "taskItem",
		attrs: { localId: prose.uuid(), state: prose.random() < 0.4 ? "DONE" : "TODO" },
		content: [...mention(prose, material), text(prose.sentence())],
	}));
	return { type: "taskList", attrs: { localId: prose.uuid() }, content };
}

function decisions(prose: Prose): AdfNode {
	const item: AdfNode = { type: "decisionItem", attrs: { localId: prose.uuid(), state: "DECIDED" }, content: [text(prose.sentence())] };
	return { type: "decisionList", attrs: { localId: prose.uuid() }, content: [item] };
}

function table(prose: Prose): AdfNode {
	const columns = between(prose.random, 2, 4);
	const row = (type: string, fill: () => string): AdfNode =>
		block(
			"tableRow",
			Array.from({ length: columns }, () => ({ type, attrs: {}, content: [paragraph(text(fill()))] })),
		);
	const rows = Array.from({ length: between(prose.random, 2, 5) }, () =>
		row("tableCell", () => (prose.random() < 0.4 ? String(between(prose.random, 1, 9999)) : prose.phrase())),
	);
	const content = [row("tableHeader", () => prose.phrase()), ...rows];
	return { type: "table", attrs: { isNumberColumnEnabled: false, layout: "default", localId: prose.uuid() }, content };
}

function media(prose: Prose, file: MediaMaterial): AdfNode {
	const attrs = { id: file.id, type: "file", collection: file.collection };
	if (!file.image) return block("mediaGroup", [{ type: "media", attrs }]);
	const width = between(prose.random, 4, 12) * 80;
	const content = [{ type: "media", attrs: { ...attrs, alt: file.fileName, width, height: Math.round(width * 0.6) } }];
	return { type: "mediaSingle", attrs: { layout: "center" }, content };
}

function anyBlock(prose: Prose, material: BodyMaterial): AdfNode {
	const { random } = prose;
	const chance = random();
	if (chance < 0.46) return prosePart(prose, material);
	if (chance < 0.56) return list(prose, "bulletList");
	if (chance < 0.62) return list(prose, "orderedList");
	if (chance < 0.7) return taskList(prose, material);
	if (chance < 0.77) return table(prose);
	if (chance < 0.84) return { type: "panel", attrs: { panelType: pick(random, panelTypes) }, content: [prosePart(prose, material)] };
	if (chance < 0.9) {
		const [language, source] = pick(random, snippets);
		return { type: "codeBlock", attrs: { language }, content: [text(source)] };
	}
	if (chance < 0.93) return block("blockquote", [paragraph(text(prose.sentence()))]);
	if (chance < 0.96) return { type: "expand", attrs: { title: prose.heading() }, content: [prosePart(prose, material)] };
	if (chance < 0.98) return decisions(prose);
	return { type: "rule" };
}

/** Writes a document: a lead paragraph, then headings with blocks, and each of the material's files once. */
export function adfBody(prose: Prose, material: BodyMaterial): AdfDocument {
	const { random } = prose;
	const content: AdfNode[] = [prosePart(prose, material)];
	const blocks = material.blocks ?? between(random, 3, 12);
	for (let index = 1; index < blocks; index += 1) {
		if (random() < 0.3) content.push({ type: "heading", attrs: { level: between(random, 2, 3) }, content: [text(prose.heading())] });
		content.push(anyBlock(prose, material));
	}
	for (const file of material.media ?? []) content.splice(between(random, 1, content.length), 0, media(prose, file));
	return { type: "doc", version: 1, content };
}

/** Writes a comment: one to three paragraphs, sometimes a list or a code block. */
export function adfComment(prose: Prose, material: BodyMaterial): AdfDocument {
	const { random } = prose;
	const content = Array.from({ length: between(random, 1, 3) }, () =>
		paragraph(...mention(prose, material), text(prose.remark()), ...decoration(prose, material)),
	);
	if (random() < 0.1) content.push(list(prose, "bulletList"));
	for (const file of material.media ?? []) content.push(media(prose, file));
	return { type: "doc", version: 1, content };
}
