import { createV1Client, createV2Client, isSchemaMismatchError } from "confluence.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../../packages/simulator/src/index.ts";

/** Somebody else's client, which throws at every answer that is not as Atlassian's documents have it. */
let simulator: RunningSimulator;
let v1: ReturnType<typeof createV1Client>;
let v2: ReturnType<typeof createV2Client>;
let spaceId: number;
let homepageId: number;

beforeAll(async () => {
	simulator = await startSimulator({ seed: 60, validate: "collect" });
	const { email, apiToken } = simulator.site;
	const config = { host: simulator.url, auth: { type: "basic", email, apiToken } } as const;
	v1 = createV1Client(config);
	v2 = createV2Client(config);
	const [space] = (await v2.space.getSpaces({ keys: ["PPL"], descriptionFormat: "plain" })).results ?? [];
	spaceId = Number(space?.id);
	homepageId = Number(space?.homepageId);
});
afterAll(async () => {
	expect(simulator.violations).toEqual([]);
	await simulator.stop();
});

const body = (value: string) => ({ representation: "storage", value });
let serial = 0;

async function page(value = "<p>Words to comment on.</p>", parentId = homepageId): Promise<number> {
	serial += 1;
	const fields = { spaceId: String(spaceId), status: "current", title: `Client ${serial}`, parentId: String(parentId), body: body(value) };
	return Number((await v2.page.createPage({ body: fields })).id);
}

describe("confluence.js", () => {
	it("refuses an answer of another shape, so that the rest of this proves something", async () => {
		simulator.faults.inject({ kind: "malformed", path: "/wiki/api/v2/pages" });
		await expect(v2.page.getPages({ limit: 5 })).rejects.toThrow();
		const odd = createV2Client({ host: simulator.url, auth: { type: "basic", email: "a@example.com", apiToken: "x" } });
		await expect(odd.page.getPages({ limit: 5 })).rejects.toThrow();
		expect(isSchemaMismatchError(new Error("no"))).toBe(false);
	});

	it("reads every list of a space and of the site", async () => {
		const lists = await Promise.all([
			v2.page.getPages({ limit: 50, bodyFormat: "storage" }),
			v2.page.getPagesInSpace({ id: spaceId, limit: 50 }),
			v2.blogPost.getBlogPosts({ limit: 50, bodyFormat: "atlas_doc_format" }),
			v2.comment.getFooterComments({ limit: 50, bodyFormat: "storage" }),
			v2.comment.getInlineComments({ limit: 50, bodyFormat: "storage" }),
			v2.attachment.getAttachments({ limit: 50 }),
			v2.spacePermissions.getSpacePermissionsAssignments({ id: spaceId, limit: 100 }),
			v2.label.getSpaceLabels({ id: spaceId }),
			v2.spaceProperties.getSpaceProperties({ spaceId }),
			v2.children.getPageDirectChildren({ id: homepageId }),
			v2.descendants.getPageDescendants({ id: homepageId }),
			v1.content.searchContentByCQL({
				cql: "type in (page,blogpost)",
				limit: 50,
				expand: ["metadata.labels", "restrictions.read.restrictions.user"],
			}),
			v1.template.getContentTemplates({ expand: ["body"] }),
		]);
		for (const list of lists.slice(0, 6)) expect((list.results ?? []).length).toBeGreaterThan(0);
		await v2.space.getSpaceById({ id: spaceId, includeLabels: true, includeProperties: true, includePermissions: true });
		await v1.settings.getLookAndFeelSettings({ spaceKey: "PPL" });
		await v1.spaceSettings.getSpaceSettings({ spaceKey: "PPL" });
	});

	it("writes a page, its versions, comments, labels, properties and restrictions, moves it, and takes it out of the trash", async () => {
		const id = await page();
		const other = await page();
		await v2.page.updatePage({
			id,
			body: {
				id: String(id),
				status: "current",
				title: "Client, edited",
				body: body("<p>Words to comment on, edited.</p>"),
				version: { number: 2, message: "Mine" },
			},
		});
		const now = await v2.page.getPageById({
			id,
			bodyFormat: "storage",
			includeLabels: true,
			includeProperties: true,
			includeVersions: true,
		});
		expect([now.version?.number, now.body?.storage?.value]).toEqual([2, "<p>Words to comment on, edited.</p>"]);
		expect((await v2.version.getPageVersions({ id, bodyFormat: "storage" })).results).toHaveLength(2);
		const root = await v2.comment.createFooterComment({ pageId: String(id), body: body("<p>One</p>") });
		await v2.comment.createFooterComment({ parentCommentId: String(root.id), body: body("<p>Two</p>") });
		const inlineCommentProperties = { textSelection: "Words", textSelectionMatchCount: 1, textSelectionMatchIndex: 0 };
		const inline = await v2.comment.createInlineComment({ pageId: String(id), body: body("<p>Here</p>"), inlineCommentProperties });
		const resolved = await v2.comment.updateInlineComment({
			commentId: Number(inline.id),
			version: { number: 2 },
			body: body("<p>Here</p>"),
			resolved: true,
		});
		expect(resolved.resolutionStatus).toBe("resolved");
		expect((await v2.comment.getFooterCommentChildren({ id: Number(root.id) })).results).toHaveLength(1);
		await v1.contentLabels.addLabelsToContent({ id: String(id), body: [{ prefix: "global", name: "client" }] });
		await v2.contentProperties.createPageProperty({ pageId: id, key: "note", value: { said: true } });
		const user = { type: "known", accountId: simulator.site.accountId };
		await v1.contentRestrictions.updateRestrictions({
			id: String(id),
			body: [{ operation: "update", restrictions: { user: [user] } }] as never,
		});
		expect((await v1.contentRestrictions.getRestrictions({ id: String(id) })).results).toHaveLength(2);
		await v1.contentChildrenAndDescendants.movePage({ pageId: String(id), position: "append", targetId: String(other) });
		await v2.page.deletePage({ id });
		expect((await v2.page.getPageById({ id, status: ["trashed"] })).status).toBe("trashed");
		await v2.page.updatePage({
			id,
			body: { id: String(id), status: "current", title: "Client, edited", body: body(""), version: { number: 3 } },
		});
		expect((await v2.page.getPageById({ id })).parentId).toBe(String(other));
	});

	it("uploads a file and its next version", async () => {
		const id = await page();
		for (const text of ["one", "two!"]) {
			const attachments = { filename: "notes.txt", content: Buffer.from(text), mimeType: "text/plain", minorEdit: true };
			await v1.contentAttachments.createOrUpdateAttachments({ id: String(id), attachments: attachments as never });
		}
		const [file] = (await v2.attachment.getPageAttachments({ id })).results ?? [];
		expect([file?.title, file?.fileSize, file?.version?.number]).toEqual(["notes.txt", 4, 2]);
		expect((await v2.version.getAttachmentVersions({ id: String(file?.id) })).results).toHaveLength(2);
	});

	it("makes a space, a folder, a whiteboard, a smart link and a template", async () => {
		const space = await v1.space.createPrivateSpace({ key: "CLIENT", name: "Made by a client" } as never);
		expect(space?.key).toBe("CLIENT");
		const folder = await v2.folder.createFolder({ body: { spaceId: String(spaceId), title: "Drawer", parentId: String(homepageId) } });
		await v2.folder.getFolderById({ id: Number(folder.id), includeProperties: true });
		await v2.whiteboard.createWhiteboard({ body: { spaceId: String(spaceId), title: "Board", parentId: String(folder.id) } } as never);
		await v2.smartLink.createSmartLink({
			body: { spaceId: String(spaceId), title: "Link", embedUrl: "https://example.com/", parentId: String(folder.id) },
		} as never);
		const template = {
			name: "Client's",
			templateType: "page",
			body: { storage: { value: "<p>Fill in</p>", representation: "storage" } },
			space: { key: "PPL" },
		};
		const made = await v1.template.createContentTemplate(template as never);
		expect((await v1.template.getContentTemplate({ contentTemplateId: made.templateId })).body?.storage?.value).toBe("<p>Fill in</p>");
		await v1.space.updateSpace({ spaceKey: "CLIENT", name: "Renamed" } as never);
		await v1.space.deleteSpace({ spaceKey: "CLIENT" });
	});

	it("says errors of Confluence as its own errors", async () => {
		await expect(v2.page.getPageById({ id: 1 })).rejects.toMatchObject({ status: 404 });
		simulator.faults.inject({ kind: "forbidden", path: "/wiki/api/v2/pages/" });
		await expect(v2.page.getPageById({ id: homepageId })).rejects.toMatchObject({ status: 403 });
	});
});
