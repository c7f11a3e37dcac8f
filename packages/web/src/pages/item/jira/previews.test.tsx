// @vitest-environment jsdom
import type { ItemDetail } from "@skyeworx/contract";
import { afterEach, describe, expect, it } from "vitest";
import { detail, siteId, version } from "../../../stage/answers.fixture.ts";
import { Stage } from "../../../stage/stage.fixture.tsx";

let stage: Stage;
afterEach(() => stage.close());

/** The page of an item of a kind whose snapshot holds these parts. */
function open(kind: string, parts: Record<string, unknown>, related: ItemDetail["related"] = []): void {
	const ref = { kind, id: "77" };
	const api = `GET /sites/${siteId}/items/${kind}/77`;
	const history = detail().history.map((entry) => ({ ...entry, ref }));
	const answers = { [api]: detail({ ref, related, history }), [`${api}/versions/4`]: version(4, { ref, parts }) };
	stage = new Stage(`/items/${siteId}/${kind}/77`, { answers });
}

const related = (kind: string, id: string, title: string): ItemDetail["related"][number] => ({
	relation: "references",
	ref: { kind, id },
	key: null,
	title,
	type: null,
	state: "live",
});
const cells = (label: string): readonly string[][] =>
	[...document.querySelectorAll(`table[aria-label="${label}"] tbody tr`)].map((row) =>
		[...row.querySelectorAll("td")].map((cell) => cell.textContent ?? ""),
	);

describe("a preview of Jira's configuration", () => {
	it("draws a workflow: each status a place, each way an arrow, and all of them in words", async () => {
		const status = (statusReference: string, name: string, statusCategory: string) => ({ statusReference, name, statusCategory });
		open("jira.workflow", {
			"": {
				name: "Chores",
				statuses: [
					{ statusReference: "a", layout: { x: 0, y: 0 } },
					{ statusReference: "b", layout: { x: 300, y: 0 } },
				],
				transitions: [
					{ id: "1", name: "Create", type: "INITIAL", toStatusReference: "a", links: [] },
					{ id: "11", name: "Finish", type: "DIRECTED", toStatusReference: "b", links: [{ fromStatusReference: "a" }] },
					{ id: "21", name: "Open again", type: "GLOBAL", toStatusReference: "a", links: [] },
				],
			},
			mappings: [status("a", "Waiting", "TODO"), status("b", "Checked", "DONE")],
		});
		await stage.until(() => cells("Transitions").length > 0);
		expect(cells("Transitions")).toEqual([
			["Create", "Created", "Waiting"],
			["Finish", "Waiting", "Checked"],
			["Open again", "Any status", "Waiting"],
		]);
		const drawing = document.querySelector('svg[aria-label="Workflow of 2 statuses"]');
		expect([...(drawing?.querySelectorAll("g[transform] > text:first-of-type") ?? [])].map((one) => one.textContent)).toEqual([
			"Waiting",
			"Checked",
		]);
		expect([...(drawing?.querySelectorAll("title") ?? [])].map((one) => one.textContent)).toEqual(["Finish: Waiting to Checked"]);
	});

	it("shows a board's columns with statuses by name and their limits", async () => {
		const column = (name: string, id: string, more: object = {}) => ({ name, statuses: [{ id }], ...more });
		const columns = [column("To do", "1"), column("Doing", "3", { max: 8 }), column("Done", "9")];
		const configuration = { columnConfig: { columns }, filter: { id: "500" }, estimation: { field: { displayName: "Story points" } } };
		open("jira.board", { "": { name: "CORE board" }, configuration }, [
			related("jira.status", "3", "In progress"),
			related("jira.filter", "500", "All of CORE"),
		]);
		await stage.until(() => stage.text().includes("at most 8"));
		const shown = [...document.querySelectorAll('ol[aria-label="Columns"] > li')].map((one) => one.textContent);
		expect(shown).toEqual(["To doStatus 1", "Doingat most 8In progress", "DoneStatus 9"]);
		expect(stage.text()).toContain("All of CORE");
		expect(stage.text()).toContain("Story points");
	});

	it("lists a permission scheme: each permission once, with all who hold it", async () => {
		const grant = (permission: string, holder: object) => ({ permission, holder });
		const permissions = [
			grant("BROWSE_PROJECTS", { type: "projectRole", parameter: "10002", value: "10002" }),
			grant("BROWSE_PROJECTS", { type: "anyone" }),
			grant("ADMINISTER_PROJECTS", { type: "group", parameter: "admins", value: "g-1", group: { name: "admins" } }),
		];
		open("jira.permission-scheme", { "": { name: "Standard", permissions } }, [related("jira.role", "10002", "Members")]);
		await stage.until(() => cells("Permissions").length > 0);
		expect(cells("Permissions")).toEqual([
			["Administer projects", "Group admins"],
			["Browse projects", "Role Members, Anyone"],
		]);
	});
});

describe("a preview of schemes and spaces", () => {
	it("says which workflow each type of work item follows", async () => {
		open("jira.workflow-scheme", { "": { name: "Chores", defaultWorkflow: "Plain", issueTypeMappings: { "10004": "Reviewed" } } }, [
			related("jira.issue-type", "10004", "Bug"),
		]);
		await stage.until(() => cells("Workflows").length > 0);
		expect(cells("Workflows")).toEqual([
			["Bug", "Reviewed"],
			["All others", "Plain"],
		]);
		expect(stage.text()).not.toContain("This kind of item has no text");
		// Nobody comments on a scheme: an empty list of comments is no news.
		expect(stage.all("tab", /^(Comments|Attachments)/)).toEqual([]);
		expect(stage.all("tab", /^Related/)).toHaveLength(1);
	});

	it("says who is told when, and who sees which security level", async () => {
		const notifications = [
			{ notificationType: "Reporter" },
			{ notificationType: "ProjectRole", parameter: "10001", projectRole: { name: "Members" } },
			{ notificationType: "Group", parameter: "g-9" },
		];
		const notificationSchemeEvents = [{ event: { name: "Issue created" }, notifications }];
		open("jira.notification-scheme", { "": { name: "Standard", notificationSchemeEvents } }, [related("jira.group", "g-9", "on-call")]);
		await stage.until(() => cells("Notifications").length > 0);
		expect(cells("Notifications")).toEqual([["Issue created", "Reporter, Role Members, Group on-call"]]);
		stage.close();
		const holder = { type: "projectRole", parameter: "10000", value: "10000" };
		open("jira.security-scheme", { "": { name: "Secret" }, levels: [{ name: "Few", isDefault: true, members: [{ holder }] }] }, [
			related("jira.role", "10000", "Administrators"),
		]);
		await stage.until(() => cells("Security levels").length > 0);
		expect(cells("Security levels")).toEqual([["Few", "Role Administrators", "Yes"]]);
	});

	it("shows a space's schemes, roles, components and versions", async () => {
		open("jira.space", {
			"": {
				key: "HELP",
				name: "Support",
				projectTypeKey: "service_desk",
				assigneeType: "PROJECT_LEAD",
				isPrivate: false,
				uuid: "4a342814",
			},
			permissionScheme: { id: 10000, name: "Standard permissions" },
			roles: [
				{ name: "Members", actors: [{ displayName: "Mara Lindqvist" }] },
				{ name: "Viewers", actors: [] },
			],
			components: [{ name: "First line", lead: { displayName: "Iven Osei" } }],
			versions: [{ name: "2.1", released: true, archived: true, releaseDate: "2025-05-06" }],
		});
		await stage.until(() => cells("Roles").length > 0);
		expect(cells("Schemes")).toEqual([["Permissions", "Standard permissions"]]);
		expect(cells("Roles")).toEqual([
			["Members", "Mara Lindqvist"],
			["Viewers", "Nobody"],
		]);
		expect(cells("Components")).toEqual([["First line", "Iven Osei", ""]]);
		expect(cells("Versions")).toEqual([["2.1", "Released, Archived", "", "2025-05-06"]]);
		const facts = document.querySelector('aside[aria-label="Fields"]')?.textContent;
		expect(facts).toContain("Type of spaceService management");
		expect(facts).toContain("Assignee typeProject lead");
		expect(facts).toContain("PrivateNo");
		expect(facts).not.toMatch(/uuid|4a342814|false/i);
	});

	it("says what a filter is shared with and what stands on a dashboard", async () => {
		const sharePermissions = [
			{ type: "project", project: { id: "1", name: "Mobile apps" }, role: { name: "Members" } },
			{ type: "global" },
		];
		open("jira.filter", { "": { name: "Mine", jql: "project = MOB", viewUrl: "https://x.example.com/issues", sharePermissions } });
		await stage.until(() => cells("Shared with").length > 0);
		expect(cells("Shared with")).toEqual([["Space Mobile apps, role Members"], ["Everybody"]]);
		const facts = document.querySelector('aside[aria-label="Fields"]')?.textContent;
		expect(facts).toContain("JQLproject = MOB");
		expect(facts).not.toContain("https://");
		stage.close();
		const moduleKey = "com.atlassian.jira.gadgets:pie-chart-gadget";
		open("jira.dashboard", { "": { name: "Glance" }, gadgets: [{ title: "By status", moduleKey, position: { column: 1, row: 0 } }] });
		await stage.until(() => cells("Gadgets").length > 0);
		expect(cells("Gadgets")).toEqual([["By status", "Pie chart", "Column 2, row 1"]]);
	});
});

describe("a preview of an automation rule", () => {
	it("says when, if and then, what is inside what, and names what the ids stand for", async () => {
		const byId = (value: string) => ({ type: "ID", value });
		const step = (component: string, type: string, value: object, children: readonly object[] = []) => ({
			component,
			type,
			value,
			children,
		});
		const edit = step("ACTION", "jira.issue.comment", { comment: "Look at this." });
		open(
			"jira.automation-rule",
			{
				"": {
					name: "Ask for a review",
					state: "ENABLED",
					ruleScopeARIs: ["ari:cloud:jira:c-1:project/10000"],
					trigger: step("TRIGGER", "jira.issue.event.trigger:transitioned", { toStatus: [byId("3")] }),
					components: [
						step(
							"CONDITION",
							"jira.issue.condition",
							{ selectedField: byId("priority"), selectedFieldType: "priority", compareValue: byId("2") },
							[edit],
						),
						step("ACTION", "jira.issue.transition", { destinationStatus: byId("10011") }),
					],
				},
			},
			[
				related("jira.space", "10000", "Core platform"),
				related("jira.status", "3", "In progress"),
				related("jira.status", "10011", "In review"),
				related("jira.priority", "2", "High"),
			],
		);
		await stage.until(() => stage.text().includes("destination status: In review"));
		const steps = [...document.querySelectorAll('ol[aria-label="Steps"] > li')].map((one) => one.textContent);
		expect(steps).toEqual([
			"WhenIssue event transitionedto status: In progress",
			"IfIssueselected field: prioritycompare value: HighThenIssue commentcomment: Look at this.",
			"ThenIssue transitiondestination status: In review",
		]);
		for (const words of ["Enabled", "Core platform"]) expect(stage.text()).toContain(words);
	});
});

describe("a preview of forms", () => {
	const design = {
		settings: { name: "New starter" },
		questions: {
			"1": { type: "ts", label: "Name", validation: { rq: true } },
			"2": { type: "cm", label: "Equipment", choices: [{ id: "7", label: "Laptop" }] },
		},
	};

	it("shows what a template asks", async () => {
		open("jsm.form", { "": { name: "New starter", design } });
		await stage.until(() => cells("Questions").length > 0);
		expect(cells("Questions")).toEqual([
			["Name", "Short text", "yes", ""],
			["Equipment", "Several choices", "no", "Laptop"],
		]);
	});

	it("shows what was answered on a work item, and who sees it", async () => {
		const state = { visibility: "i", status: "s", answers: { "1": { text: "Ada" }, "2": { choices: ["7"] } } };
		open("jira.work-item", { "": { key: "HELP-7", fields: { summary: "Ada begins" } }, forms: [{ id: "f", design, state }] });
		await stage.until(() => cells("Answers: New starter").length > 0);
		expect(cells("Answers: New starter")).toEqual([
			["Name", "Ada"],
			["Equipment", "Laptop"],
		]);
		expect(stage.text()).toContain("Submitted, internal");
	});
});

describe("a preview of a customer's request", () => {
	it("shows who took part, who approved what, its clocks and the feedback", async () => {
		open("jira.work-item", {
			"": { key: "HELP-7", fields: { summary: "A lamp" } },
			request: { requestTypeId: "3", requestType: { id: "3", name: "Get a desk lamp" } },
			participants: [{ accountId: "1", displayName: "Mara Lindqvist" }],
			approvals: [
				{
					id: "5",
					name: "Money",
					finalDecision: "declined",
					approvers: [{ approver: { displayName: "Iven Osei" }, approverDecision: "declined" }],
				},
			],
			"service-levels": [
				{ id: "1", name: "Time to resolution", completedCycles: [{ breached: true }], ongoingCycle: { breached: false, paused: true } },
			],
			feedback: { type: "csat", rating: 2, comment: { body: "Still dark." } },
		});
		await stage.until(() => cells("Approvals").length > 0);
		expect(cells("Approvals")).toEqual([["Money", "declined", "Iven Osei: declined", "not yet"]]);
		expect(cells("Service levels")).toEqual([["Time to resolution", "paused, missed once"]]);
		for (const words of ["Get a desk lamp", "Mara Lindqvist", "2 of 5: Still dark."]) expect(stage.text()).toContain(words);
	});
});

describe("a preview of Assets", () => {
	it("lists an object's attributes with what they refer to, and a schema's types with what they ask for", async () => {
		open("jsm.asset-object", {
			"": {
				objectKey: "ITA-28",
				label: "Slate 13",
				"attribute/20": { name: "Owner", values: [{ user: { accountId: "a", name: "Ada Lind" } }] },
				"attribute/9": { name: "Location", values: [{ object: { id: "1", key: "ITA-1", label: "Lisbon office" } }] },
				"attribute/21": { name: "Serial number", values: [{ value: "LP-10000" }] },
			},
		});
		await stage.until(() => cells("Attributes").length > 0);
		expect(cells("Attributes")).toEqual([
			["Location", "Lisbon office (ITA-1)"],
			["Owner", "Ada Lind"],
			["Serial number", "LP-10000"],
		]);
		stage.close();
		open("jsm.asset-schema", {
			"": { name: "IT assets" },
			types: [
				{ id: "3", name: "Hardware" },
				{ id: "4", name: "Laptop", parentObjectTypeId: 3 },
			],
			attributes: [
				{ objectTypeId: "3", name: "Location", referenceObjectType: { name: "Office" } },
				{ objectTypeId: "3", name: "Price" },
			],
			statuses: [{ id: "1", name: "In use" }],
		});
		await stage.until(() => cells("Object types").length > 0);
		expect(cells("Object types")).toEqual([
			["Hardware", "", "Location → Office, Price"],
			["Laptop", "Hardware", ""],
		]);
	});
});
