// @vitest-environment jsdom
import { afterEach, describe, expect, it } from "vitest";
import { me, site } from "../../stage/answers.fixture.ts";
import { Refusal, Stage } from "../../stage/stage.fixture.tsx";

let stage: Stage;
afterEach(() => stage.close());

const pages = ["/explore", "/backups", "/policies"];
const unknown = "9c8f4e8e-0d0a-4a53-9f0f-5a9a3a3f4a19";

describe.each(pages)("%s, where there is no site to show", (address) => {
	it("says what is wrong when the server does not list the sites, and not that there are none", async () => {
		stage = new Stage(address, { answers: { "GET /sites": new Refusal({ status: 500, code: "internal", detail: "It broke" }) } });
		await stage.find("button", "Try again");
		expect(stage.text()).toContain("It broke");
		expect(stage.text()).not.toContain("No site is connected yet");
	});

	it("shows no other site in the place of one that the address names", async () => {
		stage = new Stage(`${address}?site=${unknown}`);
		await stage.find("heading", "There is no such site");
		expect(stage.asked.filter(({ route }) => route.startsWith(`GET /sites/${site().id}`))).toEqual([]);
	});

	it("offers to connect one to whoever may, and says to others who can", async () => {
		const none = { "GET /sites": { items: [], nextCursor: null } };
		stage = new Stage(address, { answers: none });
		await stage.find("link", "Connect a site");
		stage.close();
		stage = new Stage(address, { answers: { ...none, "GET /me": me({ permissions: ["status.see", "item.preview"] }) } });
		await stage.find("heading", "No site is connected yet");
		expect(stage.text()).toContain("An owner or administrator");
		expect(stage.all("link", "Connect a site")).toEqual([]);
	});
});
