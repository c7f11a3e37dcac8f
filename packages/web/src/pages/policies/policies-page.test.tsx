// @vitest-environment jsdom
import type { Retention, RetentionPreview } from "@skyeworx/contract";
import { afterEach, expect, it } from "vitest";
import { siteId } from "../../stage/answers.fixture.ts";
import { type Asked, Refusal, Stage, type } from "../../stage/stage.fixture.tsx";

const at = "2026-11-20T10:30:00.000Z";
const retention: Retention = {
	siteId,
	rules: { daily: 30 },
	hold: null,
	plan: "professional",
	maxDays: 365,
	beyondPlan: false,
	verifyWithinDays: 30,
};

function preview({ body }: Asked): RetentionPreview {
	const { rules } = body as Pick<RetentionPreview, "rules">;
	const goes = rules.daily === 30 ? [] : [{ snapshotId: 2, at, reasons: ["kept by no rule"] }];
	return {
		rules,
		keep: [],
		keepCount: 2 - goes.length,
		forget: goes,
		forgetCount: goes.length,
		freedBytes: 5_000_000,
		letsGo: goes.length > 0,
		needsApproval: goes.length > 0,
		hold: null,
		beyondPlan: null,
	};
}

const answers = {
	[`GET /sites/${siteId}/retention`]: retention,
	[`POST /sites/${siteId}/retention/preview`]: preview,
	[`PATCH /sites/${siteId}/retention`]: new Refusal({
		status: 409,
		code: "approval-required",
		detail: "This needs the agreement of a second person",
	}),
};

let stage: Stage | undefined;
afterEach(() => stage?.close());

it("shows what rules would let go before they are saved, and says when a second person is needed", async () => {
	stage = new Stage("/policies", { answers });
	const daily = await stage.find("textbox", "One of each day");
	const shown = stage;
	await shown.until(() => shown.text().includes("These rules keep all 2 restore points"));
	expect(shown.all("button", "Save the policy")).toEqual([]);
	expect(shown.text()).toContain("at most 365 days");
	type(daily, "1 days");
	await shown.until(() =>
		shown.text().includes("let go of 1 restore point and keep 1 restore point; about 5.0 MB of the store would be freed (an estimate)"),
	);
	expect(shown.text()).toContain("A second person has to agree");
	type(await shown.find("textbox", "Reason, for the audit log"), "One is enough");
	(await shown.find("button", "Save the policy")).click();
	await shown.until(() => shown.text().includes("This needs the agreement of a second person"));
	expect(shown.sent(`PATCH /sites/${siteId}/retention`)).toEqual([{ rules: { daily: 1 }, reason: "One is enough" }]);
});
