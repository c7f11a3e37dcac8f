// @vitest-environment jsdom
import { type DrillRule, type Drills, noDrills } from "@skyeworx/contract";
import { afterEach, expect, it } from "vitest";
import { siteId } from "../../stage/answers.fixture.ts";
import { type Asked, Stage, type } from "../../stage/stage.fixture.tsx";

const drills = (rule: DrillRule): Drills => ({ siteId, rule, nextDueAt: null, runningRunId: null, leftBehind: 1 });
const answers = {
	[`GET /sites/${siteId}/drills`]: drills({ ...noDrills, drillSpaces: [{ app: "jira", spaceId: "10000" }] }),
	[`PATCH /sites/${siteId}/drills`]: ({ body }: Asked) => drills((body as { readonly rule: DrillRule }).rule),
};

let stage: Stage | undefined;
afterEach(() => stage?.close());

it("shows how a restore is tried out and what is left of one, and saves a change with its reason", async () => {
	stage = new Stage("/policies", { answers });
	const items = await stage.find("textbox", "With");
	const shown = stage;
	expect(shown.text()).toContain("Copies that could not be taken away yet");
	expect(shown.all("button", "Save the drills")).toEqual([]);
	type(items, "20 items");
	type(await shown.find("textbox", "Reason, for the audit log"), "The auditors ask for it");
	(await shown.find("button", "Save the drills")).click();
	await shown.until(() => shown.sent(`PATCH /sites/${siteId}/drills`).length === 1);
	const rule = { ...noDrills, items: 20, drillSpaces: [{ app: "jira", spaceId: "10000" }] };
	expect(shown.sent(`PATCH /sites/${siteId}/drills`)).toEqual([{ rule, reason: "The auditors ask for it" }]);
});
