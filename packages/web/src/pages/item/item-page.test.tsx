// @vitest-environment jsdom
import type { ItemDiff } from "@skyeworx/contract";
import { afterEach, describe, expect, it } from "vitest";
import { attachment, detail, siteId, version } from "../../stage/answers.fixture.ts";
import { Stage } from "../../stage/stage.fixture.tsx";

let stage: Stage;
afterEach(() => stage.close());

const address = `/items/${siteId}/jira.work-item/10012`;
const api = `GET /sites/${siteId}/items/jira.work-item/10012`;
const answers = {
	[api]: detail(),
	[`${api}/versions/4`]: version(4),
	[`${api}/versions/2`]: version(2, { files: [attachment] }),
};
const text = (value: string) => ({ type: "text" as const, text: value });
const diff: ItemDiff = {
	ref: detail().ref,
	from: version(2).version,
	to: { type: "live", snapshotId: null, at: "2026-11-22T10:31:00.000Z", state: "present" },
	differences: [
		{ field: "fields.summary", label: "Summary", before: text("Login fails"), after: text("Defaced") },
		{ field: "fields.duedate", label: "Due date", before: null, after: text("2026-12-01") },
		{ field: "file/10023", label: "Attachment budget.xlsx", before: text("budget.xlsx"), after: null },
		{ field: "comments/77", label: "Comment by Mara", before: null, after: text("Why?") },
	],
};

describe("an item's page", () => {
	it("offers an attachment that only an earlier version had, and takes it alone to the restore", async () => {
		stage = new Stage(`${address}?tab=files`, { answers });
		await stage.find("heading", "Not in this version any more");
		const download = await stage.find("link", "Download budget.xlsx");
		expect(download.getAttribute("href")).toContain("/files/10023?version=2&download=true");
		(await stage.find("button", "Restore this file: budget.xlsx")).click();
		await stage.until(() => window.location.pathname === "/restore");
		expect(stage.tray()).toMatchObject([{ id: "10012", version: 2, fields: [{ field: "file/10023", label: "Attachment budget.xlsx" }] }]);
	});

	it("misses no file that came back under a new id", async () => {
		const again = version(4, { files: [{ ...attachment, id: "10099" }] });
		stage = new Stage(`${address}?tab=files`, { answers: { ...answers, [`${api}/versions/4`]: again } });
		await stage.find("button", "Restore this file: budget.xlsx");
		await stage.until(() => stage.asked.some(({ route }) => route === `${api}/versions/2`));
		expect(stage.all("heading", "Not in this version any more")).toEqual([]);
		expect(stage.all("button", "Restore this file: budget.xlsx")).toHaveLength(1);
	});

	it("shows a text file's characters, not what they would do", async () => {
		const note = { id: "10030", name: "note.html", mediaType: "text/html", size: 30 };
		const held = version(4, { files: [note] });
		const file = { [`${api}/versions/4`]: held, [`${api}/files/10030`]: "<script>window.harm = 1</script>" };
		stage = new Stage(`${address}?tab=files`, { answers: { ...answers, ...file } });
		(await stage.find("button", "Preview note.html")).click();
		await stage.until(() => stage.text().includes("window.harm = 1"));
		expect("harm" in window).toBe(false);
	});

	it("lets fields of a comparison be chosen: not what was added since, for a restore deletes nothing", async () => {
		stage = new Stage(`${address}?version=2&compare=live`, { answers: { ...answers, [`${api}/diff`]: diff } });
		const none = await stage.find("button", "Restore fields…");
		expect(none.disabled).toBe(true);
		expect(stage.all("checkbox", "Comment by Mara")).toEqual([]);
		for (const label of ["Summary", "Due date", "Attachment budget.xlsx"]) (await stage.find("checkbox", label)).click();
		(await stage.find("checkbox", "Due date")).click();
		(await stage.find("button", "Restore 2 fields…")).click();
		await stage.until(() => window.location.pathname === "/restore");
		expect(stage.tray()).toMatchObject([
			{
				version: 2,
				fields: [
					{ field: "fields.summary", label: "Summary" },
					{ field: "file/10023", label: "Attachment budget.xlsx" },
				],
			},
		]);
	});

	it("of a deleted item says what it was created again as, and brings nothing of it back alone", async () => {
		const now = { ref: { kind: "jira.work-item", id: "10099" }, key: "CORE-99", title: "Login fails", state: "live" as const };
		const gone = detail({ state: "deleted", deletedAt: "2026-11-22T10:30:00.000Z", lineage: [...detail().lineage, now] });
		stage = new Stage(`${address}?tab=files`, { answers: { ...answers, [api]: gone } });
		expect((await stage.find("link", "CORE-99")).getAttribute("href")).toBe(`/items/${siteId}/jira.work-item/10099`);
		await stage.find("link", "Download budget.xlsx");
		expect(stage.all("button", /^Restore this file/)).toEqual([]);
		await stage.find("button", "Restore…");
	});

	it("of a page says who liked it, by their names", async () => {
		const ref = { kind: "confluence.page", id: "98310" };
		const context = { people: { "557058:mara": "Mara Lindt", "557058:ben": "Ben Okoye" } };
		const likes = [{ accountId: "557058:mara" }, { accountId: "557058:ben" }];
		const parts = { "": { title: "Runbook", body: { storage: { value: "<p>Steps.</p>" } } }, context, likes };
		const page = `GET /sites/${siteId}/items/confluence.page/98310`;
		const history = detail().history.map((one) => ({ ...one, ref, title: "Runbook" }));
		const held = {
			[page]: detail({ ref, title: "Runbook", history }),
			[`${page}/versions/4`]: version(4, { ref, title: "Runbook", parts }),
		};
		stage = new Stage(`/items/${siteId}/confluence.page/98310`, { answers: held });
		await stage.until(() => stage.text().includes("Liked by"));
		expect(stage.text()).toContain("Ben Okoye, Mara Lindt");
	});

	it("that is not held says so in its heading", async () => {
		stage = new Stage(`/items/${siteId}/jira.work-item/404`);
		expect((await stage.find("heading", "Not there")).tagName).toBe("H1");
		expect(document.title).toBe("Not there · Skyeworx");
	});
});
