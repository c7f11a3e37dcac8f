import type { BodyMaterial, MediaMaterial, Prose } from "./body-material.ts";
import { between, pick } from "./grammar.ts";

/** Escapes text for storage format, with the named entities that Confluence's own editor leaves in bodies. */
const escapeStorage = (text: string): string =>
	text
		.replaceAll("&", "&amp;")
		.replaceAll("<", "&lt;")
		.replaceAll(">", "&gt;")
		.replaceAll("é", "&eacute;")
		.replaceAll("ü", "&uuml;")
		.replaceAll("’", "&rsquo;");

const attribute = (text: string): string => escapeStorage(text).replaceAll('"', "&quot;");
const macro = (prose: Prose, name: string, inside: string): string =>
	`<ac:structured-macro ac:name="${name}" ac:schema-version="1" ac:macro-id="${prose.uuid()}">${inside}</ac:structured-macro>`;
const parameter = (name: string, value: string): string => `<ac:parameter ac:name="${name}">${escapeStorage(value)}</ac:parameter>`;
const richText = (inside: string): string => `<ac:rich-text-body>${inside}</ac:rich-text-body>`;
const plainText = (source: string): string =>
	`<ac:plain-text-body><![CDATA[${source.replaceAll("]]>", "]]]]><![CDATA[>")}]]></ac:plain-text-body>`;

const snippets: readonly (readonly [language: string, source: string])[] = [
	["bash", "kubectl get pods -n shop | grep -v Running\nkubectl logs deploy/checkout --since=10m"],
	["sql", "SELECT id, title\nFROM pages\nWHERE updated_at < now() - interval '90 days' AND views < 5;"],
	["xml", '<job name="nightly">\n  <step if="a < b && c > d">copy</step>\n</job>'],
	["java", 'if (queue.size() > LIMIT && !paused) {\n    log.warn("backlog {}", queue.size());\n}'],
	["yaml", "alerts:\n  - name: disk\n    when: used > 85%\n    page: duty-engineer"],
];
const panels = ["info", "note", "warning", "tip"];
const emoticons = ["smile", "tick", "warning", "thumbs-up", "information", "light-on"];
const statusColours: readonly (readonly [title: string, colour: string])[] = [
	["Done", "Green"],
	["In progress", "Blue"],
	["At risk", "Yellow"],
	["Blocked", "Red"],
	["Planned", "Grey"],
];

function userLink(prose: Prose, material: BodyMaterial): string {
	if (!material.people?.length || prose.random() > 0.4) return "";
	return `<ac:link><ri:user ri:account-id="${attribute(pick(prose.random, material.people).accountId)}" /></ac:link>&nbsp;`;
}

function pageLink(prose: Prose, material: BodyMaterial): string {
	if (!material.pages?.length) return "";
	const page = pick(prose.random, material.pages);
	const target = `<ri:page ri:space-key="${attribute(page.spaceKey)}" ri:content-title="${attribute(page.title)}" ri:version-at-save="1" />`;
	if (prose.random() < 0.5) return ` <ac:link>${target}</ac:link>`;
	return ` <ac:link>${target}<ac:link-body>${escapeStorage(prose.phrase())}</ac:link-body></ac:link>`;
}

function decoration(prose: Prose, material: BodyMaterial): string {
	const { random } = prose;
	const chance = random();
	if (chance < 0.1) return ` <ac:emoticon ac:name="${pick(random, emoticons)}" />`;
	if (chance < 0.2) {
		const [title, colour] = pick(random, statusColours);
		return ` ${macro(prose, "status", parameter("title", title) + parameter("colour", colour))}`;
	}
	if (chance < 0.35) return pageLink(prose, material);
	if (chance < 0.43) return ` <strong>${escapeStorage(prose.phrase())}</strong> &ndash; <em>${escapeStorage(prose.phrase())}</em>.`;
	if (chance < 0.48) return ` <time datetime="202${between(random, 3, 6)}-0${between(random, 1, 9)}-1${between(random, 0, 9)}" />`;
	if (chance < 0.55)
		return ` <a href="https://docs.example.com/?q=${between(random, 100, 999)}&amp;lang=en">${escapeStorage(prose.phrase())}</a>`;
	if (chance < 0.6 && material.issueKeys?.length) {
		return ` ${macro(prose, "jira", parameter("server", "System Jira") + parameter("key", pick(random, material.issueKeys)))}`;
	}
	if (chance < 0.64) return " <code>--dry-run</code>";
	return "";
}

const paragraph = (prose: Prose, material: BodyMaterial): string =>
	`<p>${userLink(prose, material)}${escapeStorage(prose.paragraph())}${decoration(prose, material)}</p>`;

function list(prose: Prose, tag: "ul" | "ol", depth = 0): string {
	const items = Array.from({ length: between(prose.random, 2, 5) }, () => {
		const nested = depth === 0 && prose.random() < 0.15 ? list(prose, "ul", 1) : "";
		return `<li><p>${escapeStorage(prose.sentence())}</p>${nested}</li>`;
	});
	return `<${tag}>${items.join("")}</${tag}>`;
}

function taskList(prose: Prose, material: BodyMaterial): string {
	const first = between(prose.random, 1, 400);
	const tasks = Array.from({ length: between(prose.random, 2, 4) }, (_, index) => {
		const status = prose.random() < 0.4 ? "complete" : "incomplete";
		const body = `<ac:task-body><span class="placeholder-inline-tasks">${userLink(prose, material)}${escapeStorage(prose.sentence())}</span></ac:task-body>`;
		return `<ac:task><ac:task-id>${first + index}</ac:task-id><ac:task-uuid>${prose.uuid()}</ac:task-uuid><ac:task-status>${status}</ac:task-status>${body}</ac:task>`;
	});
	return `<ac:task-list>${tasks.join("")}</ac:task-list>`;
}

function table(prose: Prose): string {
	const columns = between(prose.random, 2, 4);
	const row = (tag: string, fill: () => string): string =>
		`<tr>${Array.from({ length: columns }, () => `<${tag}><p>${escapeStorage(fill())}</p></${tag}>`).join("")}</tr>`;
	const rows = Array.from({ length: between(prose.random, 2, 6) }, () =>
		row("td", () => (prose.random() < 0.4 ? `${between(prose.random, 1, 9999)} €` : prose.phrase())),
	);
	return `<table data-table-width="760" data-layout="default" ac:local-id="${prose.uuid()}"><tbody>${row("th", () => prose.phrase())}${rows.join("")}</tbody></table>`;
}

function layout(prose: Prose, material: BodyMaterial): string {
	const cell = (): string => `<ac:layout-cell><h3>${escapeStorage(prose.heading())}</h3>${paragraph(prose, material)}</ac:layout-cell>`;
	return `<ac:layout><ac:layout-section ac:type="two_equal" ac:breakout-mode="default">${cell()}${cell()}</ac:layout-section></ac:layout>`;
}

function code(prose: Prose): string {
	const [language, source] = pick(prose.random, snippets);
	return macro(prose, "code", parameter("language", language) + plainText(source));
}

function media(prose: Prose, file: MediaMaterial): string {
	const reference = `<ri:attachment ri:filename="${attribute(file.fileName)}" ri:version-at-save="1" />`;
	if (!file.image)
		return `<p><ac:link>${reference}<ac:plain-text-link-body><![CDATA[${file.fileName}]]></ac:plain-text-link-body></ac:link></p>`;
	const caption = prose.random() < 0.4 ? `<ac:caption><p>${escapeStorage(prose.phrase())}</p></ac:caption>` : "";
	return `<ac:image ac:align="center" ac:layout="center" ac:width="${between(prose.random, 3, 9) * 80}" ac:alt="${attribute(file.fileName)}">${reference}${caption}</ac:image>`;
}

function anyBlock(prose: Prose, material: BodyMaterial): string {
	const { random } = prose;
	const chance = random();
	if (chance < 0.46) return paragraph(prose, material);
	if (chance < 0.56) return list(prose, "ul");
	if (chance < 0.62) return list(prose, "ol");
	if (chance < 0.7) return taskList(prose, material);
	if (chance < 0.78) return table(prose);
	if (chance < 0.86) return macro(prose, pick(random, panels), richText(paragraph(prose, material)));
	if (chance < 0.93) return code(prose);
	if (chance < 0.96) return macro(prose, "expand", parameter("title", prose.heading()) + richText(paragraph(prose, material)));
	if (chance < 0.98) return `<blockquote><p>${escapeStorage(prose.sentence())}</p></blockquote>`;
	return "<hr />";
}

/** Writes a page body: sometimes a table of contents, a lead, headings with blocks, a layout at the end, each file once. */
export function storageBody(prose: Prose, material: BodyMaterial): string {
	const { random } = prose;
	const parts: string[] = [];
	if (random() < 0.25) parts.push(macro(prose, "toc", parameter("minLevel", "1") + parameter("maxLevel", "3")));
	parts.push(paragraph(prose, material));
	const blocks = material.blocks ?? between(random, 3, 12);
	for (let index = 1; index < blocks; index += 1) {
		if (random() < 0.35) {
			const level = between(random, 1, 3);
			parts.push(`<h${level}>${escapeStorage(prose.heading())}</h${level}>`);
		}
		parts.push(anyBlock(prose, material));
	}
	for (const file of material.media ?? []) parts.splice(between(random, 1, parts.length), 0, media(prose, file));
	if (random() < 0.06) parts.push(layout(prose, material));
	return parts.join("");
}

/** Writes a comment body: one or two paragraphs. */
export function storageComment(prose: Prose, material: BodyMaterial): string {
	const count = between(prose.random, 1, 2);
	return Array.from({ length: count }, () => `<p>${userLink(prose, material)}${escapeStorage(prose.remark())}</p>`).join("");
}
