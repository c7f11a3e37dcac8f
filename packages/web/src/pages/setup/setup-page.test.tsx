// @vitest-environment jsdom
import type { Grant, GrantWays, Setup, SiteDetail } from "@skyeworx/contract";
import { afterEach, expect, it } from "vitest";
import { me, site, siteId } from "../../stage/answers.fixture.ts";
import { type Asked, Refusal, Stage, type } from "../../stage/stage.fixture.tsx";

const grantId = "7d0cdb38-5b9b-4a0c-9c0a-3a4f6a2f9d17";
const kit = { code: "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH-JJJJ", text: "Kit", proofGroup: 2 };
const ways: GrantWays = { hasApp: true, callbackUrl: "http://localhost/api/consent/callback", scopes: ["read:jira-work"] };

function detail(): SiteDetail {
	return {
		...site(),
		cloudId: "cloud",
		connection: { type: "oauth", accountName: "Mara", checkedAt: null, problem: null, expiresAt: null, warnings: [] },
		gaps: [{ kind: "jira.automation-rule", reason: "It needs an administrator's token" }],
		coverage: [],
		api: null,
		vault: null,
	};
}

const setup = (step: Setup["step"]): Setup => ({ siteId, step, proofGroup: 2, runId: null, restored: 0 });

let stage: Stage | undefined;
afterEach(() => stage?.close());

function open(step: Setup["step"], more: Readonly<Record<string, unknown>> = {}): Stage {
	const answers = { [`GET /sites/${siteId}/setup`]: setup(step), [`GET /sites/${siteId}`]: detail(), ...more };
	stage = new Stage(`/setup?site=${siteId}`, { answers });
	return stage;
}

const stands = (shown: Stage): string => document.querySelector('[aria-current="step"]')?.textContent ?? shown.text();

it("says what can't be protected, and goes on when somebody has seen it", async () => {
	const shown = open("found", { [`POST /sites/${siteId}/setup`]: setup("kit") });
	await shown.until(() => shown.text().includes("It needs an administrator's token"));
	(await shown.find("button", "I have seen it")).click();
	await shown.until(() => stands(shown).includes("recovery kit"));
	expect(shown.sent(`POST /sites/${siteId}/setup`)).toEqual([{ did: "looked" }]);
});

it("asks whoever comes back for the kit, and makes another for whoever has none", async () => {
	const shown = open("kit", {
		[`POST /sites/${siteId}/recovery-kit`]: kit,
		[`POST /sites/${siteId}/recovery-kit/proof`]: { provenAt: "2026-11-22T10:30:00.000Z" },
	});
	await shown.find("textbox", "Group 2 of the recovery code *");
	expect(shown.text()).not.toContain(kit.code);
	(await shown.find("button", "I have no kit: make another…")).click();
	(await shown.find("button", "Make another kit")).click();
	await shown.until(() => shown.text().includes(kit.code));
	type(await shown.find("textbox", "Group 2 of the recovery code *"), "BBBB");
	(await shown.find("button", "I have kept it")).click();
	await shown.until(() => shown.sent(`POST /sites/${siteId}/recovery-kit/proof`).length === 1);
	expect(shown.sent(`POST /sites/${siteId}/recovery-kit/proof`)).toEqual([{ part: "BBBB" }]);
});

it("connects the site that was chosen of a grant, and none that is connected", async () => {
	const sites = [
		{ cloudId: "a", name: "Old", url: "https://old.atlassian.net", connected: true },
		{ cloudId: "b", name: "New", url: "https://new.atlassian.net", connected: false },
	];
	const grant: Grant = { id: grantId, sites, expiresAt: "2026-11-22T10:30:00.000Z" };
	const made = { site: detail(), keyFile: null, recoveryKit: kit };
	const answers = {
		[`GET /grants/${grantId}`]: grant,
		[`POST /grants/${grantId}/sites`]: made,
		[`GET /sites/${siteId}/setup`]: setup("found"),
		[`GET /sites/${siteId}`]: detail(),
	};
	stage = new Stage(`/setup?grant=${grantId}`, { answers });
	const shown = stage;
	(await shown.find("button", "Connect this site")).click();
	await shown.until(() => stands(shown).includes("What was found"));
	expect(shown.sent(`POST /grants/${grantId}/sites`)).toEqual([{ cloudId: "b" }]);
	expect(window.location.search).toContain(siteId);
});

it("says why a consent did not work, and what an own app has to be registered with", async () => {
	stage = new Stage("/setup?consent=credential-rejected", { answers: { "GET /grants/ways": { ...ways, hasApp: false } } });
	await stage.find("textbox", "Client id of the app *");
	expect(stage.text()).toContain("The consent was refused at Atlassian. Nothing was kept.");
	expect(stage.text()).toContain(ways.callbackUrl);
});

it("saves how often and how long, the schedule last", async () => {
	const policy = { siteId, schedule: { every: "day", jitterMinutes: 15 }, nextDueAt: "2026-11-22T10:30:00.000Z" };
	const retention = { siteId, rules: {}, hold: null, maxDays: null, plan: "enterprise", beyondPlan: false, verifyWithinDays: 30 };
	const order: string[] = [];
	const noting = (name: string, answer: unknown) => (_asked: Asked) => {
		order.push(name);
		return answer;
	};
	const shown = open("policy", {
		[`GET /sites/${siteId}/retention`]: retention,
		[`PATCH /sites/${siteId}/retention`]: noting("retention", retention),
		[`PATCH /sites/${siteId}/policy`]: noting("policy", policy),
	});
	const button = await shown.find("button", "Save and go on");
	await shown.until(() => !(button as HTMLButtonElement).disabled && button.getAttribute("data-loading") === null);
	button.click();
	await shown.until(() => order.length === 2);
	expect(order).toEqual(["retention", "policy"]);
	expect(shown.sent(`PATCH /sites/${siteId}/retention`)).toEqual([{ rules: { daily: 31, weekly: 13, monthly: 12 } }]);
});

it("is for nobody who may not connect sites", async () => {
	stage = new Stage("/setup", {
		answers: {
			"GET /me": me({ permissions: ["status.see"] }),
			"GET /grants/ways": new Refusal({ status: 403, code: "not-permitted", detail: "No" }),
		},
	});
	await stage.until(() => stage?.text().includes("You may not connect sites") === true);
});
