import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { RichProvider, type RichSurroundings } from "../rich/rich-context.tsx";
import { storageBlocks } from "./storage-blocks-text.ts";
import { StorageDocument } from "./storage-document.tsx";

const surroundings: RichSurroundings = {
	files: [{ id: "att7@2", name: "plan.png", mediaType: "image/png", size: 12, address: "/api/files/att7" }],
	remarks: [{ marker: "r-1", author: "Aiko Brandt", at: undefined, text: "Is this still so?", resolved: true }],
	people: new Map([["account-1", "Mara Lindqvist"]]),
	siteUrl: "https://acme.example.com/wiki/spaces/ENG/pages/1",
};

function draw(markup: string): string {
	return renderToStaticMarkup(
		<RichProvider value={surroundings}>
			<StorageDocument markup={markup} />
		</RichProvider>,
	);
}

describe("a storage-format body", () => {
	it("knows HTML's entity names, and leaves code alone", () => {
		const html = draw(
			'<p>Z&uuml;rich&nbsp;&ndash;&#8364;</p><ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[a &uuml; <b>]]></ac:plain-text-body></ac:structured-macro>',
		);
		expect(html).toContain("Zürich\u00a0–€");
		expect(html).toContain("a &amp;uuml; &lt;b&gt;");
	});

	it("draws panels, expanders and statuses, and macros within macros", () => {
		const html = draw(
			'<ac:structured-macro ac:name="info"><ac:parameter ac:name="title">Note well</ac:parameter><ac:rich-text-body><ac:structured-macro ac:name="status"><ac:parameter ac:name="title">Done</ac:parameter><ac:parameter ac:name="colour">Green</ac:parameter></ac:structured-macro></ac:rich-text-body></ac:structured-macro>',
		);
		expect(html).toContain('data-tone="info"');
		expect(html).toContain("Note well");
		expect(html).toContain('data-color="green"');
	});

	it("names a macro that it does not know, with its settings and its body", () => {
		const html = draw(
			'<ac:structured-macro ac:name="gliffy"><ac:parameter ac:name="size">big</ac:parameter><ac:rich-text-body><p>inside</p></ac:rich-text-body></ac:structured-macro>',
		);
		for (const words of ["Macro: gliffy", "size", "big", "<p>inside</p>"]) expect(html).toContain(words);
	});

	it("shows attached pictures from our own copy, and loads none from elsewhere", () => {
		expect(draw('<ac:image><ri:attachment ri:filename="plan.png"/></ac:image>')).toContain('src="/api/files/att7"');
		const foreign = draw(
			'<ac:image><ri:url ri:value="https://tracker.example.com/p.png"/></ac:image><img src="https://tracker.example.com/q.png"/>',
		);
		expect(foreign).not.toContain("<img");
		expect(foreign).toContain("tracker.example.com/q.png");
	});

	it("offers an attached SVG as a file, because it is a program", () => {
		const svg = { id: "att8@1", name: "flow.svg", mediaType: "image/svg+xml", size: 12, address: "/api/files/att8" };
		const html = renderToStaticMarkup(
			<RichProvider value={{ files: [svg], remarks: [] }}>
				<StorageDocument markup='<ac:image><ri:attachment ri:filename="flow.svg"/></ac:image>' />
			</RichProvider>,
		);
		expect(html).not.toContain("<img");
		expect(html).toMatch(/<a[^>]*href="\/api\/files\/att8"[^>]*download/);
	});

	it("names people, marks inline comments and task states", () => {
		const html = draw(
			'<p><ac:link><ri:user ri:account-id="account-1"/></ac:link> <ac:inline-comment-marker ac:ref="r-1">twice</ac:inline-comment-marker></p><ac:task-list><ac:task><ac:task-status>complete</ac:task-status><ac:task-body>Tell</ac:task-body></ac:task></ac:task-list>',
		);
		expect(html).toContain("@Mara Lindqvist");
		expect(html).toContain("Is this still so?");
		expect(html).toMatch(/aria-label="done".*<div>Tell<\/div>/);
	});

	it("gives rows that stand directly in a table the body that HTML wants", () => {
		expect(draw("<table><tr><th colspan='2'>a</th></tr></table>")).toMatch(
			/<table><tbody><tr><th colSpan="2" rowSpan="1">a<\/th><\/tr><\/tbody><\/table>/i,
		);
	});

	it("resolves links of the site, and only those", () => {
		expect(draw('<a href="/wiki/x/abc">here</a>')).toContain('href="https://acme.example.com/wiki/x/abc"');
	});

	it("is cut when it is nested without end", () => {
		expect(() => draw("<div>".repeat(50_000))).not.toThrow();
	});
});

describe("hostile storage format", () => {
	it("never becomes script, frames, styles, forms or handlers", () => {
		const html = draw(
			`<script>alert(1)</script><style>*{display:none}</style><iframe src="https://evil.example.com"></iframe><object data="x"></object><form action="https://evil.example.com"><input name="a"/></form>
			<p onclick="alert(1)" onload="alert(1)" style="position:fixed;background:url(https://evil.example.com/x)">text</p><svg onload="alert(1)"><script>1</script></svg>`,
		);
		expect(html).not.toMatch(/<(script|style|iframe|object|form|input)\b/);
		expect(html).not.toMatch(/\son\w+=/);
		expect(html).not.toContain("url(");
		expect(html).not.toContain("position");
		expect(html).toContain("<p>text</p>");
	});

	it.each([
		"javascript:alert(1)",
		"java&#10;script:alert(1)",
		"&#106;avascript:alert(1)",
		"data:text/html;base64,AAAA",
		"//evil.example.com/x",
	])("makes no script link of %s", (href) => {
		const html = draw(`<a href="${href}">click</a><ac:link><ri:url ri:value="${href}"/></ac:link>`);
		expect(html).not.toMatch(/href="(?!https:\/\/evil|https:\/\/acme)/);
		expect(html).not.toMatch(/href="[^"]*(javascript|data):/i);
	});

	it.each([
		"<p>open",
		"</p></p>",
		"<",
		"<![CDATA[",
		"<!-- ",
		"<a b='",
		"&nosuchentity; &#x110000; &",
		"<ac:structured-macro>",
		"\u0000<p>\u0000</p>",
	])("draws the broken body %j without throwing", (markup) => {
		expect(() => draw(markup)).not.toThrow();
	});
});

describe("a storage-format body as lines to compare", () => {
	it("keeps headings, bullets, check boxes, code and table rows recognisable", () => {
		const lines = storageBlocks(
			'<h2>Plan</h2><ul><li>one<ul><li>inner</li></ul></li><li><p>two</p></li></ul><table><tbody><tr><td>a</td><td><p>b</p></td></tr></tbody></table><ac:structured-macro ac:name="code"><ac:parameter ac:name="language">sh</ac:parameter><ac:plain-text-body><![CDATA[ls -l]]></ac:plain-text-body></ac:structured-macro><ac:task-list><ac:task><ac:task-status>complete</ac:task-status><ac:task-body>tell</ac:task-body></ac:task></ac:task-list>',
		);
		expect(lines).toEqual(["## Plan", "• one", "  • inner", "• two", "a | b", "[code language=sh]", "ls -l", "[x] tell"]);
	});

	it("say where a link leads where its words are others, and name it once where they are the same", () => {
		const link = (title: string, body: string) => `<ac:link><ri:page ri:content-title="${title}" />${body}</ac:link>`;
		const plain = (text: string) => `<ac:plain-text-link-body><![CDATA[${text}]]></ac:plain-text-link-body>`;
		expect(storageBlocks(`<p>See ${link("Runbook", plain("this page"))}.</p>`)).toEqual(["See this page (Runbook)."]);
		expect(storageBlocks(`<p>See ${link("Runbook", "<ac:link-body><b>Runbook</b></ac:link-body>")}.</p>`)).toEqual(["See Runbook."]);
		expect(storageBlocks(`<p>See ${link("Runbook", "")}.</p>`)).toEqual(["See Runbook."]);
	});
});

const documents = process.env.SKYEWORX_ATLASSIAN_DOCS ?? join(import.meta.dirname, "../../../../../../shared/atlassian");
const samples = existsSync(documents) ? globSync(join(documents, "fixtures/{md2conf/tests/target/*.xml,mark/testdata/*.html}")) : [];

describe("recorded storage-format pages", () => {
	if (samples.length === 0) {
		process.stderr.write(
			"SKIPPED: recorded storage-format pages are not drawn: set SKYEWORX_ATLASSIAN_DOCS to a folder that has fixtures/.\n",
		);
		it.skip("are not there: set SKYEWORX_ATLASSIAN_DOCS", () => undefined);
	}
	it.each(samples)("%s is drawn", (file) => {
		const html = draw(readFileSync(file, "utf8"));
		expect(html.length).toBeGreaterThan(20);
		expect(html).not.toMatch(/<script/);
	});
});
