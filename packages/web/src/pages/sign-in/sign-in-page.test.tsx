// @vitest-environment jsdom
import { afterEach, describe, expect, it } from "vitest";
import { Refusal, Stage } from "../../stage/stage.fixture.tsx";

let stage: Stage;
afterEach(() => stage.close());

const none = { entra: false, passkeyProblem: "Passkeys need a name instead of a number", password: false };
const open = (ways: unknown): Stage => new Stage("/sign-in", { answers: { "GET /sign-in": ways } });

describe("signing in", () => {
	it("shows the ways that the server has, and no others", async () => {
		stage = open({ entra: true, passkeyProblem: null, password: false });
		await stage.find("link", "Continue with Microsoft");
		await stage.find("button", "Use a passkey");
		expect(stage.all("button", "Sign in")).toEqual([]);
	});

	it("says why there is no way in from here, and who has one", async () => {
		stage = open(none);
		await stage.until(() => stage.text().includes("instead of a number"));
		expect(stage.text()).toContain("skyeworx serve --sign-in-link");
	});

	it("says what is wrong when the server does not tell its ways, and asks again", async () => {
		stage = open(new Refusal({ status: 500, code: "internal", detail: "It broke" }));
		(await stage.find("button", "Try again")).click();
		await stage.until(() => stage.asked.filter(({ route }) => route === "GET /sign-in").length > 1);
		expect(stage.text()).toContain("It broke");
	});
});
