import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../server.ts";
import { type TestClient, testClient } from "../testing/test-client.ts";
import { findDocuments } from "./documents.ts";

const documents = findDocuments();
const reason = "Atlassian's OpenAPI documents are not here (set SKYEWORX_ATLASSIAN_DOCS or run `npm run openapi:fetch`)";
if (documents === undefined) process.stderr.write(`\nSKIPPED: the simulator's contract tests, because ${reason}\n`);

describe.skipIf(documents === undefined)(`the official documents${documents === undefined ? ` (skipped: ${reason})` : ""}`, () => {
	let running: RunningSimulator;
	let client: TestClient;
	beforeAll(async () => {
		running = await startSimulator({ seed: 200, validate: "collect" });
		client = testClient(running);
	});
	afterAll(() => running.stop());

	it("have every operation of an API that the simulator answers", () => {
		const apis = /^\/(rest|wiki\/rest|wiki\/api|jsm)\//;
		const unknown = running.router.routes
			.filter((route) => apis.test(route.template))
			.filter((route) => running.contract?.knows(route.method, route.template) !== true)
			.map((route) => `${route.method} ${route.template}`);
		expect(unknown).toEqual([]);
	});

	it("allow every answer that describes the site", async () => {
		const account = encodeURIComponent(running.site.accountId);
		const reads = [
			"serverInfo myself issuetype status statuses/search priority priority/search resolution resolution/search issueLinkType",
			"field field/search field/customfield_10034/context field/customfield_10034/context/10034/option filter/search users/search",
			`user?accountId=${account} user/bulk?accountId=${account} mypermissions?permissions=ADMINISTER,BROWSE_PROJECTS project`,
			"project/search?expand=description,lead,issueTypes,url,projectKeys,insight project/CORE?expand=projectKeys project/CORE/properties",
			"project/CORE/properties/team.calendar project/CORE/role project/CORE/role/10000 project/CORE/features project/CORE/permissionscheme",
			"project/CORE/notificationscheme project/CORE/issuesecuritylevelscheme role projectCategory group/bulk auditing/record issuetypescheme",
			"issuetypescheme/mapping issuetypescreenscheme issuetypescreenscheme/mapping screenscheme screens workflowscheme config/fieldschemes",
			"workflows/search?expand=values.transitions permissionscheme?expand=all notificationscheme?expand=all issuesecurityschemes attachment/meta issue/HELP-1?expand=names,schema,changelog worklog/deleted",
		].flatMap((line) => line.split(" "));
		for (const path of reads) expect([path, (await client.get(`/rest/api/3/${path}`)).status]).toEqual([path, 200]);
		const page = await client.post("/rest/api/3/search/jql", {
			jql: "project is not EMPTY",
			fields: ["*all"],
			maxResults: 100,
			expand: "changelog",
		});
		expect(page.json.issues).toHaveLength(100);
		expect(running.violations).toEqual([]);
	});

	it("catch a request with an unknown parameter, a wrong type and a wrong body", async () => {
		await client.get("/rest/api/3/myself?surprise=1");
		await client.get("/rest/api/3/issue/CORE-1?updateHistory=perhaps");
		await client.post("/rest/api/3/issue/bulkfetch", { issueIdsOrKeys: ["CORE-1"], extra: true });
		expect(running.violations.map(({ operation, side, pointer }) => ({ operation, side, pointer }))).toEqual([
			{ operation: "GET /rest/api/3/myself", side: "request", pointer: "?surprise" },
			{ operation: "GET /rest/api/3/issue/{issueIdOrKey}", side: "request", pointer: "?updateHistory" },
			{ operation: "POST /rest/api/3/issue/bulkfetch", side: "request", pointer: "" },
		]);
	});

	it("catch an answer with a wrong type, and stop says so when it must", async () => {
		const strict = await startSimulator({ seed: 40, validate: "throw" });
		const project = [...strict.state.jira.projects.values()][0];
		Object.assign(project ?? {}, { name: 7 });
		await testClient(strict).get(`/rest/api/3/project/${project?.id}`);
		expect(strict.violations).toMatchObject([{ side: "answer", pointer: "/name" }]);
		await expect(strict.stop()).rejects.toThrow("/name: must be string");
	});
});
