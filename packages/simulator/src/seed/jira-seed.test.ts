import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { adfProblem, mediaIds } from "../adf/adf-check.ts";
import { attachmentBytes } from "../jira/attachment/attachment-bytes.ts";
import { readBody } from "../jira/state.ts";
import { SimulatorClock } from "../site/clock.ts";
import { createSite } from "../site/create-site.ts";
import { snapshotState } from "../site/snapshot-state.ts";
import { fileContent, mimeTypes, type SeedFileKind } from "./file-content.ts";

describe("a seeded Jira", () => {
	it("is the same for the same size, whatever the time", () => {
		const early = createSite({ seed: 150, clock: new SimulatorClock({ frozen: true, start: Date.UTC(2026, 5, 1) }) });
		const late = createSite({ seed: 150, clock: new SimulatorClock({ frozen: true, start: Date.UTC(2027, 5, 1) }) });
		const jira = (site: typeof early) => (snapshotState(site) as { jira: unknown }).jira;
		expect(jira(early)).toEqual(jira(late));
	});

	it("writes the same body again after it was dropped", () => {
		const site = createSite({ seed: 150 });
		const issue = [...site.jira.issues.values()][77];
		if (issue === undefined) throw new Error("no work item");
		const first = structuredClone(readBody(site.jira, issue));
		issue.body = undefined;
		expect(readBody(site.jira, issue)).toEqual(first);
	});

	it("holds together: levels, projects, ids, times, documents, files", () => {
		const site = createSite({ seed: 800 });
		const { jira } = site;
		expect(jira.issues.size).toBe(800);
		expect(jira.projects.size).toBe(4);
		const seen = new Set<string>();
		for (const issue of jira.issues.values()) {
			const body = readBody(jira, issue);
			const parent = issue.parentId === undefined ? undefined : jira.issues.get(issue.parentId);
			const level = (id: string) => jira.issueTypes.get(id)?.hierarchyLevel ?? 0;
			if (parent !== undefined) {
				expect(level(parent.typeId)).toBe(level(issue.typeId) + 1);
				expect(parent.projectId).toBe(issue.projectId);
				expect(parent.childIds).toContain(issue.id);
			}
			expect(issue.created).toBeLessThanOrEqual(issue.updated);
			for (const part of [...body.comments, ...body.worklogs, ...body.histories]) {
				expect(part.created).toBeGreaterThanOrEqual(issue.created);
				expect(part.created).toBeLessThanOrEqual(issue.updated);
			}
			for (const [kind, parts] of Object.entries({ comment: body.comments, worklog: body.worklogs, history: body.histories })) {
				for (const { id } of parts) {
					expect(seen.has(`${kind} ${id}`)).toBe(false);
					seen.add(`${kind} ${id}`);
				}
			}
			for (const comment of body.comments) {
				expect(jira.commentOwners.get(comment.id)).toBe(issue.id);
				expect(adfProblem(comment.body)).toBeUndefined();
			}
			for (const worklog of body.worklogs)
				expect(jira.worklogMarks.get(worklog.id)).toEqual({ issueId: issue.id, updated: worklog.updated });
			if (body.description !== null) {
				expect(adfProblem(body.description)).toBeUndefined();
				for (const id of mediaIds(body.description)) expect(jira.attachments.get(jira.media.get(id) ?? 0)?.issueId).toBe(issue.id);
			}
			const status = body.histories.flatMap((history) => history.items).findLast((item) => item.field === "status");
			expect(status?.to ?? "10010").toBe(issue.statusId);
		}
		expect([...jira.issues.values()].filter((issue) => mediaIds(readBody(jira, issue).description).length > 0).length).toBeGreaterThan(5);
	});

	it("has files that are what they say, at exactly their size", () => {
		for (const kind of Object.keys(mimeTypes) as SeedFileKind[]) {
			for (const size of [1024, 5000, 200_000]) {
				const bytes = fileContent(kind, 7, size);
				expect([kind, bytes.length]).toEqual([kind, size]);
				expect(fileContent(kind, 7, size).equals(bytes)).toBe(true);
				expect(fileContent(kind, 8, size).equals(bytes)).toBe(false);
			}
		}
		const png = fileContent("png", 1, 4096);
		expect(png.subarray(1, 4).toString()).toBe("PNG");
		const data = png.indexOf("IDAT");
		expect(inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4)))).toHaveLength(16 * 49);
		expect(JSON.parse(fileContent("json", 1, 2000).toString())).toHaveProperty("note");
		const pdf = fileContent("pdf", 1, 3000).toString("latin1");
		expect(pdf.slice(Number(/startxref\n(\d+)/.exec(pdf)?.[1])).startsWith("xref")).toBe(true);
		const docx = fileContent("docx", 1, 3000);
		const end = docx.length - 22;
		expect(docx.readUInt32LE(end)).toBe(0x0605_4b50);
		expect(docx.readUInt32LE(docx.readUInt32LE(end + 16))).toBe(0x0201_4b50);
		const site = createSite({ seed: 400 });
		for (const attachment of site.jira.attachments.values()) expect(attachmentBytes(attachment).byteLength).toBe(attachment.size);
	});
});
