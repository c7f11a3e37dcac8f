// @vitest-environment jsdom

import type { ItemHit } from "@skyeworx/contract";
import { afterEach, describe, expect, it } from "vitest";
import { hit, page, siteId } from "../../stage/answers.fixture.ts";
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

	it("says what is wrong when the search fails", async () => {
		const refusal = new Refusal({ status: 500, code: "internal", detail: "The index is being rebuilt" });
		stage = new Stage("/explore?q=login", { answers: { [search]: refusal } });
		await stage.until(() => stage.text().includes("The index is being rebuilt"));
		expect(stage.text()).toContain("request-7");
	});
});
