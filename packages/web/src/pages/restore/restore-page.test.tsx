// @vitest-environment jsdom
import type { RestorePlanInput } from "@skyeworx/contract";
import { afterEach, describe, expect, it } from "vitest";
import type { TrayItem } from "../../live/use-tray.tsx";
import { attachmentChange, me, plan, planId, planItem, restore, restoreId, siteId, summaryChange } from "../../stage/answers.fixture.ts";
import { type Asked, Refusal, Stage } from "../../stage/stage.fixture.tsx";

let stage: Stage;
afterEach(() => stage.close());

const whole: TrayItem = { siteId, kind: "jira.work-item", id: "10012", version: 2, key: "CORE-12", title: "Login fails", type: "Bug" };
const attachmentField = { field: "file/10023", label: "Attachment budget.xlsx" };
const summaryField = { field: "fields.summary", label: "Summary" };
const plans = `POST /sites/${siteId}/restore-plans`;

/** A server that plans what it is asked for, and carries it out. */
function planning(items = [planItem()]) {
	let made = plan();
	const make = ({ body }: Asked) => {
		const input = body as RestorePlanInput;
		made = plan({
			items: items.map((item) => ({
				...item,
				changes: item.changes.filter(({ field }) => input.fields === undefined || input.fields.includes(field)),
			})),
			fields: input.fields ?? null,
			target: input.target ?? { type: "in-place" },
			ifExists: input.ifExists ?? "overwrite",
			replayVersions: input.replayVersions === true,
		});
		return made;
	};
	return {
		[plans]: make,
		[`GET /restore-plans/${planId}`]: () => made,
		"POST /restores": restore(),
		[`GET /restores/${restoreId}`]: restore(),
	};
}

describe("restoring", () => {
	it("says with nothing selected where to find something", async () => {
		stage = new Stage("/restore");
		expect((await stage.find("link", "Find items")).getAttribute("href")).toBe("/explore");
		expect(stage.asked.some((asked) => asked.route === plans)).toBe(false);
	});

	it("is offered to nobody who may not", async () => {
		stage = new Stage("/restore", { tray: [whole], answers: { ...planning(), "GET /me": me({ permissions: ["status.see"] }) } });
		await stage.find("heading", "You may not restore items");
		expect(stage.sent(plans)).toEqual([]);
	});

	it("shows the plan, waits for a yes to an overwrite, starts what was planned and empties the selection", async () => {
		stage = new Stage("/restore", { tray: [whole], answers: planning() });
		const deed = await stage.find("button", "Restore 1 work item to Northwind");
		expect(stage.text()).toContain("Defaced");
		expect(deed.disabled).toBe(true);
		(await stage.find("checkbox", /^Overwrite 1 item/)).click();
		await stage.until(() => !deed.disabled);
		expect(stage.sent("POST /restores")).toEqual([]);
		deed.click();
		await stage.find("heading", "CORE-12 Login fails");
		expect(window.location.pathname).toBe(`/restores/${restoreId}`);
		expect(stage.sent("POST /restores")).toEqual([{ planId }]);
		await stage.until(() => stage.tray().length === 0);
	});

	it("asks for what the connection may not do yet before it offers the deed, and says who can grant it", async () => {
		const missing = { siteId, scopes: ["write:jira-work"] };
		const answers = {
			...planning(),
			[plans]: plan({ consent: missing }),
			[`GET /restore-plans/${planId}`]: plan({ consent: missing }),
			[`POST /restore-plans/${planId}/consent`]: new Refusal({ status: 409, code: "conflict", detail: "Atlassian is away" }),
		};
		stage = new Stage("/restore", { tray: [whole], answers });
		const grant = await stage.find("button", "Grant it at Atlassian");
		expect(stage.text()).toContain("write:jira-work");
		(await stage.find("checkbox", /^Overwrite 1 item/)).click();
		expect((await stage.find("button", "Restore 1 work item to Northwind")).disabled).toBe(true);
		grant.click();
		await stage.until(() => stage.sent(`POST /restore-plans/${planId}/consent`).length === 1);
		stage.close();
		const limited = me({ permissions: ["status.see", "item.preview", "item.restore"] });
		stage = new Stage("/restore", { tray: [whole], answers: { ...answers, "GET /me": limited } });
		await stage.until(() => stage.text().includes("Ask somebody who may connect sites"));
		expect(stage.all("button", "Grant it at Atlassian")).toEqual([]);
	});

	it("brings one attachment back alone: only its path is planned, and the button names it", async () => {
		const answers = planning([planItem({ changes: [summaryChange, attachmentChange] })]);
		stage = new Stage("/restore", { tray: [{ ...whole, fields: [attachmentField] }], answers });
		const deed = await stage.find("button", "Restore attachment budget.xlsx to CORE-12");
		expect(stage.sent(plans)).toEqual([
			{
				items: [{ kind: "jira.work-item", id: "10012", version: 2 }],
				target: { type: "in-place" },
				ifExists: "overwrite",
				fields: ["file/10023"],
			},
		]);
		// Nothing that is there now is lost by adding a file.
		expect(stage.all("checkbox", /^Overwrite/)).toEqual([]);
		expect(deed.disabled).toBe(false);
	});

	it("plans anew when a chosen field is left out, and takes the item out with its last one", async () => {
		const answers = planning([planItem({ changes: [summaryChange, attachmentChange] })]);
		stage = new Stage("/restore", { tray: [{ ...whole, fields: [summaryField, attachmentField] }], answers });
		await stage.find("button", "Restore 2 fields to CORE-12");
		(await stage.find("button", "Leave out Attachment budget.xlsx")).click();
		await stage.find("button", "Restore Summary to CORE-12");
		expect(stage.sent(plans).map((body) => (body as RestorePlanInput).fields)).toEqual([
			["fields.summary", "file/10023"],
			["fields.summary"],
		]);
		(await stage.find("button", "Leave out Summary")).click();
		await stage.find("link", "Find items");
		expect(stage.tray()).toEqual([]);
	});

	it("turns chosen fields into the whole item when asked", async () => {
		stage = new Stage("/restore", { tray: [{ ...whole, fields: [summaryField] }], answers: planning() });
		(await stage.find("button", "Restore the whole item instead")).click();
		await stage.find("button", "Restore 1 work item to Northwind");
		expect(stage.tray()).toEqual([whole]);
	});

	it("puts chosen fields nowhere but into their item, whatever the address says", async () => {
		const answers = planning();
		stage = new Stage("/restore?target=copy&space=10001&ifExists=skip", { tray: [{ ...whole, fields: [summaryField] }], answers });
		await stage.find("button", "Restore Summary to CORE-12");
		expect(stage.sent(plans)).toMatchObject([{ target: { type: "in-place" }, ifExists: "overwrite" }]);
		expect(stage.all("radio", /copy/)).toEqual([]);
	});

	it("warns when the item of chosen fields is gone, and then does not call it a field", async () => {
		const answers = planning([planItem({ action: "create" })]);
		stage = new Stage("/restore", { tray: [{ ...whole, fields: [summaryField] }], answers });
		await stage.find("button", "Restore 1 work item to Northwind");
		expect(stage.text()).toContain("The item itself is not on the site any more");
	});

	it("copies into another space", async () => {
		const other = { id: "10001", key: "HELP", name: "Customer support", app: "jsm", state: "live", items: 3 };
		const answers = { ...planning([planItem({ action: "create" })]), [`GET /sites/${siteId}/spaces`]: { items: [other] } };
		stage = new Stage("/restore", { tray: [whole], answers });
		(await stage.find("radio", /^As a copy/)).click();
		await stage.until(() => stage.sent(plans).length === 2);
		(await stage.find("textbox", "Space for the copy")).click();
		await stage.until(() => document.querySelector("[role=option]") !== null);
		document.querySelector<HTMLElement>("[role=option]")?.click();
		await stage.find("button", "Copy 1 work item to Northwind");
		await stage.until(() => stage.sent(plans).length === 3);
		expect(stage.sent(plans)[2]).toMatchObject({ target: { type: "copy", spaceId: "10001" } });
	});

	it("writes older versions of pages again where that is asked for, and offers it for nothing else", async () => {
		const written: TrayItem = { ...whole, kind: "confluence.page", id: "4711", key: null, title: "Kettle rota", type: "page" };
		stage = new Stage("/restore", { tray: [written], answers: planning([planItem({ ref: { kind: "confluence.page", id: "4711" } })]) });
		(await stage.find("switch", /^Write the older versions again/)).click();
		await stage.until(() => stage.sent(plans).length === 2);
		expect(stage.sent(plans).map((body) => (body as RestorePlanInput).replayVersions)).toEqual([undefined, true]);
		await stage.until(() => new URLSearchParams(window.location.search).get("plan") === planId);
		expect(stage.sent(plans).length).toBe(2);
		stage.close();
		stage = new Stage("/restore", { tray: [whole], answers: planning() });
		await stage.find("button", "Restore 1 work item to Northwind");
		expect(stage.all("switch", /^Write/)).toEqual([]);
	});

	it("says why a plan could not be made, with the request to quote, and tries again when asked", async () => {
		const refusal = new Refusal({ status: 502, code: "site-unreachable", detail: "The site does not answer" });
		let site: unknown = refusal;
		const answers = planning();
		stage = new Stage("/restore", {
			tray: [whole],
			answers: { ...answers, [plans]: (asked: Asked) => (site === refusal ? refusal : answers[plans]?.(asked)) },
		});
		const again = await stage.find("button", "Try again");
		expect(stage.text()).toContain("The site does not answer");
		expect(stage.text()).toContain("request-7");
		site = undefined;
		again.click();
		await stage.find("button", "Restore 1 work item to Northwind");
	});

	it("takes whole items first and leaves chosen fields of another for the next restore", async () => {
		const tray = [whole, { ...whole, id: "10013", key: "CORE-13", fields: [summaryField] }];
		stage = new Stage("/restore", { tray, answers: planning() });
		await stage.find("button", "Restore 1 work item to Northwind");
		expect(stage.sent(plans)).toMatchObject([{ items: [{ id: "10012" }] }]);
		expect(stage.text()).toContain("The other item stays selected");
	});
});
