import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { changersJourneys } from "./changers.journey.ts";
import { everyViewJourneys } from "./every-view.journey.ts";
import { keyboardJourneys } from "./keyboard.journey.ts";
import { pageJourneys } from "./page.journey.ts";
import { peopleJourneys } from "./people.journey.ts";
import { rogueScriptJourneys } from "./rogue-script.journey.ts";
import { setupJourneys } from "./setup.journey.ts";
import { signInJourneys } from "./sign-in.journey.ts";
import { Stage } from "./stage.ts";
import { troubleJourneys } from "./trouble.journey.ts";
import { workItemJourneys } from "./work-item.journey.ts";

let opened: Stage | undefined;

function stage(): Stage {
	if (opened === undefined) throw new Error("the product did not start");
	return opened;
}

beforeAll(async () => {
	opened = await Stage.open("200");
});
afterEach(async ({ task }) => {
	const pictures = process.env.SKYEWORX_JOURNEY_PICTURES;
	if (task.result?.state === "fail" && pictures !== undefined) await stage().photograph(pictures, task.name);
	expect(await stage().endJourney()).toEqual([]);
});
afterAll(async () => {
	await opened?.close();
});

describe("a person with a browser", () => {
	signInJourneys(stage);
	workItemJourneys(stage);
	pageJourneys(stage);
	keyboardJourneys(stage);
	rogueScriptJourneys(stage);
	changersJourneys(stage);
	peopleJourneys(stage);
	troubleJourneys(stage);
	everyViewJourneys(stage);
	setupJourneys(stage);
});
