import { describe, expect, it } from "vitest";
import { compareContent } from "./compare-content.ts";
import { storedAttachment, storedComment, storedPage } from "./content.fixture.ts";
import { contentIdInUrl, describeContent } from "./describe-content.ts";
import { pageFlavour } from "./flavour.ts";
import { attachmentPart, commentPart, contentPart, labelsPart, propertiesPart } from "./records.ts";

describe("what the catalog learns of a page", () => {
	const body =
		'<p>See <a href="https://acme.example.com/wiki/spaces/LAB/pages/88/Tea">tea</a>, <ac:link><ri:content-entity ri:content-id="99"/></ac:link></p>';
	const page = storedPage({
		body,
		parts: {
			labels: [{ id: "1", name: "hot", prefix: "global" }],
			comments: { footer: [storedComment("1", "Mind the lid")], inline: [] },
			attachments: [storedAttachment("att9", "kettle.png")],
		},
	});
	const facts = describeContent(pageFlavour, page, { url: "https://acme.example.com" });

	it("names its place, its people and where a person opens it", () => {
		expect(facts).toMatchObject({
			title: "Kettle rota",
			space: { id: "77", key: "LAB", name: "Laboratory" },
			parent: { kind: "confluence.page", id: "4700" },
			position: 3,
			status: "Published",
			updatedBy: { accountId: "acc-2", name: "Ben Ode" },
			updatedAt: "2026-05-03T10:21:30.000Z",
			url: "https://acme.example.com/wiki/spaces/LAB/pages/4711/Kettle+rota",
			people: ["Ada Quill", "Ben Ode"],
		});
	});

	it("makes body, comments, labels and file names searchable", () => {
		for (const word of ["tea", "Mind the lid", "hot", "kettle.png"]) expect(facts.text).toContain(word);
		expect(facts.files).toEqual([{ id: "att9", name: "kettle.png", mediaType: "image/png", size: 1234 }]);
	});

	it("names the pages that its body refers to", () => {
		expect(facts.references.map((ref) => ref.id)).toEqual(["88", "99"]);
		expect(contentIdInUrl("/wiki/pages/viewpage.action?pageId=12&x=1")).toBe("12");
		expect(contentIdInUrl("https://acme.example.com/wiki/spaces/LAB/overview")).toBeUndefined();
	});

	it("knows the space's key from the page's address when no backup told its name", () => {
		const bare = storedPage({ parts: { context: {} } });
		expect(describeContent(pageFlavour, bare, { url: "" }).space).toEqual({ id: "77", key: "LAB", name: "LAB" });
	});
});

describe("what differs between two states of a page", () => {
	it("is nothing between equal ones, whatever their markers, people and version numbers", () => {
		const marked = storedPage({
			body: '<p>Fill it <ac:inline-comment-marker ac:ref="r">before</ac:inline-comment-marker> nine.</p>',
			main: { version: { number: 9, createdAt: "2026-06-01T00:00:00.000Z", authorId: "acc-1" } },
			parts: { context: {} },
		});
		expect(compareContent(storedPage(), marked).map((difference) => difference.field)).toEqual([]);
	});

	it("is told field by field, with words for people", () => {
		const before = storedPage({
			parts: {
				labels: [{ name: "hot", prefix: "global" }],
				comments: { footer: [storedComment("10", "Mind the lid")], inline: [storedComment("11", "Which?", { resolutionStatus: "open" })] },
				attachments: [storedAttachment("att9", "kettle.png")],
				properties: [{ key: "team", value: { name: "lab" } }],
			},
		});
		const after = storedPage({
			main: { title: "Kettle duty", parentId: "4701" },
			body: "<p>Fill it.</p>",
			parts: {
				comments: { footer: [], inline: [storedComment("11", "Which?", { resolutionStatus: "resolved" })] },
				attachments: [storedAttachment("att9", "kettle.png", { fileSize: 2_500_000, version: { number: 2 } })],
				restrictions: { read: { users: ["acc-1"], groups: [] }, update: { users: [], groups: [] } },
			},
		});
		const found = new Map(compareContent(before, after).map((difference) => [difference.field, difference]));
		expect([...found.keys()].sort()).toEqual(
			["body", "comments/10", "comments/11", "file/att9", "labels", "parent", "properties/team", "restrictions/read", "title"].sort(),
		);
		expect(found.get("comments/10")?.label).toBe("Comment by Ben Ode, 3 May 2026");
		expect(found.get("file/att9")?.after).toEqual({ type: "text", text: "kettle.png, 2.5 MB, version 2" });
		expect(found.get("restrictions/read")?.after).toEqual({ type: "list", items: ["Ada Quill"] });
	});

	it("takes a file that a restore uploaded for the version it has the content of", () => {
		const before = storedPage({ parts: { attachments: [storedAttachment("att9", "kettle.png")] } });
		const restored = { comment: "Restored by Skyeworx from version 1 (restore 7f)", version: { number: 3 } };
		const after = storedPage({ parts: { attachments: [storedAttachment("att9", "kettle.png", restored)] } });
		expect(compareContent(before, after)).toEqual([]);
	});
});

describe("records as they are kept", () => {
	it("are the same from a list and from a single answer", () => {
		const listed = { id: "1", title: "A", version: { number: 1 }, _links: { webui: "/x", editui: "/e" } };
		const single = {
			...listed,
			_links: { webui: "/x", base: "https://acme.example.com" },
			labels: { results: [] },
			operations: { results: [] },
		};
		expect(contentPart(single)).toEqual(contentPart(listed));
		const reply = { id: "2", parentCommentId: "1", version: { number: 1 }, title: "Re: A" };
		expect(commentPart({ ...reply, pageId: "9", resolutionStatus: "open", properties: { results: [] } })).toEqual(commentPart(reply));
		expect(attachmentPart({ id: "att1", title: "a", downloadLink: "/d?api=v2", _links: {} })).toEqual({ id: "att1", title: "a" });
	});

	it("are in one order, whichever interface gave them", () => {
		const v1 = [
			{ id: "2", name: "b", prefix: "global", label: "b" },
			{ id: "1", name: "a", prefix: "team", label: "a" },
		];
		const v2 = [
			{ id: "1", name: "a", prefix: "team" },
			{ id: "2", name: "b", prefix: "global" },
		];
		expect(labelsPart(v1)).toEqual(labelsPart(v2));
		const property = { id: "5", key: "k", value: [1], version: { number: 2, when: "2026-01-01", by: {} } };
		const same = { id: "5", key: "k", value: [1], version: { number: 2, createdAt: "2026-01-01", authorId: "x" } };
		expect(propertiesPart([property])).toEqual(propertiesPart([same]));
	});

	it("refuses an answer without what is relied on", () => {
		expect(() => labelsPart([{ id: "1" }])).toThrowError(expect.objectContaining({ code: "site-answer-malformed" }));
	});
});
