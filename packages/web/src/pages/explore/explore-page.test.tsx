// @vitest-environment jsdom

import type { ItemHit } from "@skyeworx/contract";
import { afterEach, describe, expect, it } from "vitest";
import { hit, me, page, siteId } from "../../stage/answers.fixture.ts";
import { type Asked, Refusal, Stage, type as typeInto } from "../../stage/stage.fixture.tsx";

let stage: Stage;
afterEach(() => stage.close());

const search = `GET /sites/${siteId}/items`;
/** The directory of people and fields is searched for too; it is empty here. */
const finding = (...items: readonly ItemHit[]) => ({
	[search]: ({ query }: Asked) => (query.get("kind")?.includes("jira.user") === true ? page() : page(...items)),
});
const asked = () => stage.asked.filter(({ route, query }) => route === search && query.get("order") !== "key");

describe("exploring", () => {
	it("asks for what the address says and lists what was found", async () => {
		stage = new Stage("/explore?q=login&state=deleted&asOf=2", { answers: finding(hit()) });
		const link = await stage.find("link", "CORE-12Login fails");
		expect(link.getAttribute("href")).toBe(`/items/${siteId}/jira.work-item/10012?version=2`);
		expect(Object.fromEntries(asked()[0]?.query ?? [])).toMatchObject({ q: "login", state: "deleted", asOf: "2" });
	});

	it("searches for what is typed, and keeps it in the address", async () => {
		stage = new Stage("/explore", { answers: finding(hit()) });
		await stage.find("link", "CORE-12Login fails");
		const field = document.querySelector<HTMLInputElement>("main input[type=search], main input");
		expect(field).not.toBeNull();
		if (field !== null) typeInto(field, "gateway");
		await stage.until(() => asked().some(({ query }) => query.get("q") === "gateway"));
		await stage.until(() => new URLSearchParams(window.location.search).get("q") === "gateway");
	});

	it("leads from an old key to what the item was created again as", async () => {
		const successor = { ref: { kind: "jira.work-item", id: "10099" }, key: "CORE-99", title: "Login fails" };
		stage = new Stage("/explore?q=CORE-12", { answers: finding(hit({ state: "deleted", successor })) });
		expect((await stage.find("link", "CORE-99")).getAttribute("href")).toBe(`/items/${siteId}/jira.work-item/10099`);
	});

	it("puts what is chosen aside, at the newest version that holds it, and takes it back", async () => {
		stage = new Stage("/explore", { answers: finding(hit()) });
		const choose = await stage.find("checkbox", "Select CORE-12 Login fails");
		choose.click();
		await stage.until(() => stage.tray().length === 1);
		expect(stage.tray()).toMatchObject([{ id: "10012", version: 4, key: "CORE-12" }]);
		choose.click();
		await stage.until(() => stage.tray().length === 0);
	});

	describe("the tree of spaces", () => {
		const space = { id: "77", key: "LAB", name: "Laboratory", app: "confluence", state: "live", items: 4 } as const;
		const at = (kind: string, id: string, parent: ItemHit["parent"]): ItemHit =>
			hit({ ref: { kind, id }, app: "confluence", key: null, title: `Page ${id}`, parent, lastSnapshotId: 3 });
		const page1 = { kind: "confluence.page", id: "1" };
		const all = [at("confluence.space", "77", null), at("confluence.page", "1", null), at("confluence.page", "2", page1)];
		const more = [at("confluence.page", "3", { kind: "confluence.page", id: "2" }), at("confluence.blog-post", "9", null)];
		const answers = {
			[`GET /sites/${siteId}/spaces`]: { items: [space] },
			[search]: ({ query }: Asked) => {
				if (query.get("kind") === "confluence.space") return page(...all.slice(0, 1));
				if (query.get("parent") === "none") return page(...all.slice(1, 2));
				if (query.get("order") !== "position" || query.get("state") !== "live") return page();
				return query.get("cursor") === "next" ? page(...more) : { ...page(...all), nextCursor: "next" };
			},
		};
		const chosen = () => stage.tray().map(({ kind, id, version }) => `${kind}/${id}@${version}`);

		it("restores a whole space from the last backup that held it: everything in it is selected, the space too", async () => {
			stage = new Stage("/explore", { answers });
			(await stage.find("button", "Restore the whole space Laboratory")).click();
			await stage.until(() => window.location.pathname === "/restore");
			expect(chosen()).toEqual([...all, ...more].map(({ ref }) => `${ref.kind}/${ref.id}@3`));
		});

		it("restores a page with everything below it, and nothing beside it", async () => {
			stage = new Stage("/explore", { answers });
			(await stage.find("button", "Open Laboratory")).click();
			(await stage.find("button", "Restore Page 1 and all below it")).click();
			await stage.until(() => window.location.pathname === "/restore");
			expect(chosen()).toEqual(["confluence.page/1@3", "confluence.page/2@3", "confluence.page/3@3"]);
		});

		it("is the tree of the backup that is looked at", async () => {
			stage = new Stage("/explore?asOf=2", { answers });
			(await stage.find("button", "Open Laboratory")).click();
			await stage.find("button", "Restore Page 1 and all below it");
			const branch = stage.asked.find(({ route, query }) => route === search && query.get("parent") === "none");
			expect(branch?.query.get("asOf")).toBe("2");
			const spaces = stage.asked.find(({ route }) => route === `GET /sites/${siteId}/spaces`);
			expect(spaces?.query.get("asOf")).toBe("2");
		});

		it("offers no restore to those who may not", async () => {
			stage = new Stage("/explore", { answers: { ...answers, "GET /me": me({ permissions: ["status.see", "item.preview"] }) } });
			await stage.find("button", "Open Laboratory");
			expect(stage.all("button", /^Restore the whole/)).toEqual([]);
		});
	});

	it("says what is wrong when the search fails", async () => {
		const refusal = new Refusal({ status: 500, code: "internal", detail: "The index is being rebuilt" });
		stage = new Stage("/explore?q=login", { answers: { [search]: refusal } });
		await stage.until(() => stage.text().includes("The index is being rebuilt"));
		expect(stage.text()).toContain("request-7");
	});
});
