import type { JsonObject, JsonValue } from "@skyeworx/core";
import { atlassianDocuments } from "@skyeworx/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { confluenceSite, Kept } from "./confluence-site.ts";

const validate = atlassianDocuments("openapi", process.env) === undefined ? "off" : "collect";

type Site = Awaited<ReturnType<typeof confluenceSite>>;

function call(site: Site, method: "GET" | "POST" | "PUT" | "DELETE", path: string, more: object = {}) {
	return site.client.call({ method, path, ...more });
}

async function currentBody(site: Site, id: string): Promise<{ readonly title: string; readonly version: number; readonly body: string }> {
	const { json } = await call(site, "GET", "/wiki/api/v2/pages/{id}", { parameters: { id }, query: { "body-format": "storage" } });
	const page = json as { title: string; version: { number: number }; body: { storage: { value: string } } };
	return { title: page.title, version: page.version.number, body: page.body.storage.value };
}

async function editPage(site: Site, id: string, addition: string): Promise<void> {
	const { title, version, body } = await currentBody(site, id);
	await call(site, "PUT", "/wiki/api/v2/pages/{id}", {
		parameters: { id },
		body: {
			id,
			status: "current",
			title,
			body: { representation: "storage", value: body + addition },
			version: { number: version + 1, message: "edited" },
		},
	});
}

function part(kept: Kept, id: string, name: string): JsonValue | undefined {
	return kept.item("confluence.page", id).parts.get(name);
}

/** A page with comments of both kinds, replies, attachments and a parent. */
function richPages(kept: Kept): readonly string[] {
	return kept
		.of("confluence.page")
		.map((ref) => kept.item(ref.kind, ref.id))
		.filter(({ parts }) => (parts.get("comments") as JsonObject | undefined)?.inline !== undefined && parts.has("attachments"))
		.filter(({ parts }) => ((parts.get("comments") as JsonObject).inline as JsonValue[]).length > 0)
		.filter(({ parts }) => (parts.get("") as JsonObject).status === "current" && typeof (parts.get("") as JsonObject).parentId === "string")
		.map(({ ref }) => ref.id);
}

describe("reading a Confluence site that is not at its best", () => {
	it("goes without the search when it is closed, says so, and keeps labels and properties all the same", async () => {
		const site = await confluenceSite({ seed: 120, validate });
		site.simulator.faults.inject({ kind: "forbidden", path: "content/search", times: 100 });
		const kept = new Kept();
		await site.backup(kept);
		expect(kept.blindSpots.some((spot) => spot.cause === "scope")).toBe(true);
		const { confluence } = site.simulator.state;
		for (const ref of kept.of("confluence.page")) {
			const labels = (part(kept, ref.id, "labels") ?? []) as JsonValue[];
			expect(labels.length).toBe(confluence.contents.get(ref.id)?.labels.length);
		}
		await site.stop();
		expect(site.simulator.violations).toEqual([]);
	});

	it("keeps its cursor and says what failed when an answer is unreadable", async () => {
		const site = await confluenceSite({ seed: 120, validate });
		site.simulator.faults.inject({ kind: "malformed", path: "inline-comments", times: 20 });
		const seen: string[] = [];
		for await (const one of site.reader.read(new Kept().request())) {
			if (one.type === "failed") seen.push(`failed ${(one.error as { code?: string }).code}`);
			if (one.type === "cursor") seen.push("cursor");
		}
		expect(seen).toEqual(["failed site-answer-malformed"]);
		await site.stop();
	}, 120_000);

	it("leaves out a page that goes while it is read, and finds that out with the next read", async () => {
		const site = await confluenceSite({ seed: 120, validate });
		const kept = new Kept();
		const first: string[] = [];
		let versioned: string | undefined;
		const observations = (async function* () {
			for await (const one of site.reader.read(kept.request())) {
				yield one;
				if (one.type === "item" && one.ref.kind === "confluence.page" && versioned === undefined) {
					const main = one.parts.get("") as JsonObject;
					if (((main.version as JsonObject).number as number) > 1) {
						versioned = one.ref.id;
						await call(site, "DELETE", "/wiki/api/v2/pages/{id}", { parameters: { id: versioned } });
						await call(site, "DELETE", "/wiki/api/v2/pages/{id}", { parameters: { id: versioned }, query: { purge: true } });
					}
				}
				first.push(one.type);
			}
		})();
		await kept.take(observations);
		expect(first).toContain("cursor");
		expect(kept.of("confluence.page").map((ref) => ref.id)).toContain(versioned);
		await site.backup(kept);
		expect(kept.of("confluence.page").map((ref) => ref.id)).not.toContain(versioned);
		await site.stop();
	});

	it("stops at once when it is cancelled", async () => {
		const site = await confluenceSite({ seed: 120, validate });
		const controller = new AbortController();
		const reading = (async () => {
			for await (const one of site.reader.read(new Kept().request({ signal: controller.signal }))) {
				if (one.type === "item") controller.abort();
			}
		})();
		await expect(reading).rejects.toMatchObject({ code: "cancelled" });
		await site.stop();
	});
});

describe("reading what changed on a large Confluence site", () => {
	it("asks only for what was modified, until the next sweep is due", async () => {
		const site = await confluenceSite({ seed: 120, validate });
		const kept = new Kept();
		await site.backup(kept);
		const cursor = kept.cursors.confluence as JsonObject;
		kept.cursors = { confluence: { ...cursor, count: 100_000 } };
		const [edited, commented, filed, gone] = kept.of("confluence.page").map((ref) => ref.id) as [string, string, string, string];
		const before = new Map(
			((part(kept, commented, "comments") as { footer?: JsonObject[] } | undefined)?.footer ?? []).map((one) => [one.id, one]),
		);
		await editPage(site, edited, "<p>Changed.</p>");
		const body = { pageId: commented, body: { representation: "storage", value: "<p>Late remark.</p>" } };
		await call(site, "POST", "/wiki/api/v2/footer-comments", { body });
		const bytes = new TextEncoder().encode("late");
		const file = {
			field: "file",
			fileName: "late.txt",
			mediaType: "text/plain",
			size: bytes.length,
			async *open() {
				yield bytes;
			},
		};
		await call(site, "PUT", "/wiki/rest/api/content/{id}/child/attachment", {
			parameters: { id: filed },
			headers: { "X-Atlassian-Token": "nocheck" },
			upload: { files: [file], fields: { minorEdit: "true" } },
		});
		await call(site, "DELETE", "/wiki/api/v2/pages/{id}", { parameters: { id: gone } });
		const requests = await site.backup(kept);
		expect(requests).toBeLessThanOrEqual(15);
		expect(JSON.stringify(part(kept, edited, ""))).toContain("Changed.");
		const footer = (part(kept, commented, "comments") as { footer: JsonObject[] }).footer;
		expect(footer.length).toBe(before.size + 1);
		expect(JSON.stringify(footer)).toContain("Late remark.");
		expect(JSON.stringify(part(kept, filed, "attachments"))).toContain("late.txt");
		expect(kept.of("confluence.page").map((ref) => ref.id)).toContain(gone);
		const unswept = () => kept.blindSpots.some(({ reason }) => reason.startsWith("Pages that were deleted, moved"));
		expect(unswept()).toBe(true);
		kept.cursors = { confluence: { ...(kept.cursors.confluence as JsonObject), sweptAt: "2026-01-01T00:00:00.000Z" } };
		await site.backup(kept);
		expect(kept.of("confluence.page").map((ref) => ref.id)).not.toContain(gone);
		expect(unswept()).toBe(false);
		await site.stop();
		expect(site.simulator.violations).toEqual([]);
	});
});

describe("reading a Confluence site", () => {
	let site: Site;
	const kept = new Kept();
	let fullRequests = 0;
	beforeAll(async () => {
		site = await confluenceSite({ seed: "small", validate });
		fullRequests = await site.backup(kept);
	});
	afterAll(async () => {
		const { violations } = site.simulator;
		await site.stop();
		expect(violations).toEqual([]);
	});

	it("keeps every page, blog post, comment, attachment, label and version that the site has", () => {
		const { confluence } = site.simulator.state;
		const contents = [...confluence.contents.values()].filter((one) => one.type === "page" || one.type === "blogpost");
		const visible = contents.filter((one) => one.status === "current" || (one.type === "page" && one.status === "archived"));
		const readable = visible.filter((one) => one.restrictions.read.users.length + one.restrictions.read.groups.length === 0);
		const ids = new Set([...kept.of("confluence.page"), ...kept.of("confluence.blog-post")].map((ref) => ref.id));
		for (const one of readable) expect(ids).toContain(one.id);
		for (const id of ids) {
			const one = confluence.contents.get(id);
			const kind = one?.type === "page" ? "confluence.page" : "confluence.blog-post";
			const item = kept.item(kind, id);
			const current = one?.versions.at(-1);
			expect((item.parts.get("") as { body: { storage: { value: string } } }).body.storage.value).toBe(current?.body.storage);
			const old = [...item.parts.keys()].filter((name) => name.startsWith("versions/")).length;
			expect(old).toBe((one?.versions.length ?? 0) - 1);
			const lists = (item.parts.get("comments") ?? { footer: [], inline: [] }) as { footer: JsonValue[]; inline: JsonValue[] };
			expect(lists.footer.length + lists.inline.length).toBe(confluence.commentsOf(id).length);
			const files = confluence.attachmentsOf(id).filter((attachment) => attachment.status === "current");
			expect(((item.parts.get("attachments") ?? []) as JsonValue[]).length).toBe(files.length);
			expect(item.files.length).toBe(files.reduce((sum, attachment) => sum + attachment.versions.length, 0));
			expect(((item.parts.get("labels") ?? []) as JsonValue[]).length).toBe(one?.labels.length);
			expect(((item.parts.get("properties") ?? []) as JsonValue[]).length).toBe(one?.properties.length);
		}
	});

	it("costs at most 40 requests for 1,000 pages, besides old versions and files", () => {
		const { byOperation } = site.client.usage();
		const own = Object.entries(byOperation).filter(([name]) => !/versions$|download$|likes\/users$/.test(name));
		const pages = kept.of("confluence.page").length + kept.of("confluence.blog-post").length;
		const requests = own.reduce((sum, [, count]) => sum + count, 0);
		expect(fullRequests).toBeGreaterThan(requests);
		// Lists of a small site are mostly single pages, five calls tell everything of a space, and what stands in trees beside pages has no list.
		const trees = ["folder", "whiteboard", "database", "smart-link"].flatMap((kind) => kept.of(`confluence.${kind}`)).length;
		expect(requests).toBeLessThanOrEqual(16 + trees + 5 * kept.of("confluence.space").length + (40 * pages) / 1000);
	});

	it("learns who likes its pages, some pages a run, and says how many are still to be asked", async () => {
		const asked = () =>
			Object.entries(site.client.usage().byOperation).reduce((sum, [name, count]) => sum + (name.endsWith("likes/users") ? count : 0), 0);
		const waiting = () => kept.blindSpots.find(({ reason }) => reason.startsWith("Who likes"))?.count ?? 0;
		const { confluence } = site.simulator.state;
		const likesOf = (id: string) => (confluence.contents.get(id)?.likes ?? []).toSorted().map((accountId) => ({ accountId }));
		const all = [...kept.of("confluence.page"), ...kept.of("confluence.blog-post")];
		const liked = all.filter(({ id }) => likesOf(id).length > 0).length;
		expect(asked()).toBe(25);
		expect(waiting()).toBe(liked - 25);
		while (waiting() > 0) {
			const [before, left] = [asked(), waiting()];
			await site.backup(kept);
			expect(asked() - before).toBe(Math.min(25, left));
			expect(waiting()).toBe(Math.max(0, left - 25));
		}
		for (const { kind, id } of all) expect(kept.item(kind, id).parts.get("likes") ?? [], id).toEqual(likesOf(id));
	});

	it("finds that a page is liked by more, or by nobody any more, and leaves it at that where the search does not tell", async () => {
		const { contents } = site.simulator.state.confluence;
		const [more, nobody] = kept.of("confluence.page").filter(({ id }) => (contents.get(id)?.likes.length ?? 0) > 0);
		const likes = (ref: typeof more) => contents.get(ref?.id ?? "")?.likes ?? [];
		likes(more).push(site.simulator.site.accountId);
		likes(nobody).splice(0);
		site.simulator.state.switches.searchTellsLikes = false;
		await site.backup(kept);
		expect(part(kept, more?.id ?? "", "likes")).toHaveLength(likes(more).length - 1);
		site.simulator.state.switches.searchTellsLikes = true;
		await site.backup(kept);
		expect(part(kept, more?.id ?? "", "likes")).toContainEqual({ accountId: site.simulator.site.accountId });
		expect(part(kept, nobody?.id ?? "", "likes")).toBeUndefined();
	});

	it("reads a page alone exactly as from the lists of the whole site", async () => {
		const refs = [
			...kept.of("confluence.page").slice(0, 60),
			...kept.of("confluence.blog-post").slice(0, 10),
			...kept.of("confluence.space"),
		];
		const live = await site.reader.readLive(refs);
		for (const item of live) {
			if (item.state !== "live") throw new Error(`${item.ref.id} is ${item.state}`);
			const held = new Map([...kept.item(item.ref.kind, item.ref.id).parts].filter(([name]) => !/^(file-)?versions\//.test(name)));
			expect(Object.fromEntries(item.item.parts)).toEqual(Object.fromEntries(held));
		}
	});

	it("says nothing about pages that did not change", async () => {
		const state = () =>
			[...kept.items].map(([name, item]) => [name, structuredClone(Object.fromEntries(item.parts)), [...item.files.keys()]]);
		const before = state();
		const requests = await site.backup(kept);
		expect(kept.touched.filter((name) => !/^confluence\.(space|template|folder|whiteboard|database|smart-link)\//.test(name))).toEqual([]);
		expect(state()).toEqual(before);
		const trees = ["folder", "whiteboard", "database", "smart-link"].flatMap((kind) => kept.of(`confluence.${kind}`)).length;
		expect(requests).toBeLessThanOrEqual(23 + trees + 2 * kept.of("confluence.space").length);
	});

	it("finds what changed in pages, comments, labels, properties and attachments", async () => {
		const [edited, commented, labelled, filed, moved] = richPages(kept) as [string, string, string, string, string];
		await editPage(site, edited, "<p>One more line.</p>");
		const body = { pageId: commented, body: { representation: "storage", value: "<p>Just now.</p>" } };
		await call(site, "POST", "/wiki/api/v2/footer-comments", { body });
		const [first] = (part(kept, commented, "comments") as { inline: JsonObject[] }).inline;
		if (first === undefined) throw new Error("the page has no inline comment");
		const resolved = { version: { number: ((first.version as JsonObject).number as number) + 1 }, resolved: true };
		await call(site, "PUT", "/wiki/api/v2/inline-comments/{comment-id}", {
			parameters: { "comment-id": String(first.id) },
			body: resolved,
		});
		await call(site, "POST", "/wiki/rest/api/content/{id}/label", {
			parameters: { id: labelled },
			body: [{ prefix: "global", name: "just-now" }],
		});
		await call(site, "POST", "/wiki/api/v2/pages/{page-id}/properties", {
			parameters: { "page-id": labelled },
			body: { key: "reviewed", value: { by: "nobody" } },
		});
		const [attachment] = part(kept, filed, "attachments") as JsonObject[];
		await call(site, "DELETE", "/wiki/api/v2/attachments/{id}", { parameters: { id: String(attachment?.id) } });
		await call(site, "PUT", "/wiki/rest/api/content/{pageId}/move/{position}/{targetId}", {
			parameters: { pageId: moved, position: "append", targetId: edited },
		});

		await site.backup(kept);

		expect((part(kept, edited, "") as { body: { storage: { value: string } } }).body.storage.value).toContain("One more line.");
		expect(JSON.stringify(part(kept, commented, "comments"))).toContain("Just now.");
		const inline = (part(kept, commented, "comments") as { inline: JsonObject[] }).inline.find((one) => one.id === first.id);
		expect(inline?.resolutionStatus).toBe("resolved");
		expect(JSON.stringify(part(kept, labelled, "labels"))).toContain("just-now");
		expect(JSON.stringify(part(kept, labelled, "properties"))).toContain("reviewed");
		expect(JSON.stringify(part(kept, filed, "attachments") ?? [])).not.toContain(String(attachment?.id));
		const files = kept.item("confluence.page", filed).files.map((file) => file.part);
		expect(files.filter((name) => name.startsWith(`file/${attachment?.id}@`))).toEqual([]);
		expect((part(kept, moved, "") as JsonObject).parentId).toBe(edited);
		const { version } = await currentBody(site, edited);
		expect(kept.item("confluence.page", edited).parts.has(`versions/${version - 1}`)).toBe(true);
	});

	it("sees deleted comments, trashed and purged pages, and new ones", async () => {
		const [emptied, trashed, purged] = richPages(kept).slice(-3) as [string, string, string];
		const lists = part(kept, emptied, "comments") as { footer: JsonObject[]; inline: JsonObject[] };
		for (const [name, list] of Object.entries(lists)) {
			for (const comment of list.filter((one) => one.parentCommentId === undefined)) {
				await call(site, "DELETE", `/wiki/api/v2/${name}-comments/{comment-id}`, { parameters: { "comment-id": String(comment.id) } });
			}
		}
		for (const id of [trashed, purged]) await call(site, "DELETE", "/wiki/api/v2/pages/{id}", { parameters: { id } });
		await call(site, "DELETE", "/wiki/api/v2/pages/{id}", { parameters: { id: purged }, query: { purge: true } });
		const { json } = await call(site, "POST", "/wiki/api/v2/pages", {
			body: {
				spaceId: String((part(kept, emptied, "") as JsonObject).spaceId),
				status: "current",
				title: "Brand new",
				body: { representation: "storage", value: "<p>New.</p>" },
			},
		});

		await site.backup(kept);

		expect(part(kept, emptied, "comments")).toBeUndefined();
		const ids = kept.of("confluence.page").map((ref) => ref.id);
		expect(ids).not.toContain(trashed);
		expect(ids).not.toContain(purged);
		expect(ids).toContain(String((json as JsonObject).id));
		const states = await site.reader.readLive([trashed, purged].map((id) => ({ kind: "confluence.page", id })));
		expect(states.map((one) => one.state)).toEqual(["trashed", "absent"]);
	});

	it("goes on as a sweep after an interruption, and reads what it lacks", async () => {
		const half = new Kept();
		const observations = site.reader.read(half.request());
		let seen = 0;
		for await (const one of observations) {
			if (one.type === "item") seen += 1;
			await half.take(iterate([one].filter((observation) => observation.type !== "census")));
			if (seen > 150) break;
		}
		await site.backup(half, { resume: { confluence: { startedAt: "2026-01-01T00:00:00Z" } } });
		const names = (which: Kept) =>
			[...which.items].map(([name, item]) => [name, [...item.parts.keys()].sort(), [...item.files.keys()].sort()]);
		const complete = new Kept();
		await site.backup(complete);
		expect(names(half).sort()).toEqual(names(complete).sort());
	});

	it("reads single spaces alone and finds what went from them", async () => {
		const [space, other] = kept.of("confluence.space").map((ref) => ref.id) as [string, string];
		const few = new Kept();
		await site.backup(few, { spaces: [space] });
		const spaces = new Set(few.of("confluence.page").map((ref) => (few.item(ref.kind, ref.id).parts.get("") as JsonObject).spaceId));
		expect([...spaces]).toEqual([space]);
		const [victim] = kept.of("confluence.page").filter((ref) => (part(kept, ref.id, "") as JsonObject).spaceId === other);
		await call(site, "DELETE", "/wiki/api/v2/pages/{id}", { parameters: { id: String(victim?.id) } });
		await site.backup(kept, { spaces: [space] });
		expect(kept.of("confluence.page").map((ref) => ref.id)).toContain(victim?.id);
		await site.backup(kept, { spaces: [other] });
		expect(kept.of("confluence.page").map((ref) => ref.id)).not.toContain(victim?.id);
	});
});

async function* iterate<T>(items: readonly T[]): AsyncGenerator<T> {
	yield* items;
}
