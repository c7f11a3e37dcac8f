import { createAgileClient, createCloudClient } from "jira.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../../packages/simulator/src/index.ts";

/**
 * A client that nobody here wrote, with schemas of its own that throw on every answer they do not know: what it can read and
 * write, other programs can.
 */
let simulator: RunningSimulator;
let jira: ReturnType<typeof createCloudClient>;
let agile: ReturnType<typeof createAgileClient>;

beforeAll(async () => {
	simulator = await startSimulator({ seed: 60, validate: "collect" });
	const { email, apiToken } = simulator.site;
	const options = { host: simulator.url, auth: { type: "basic", email, apiToken }, onSchemaMismatch: "throw" } as const;
	jira = createCloudClient(options);
	agile = createAgileClient(options);
});
afterAll(() => simulator.stop());

const text = (words: string) => ({
	type: "doc" as const,
	version: 1 as const,
	content: [{ type: "paragraph", content: [{ type: "text", text: words }] }],
});

async function newItem(summary: string): Promise<string> {
	const { id } = await jira.issues.createIssue({ fields: { project: { key: "CORE" }, issuetype: { name: "Task" }, summary } });
	return id ?? "";
}

describe("jira.js, throwing on every answer of an unknown shape", () => {
	it("reads spaces, fields, types, priorities, people and boards", async () => {
		expect((await jira.projects.searchProjects({ maxResults: 50 })).values?.length).toBe(simulator.state.jira.projects.size);
		const project = await jira.projects.getProject({ projectIdOrKey: "CORE" });
		expect(project.key).toBe("CORE");
		expect((await jira.projectComponents.getProjectComponents({ projectIdOrKey: "CORE" })).length).toBeGreaterThan(0);
		expect((await jira.projectVersions.getProjectVersions({ projectIdOrKey: "CORE" })).length).toBeGreaterThan(0);
		expect((await jira.issueFields.getFields()).length).toBe(simulator.state.jira.fields.size);
		expect((await jira.issueTypes.getIssueAllTypes()).length).toBe(simulator.state.jira.issueTypes.size);
		expect((await jira.workflowStatuses.getStatuses()).length).toBe(simulator.state.jira.statuses.size);
		expect((await jira.issuePriorities.searchPriorities({})).values?.length).toBe(simulator.state.jira.priorities.size);
		expect((await jira.issueLinkTypes.getIssueLinkTypes()).issueLinkTypes?.length).toBe(simulator.state.jira.linkTypes.size);
		expect((await jira.myself.getCurrentUser()).accountId).toBe(simulator.site.accountId);
		expect((await jira.users.getAllUsers({ maxResults: 1000 })).length).toBe(simulator.state.accounts.size);
		const boards = await agile.board.getAllBoards({});
		expect(boards.values?.length).toBe(simulator.state.jira.boards.size);
	});

	it("finds and reads work items of every type, one by one and in bulk, with their histories", async () => {
		const ids = [...simulator.state.jira.issues.keys()].map(String);
		const found = await jira.issueSearch.searchAndReconsileIssuesUsingJqlPost({
			jql: "created >= '2000-01-01' ORDER BY key",
			fields: ["*all"],
			maxResults: 100,
		});
		expect(found.issues?.length).toBe(ids.length);
		const bulk = await jira.issues.bulkFetchIssues({ issueIdsOrKeys: ids, fields: ["*all"] });
		expect(bulk.issues?.length).toBe(ids.length);
		for (const issueIdOrKey of ids.slice(0, 12)) {
			expect((await jira.issues.getIssue({ issueIdOrKey, expand: ["changelog", "names"] })).id).toBe(issueIdOrKey);
			await jira.issueComments.getComments({ issueIdOrKey });
			await jira.issueWorklogs.getIssueWorklog({ issueIdOrKey });
			await jira.issueWatchers.getIssueWatchers({ issueIdOrKey });
			await jira.issueVotes.getVotes({ issueIdOrKey });
			await jira.issueRemoteLinks.getRemoteIssueLinks({ issueIdOrKey });
			await jira.issueProperties.getIssuePropertyKeys({ issueIdOrKey });
			await jira.issues.getChangeLogs({ issueIdOrKey });
			await jira.issues.getEditIssueMeta({ issueIdOrKey });
			await jira.issues.getTransitions({ issueIdOrKey });
		}
	});

	it("writes a work item with all that hangs on it, and reads it back", async () => {
		const [issueIdOrKey, other] = [await newItem("Made by another client"), await newItem("Linked to it")];
		await jira.issues.editIssue({ issueIdOrKey, fields: { description: text("Described"), labels: ["from-outside"] } });
		const comment = await jira.issueComments.addComment({ issueIdOrKey, body: text("Hello") });
		await jira.issueComments.updateComment({ issueIdOrKey, id: comment.id ?? "", body: { body: text("Hello again") } });
		await jira.issueWorklogs.addWorklog({ issueIdOrKey, timeSpentSeconds: 1800, started: "2026-05-04T09:00:00.000+0000" });
		await jira.issueLinks.linkIssues({ type: { name: "Relates" }, inwardIssue: { id: issueIdOrKey }, outwardIssue: { id: other } });
		const object = { url: "https://build.example.com/runs/1", title: "Run 1" };
		await jira.issueRemoteLinks.createOrUpdateRemoteIssueLink({ issueIdOrKey, globalId: "run=1", object });
		await jira.issueProperties.setIssueProperty({ issueIdOrKey, propertyKey: "outside", body: { seen: true } });
		await jira.issueVotes.getVotes({ issueIdOrKey });
		const [transition] = (await jira.issues.getTransitions({ issueIdOrKey })).transitions ?? [];
		await jira.issues.doTransition({ issueIdOrKey, transition: { id: transition?.id ?? "" } });
		await agile.issue.rankIssues({ issues: [issueIdOrKey], rankAfterIssue: other });
		const read = await jira.issues.getIssue({ issueIdOrKey, properties: ["*all"] });
		expect(read.fields?.labels).toEqual(["from-outside"]);
		expect(read.properties).toMatchObject({ outside: { seen: true } });
		expect((await jira.issueComments.getComments({ issueIdOrKey })).comments?.length).toBe(1);
		expect((await jira.issueRemoteLinks.getRemoteIssueLinks({ issueIdOrKey })) as unknown).toHaveLength(1);
		await jira.issues.deleteIssue({ issueIdOrKey, deleteSubtasks: "true" });
		await expect(jira.issues.getIssue({ issueIdOrKey })).rejects.toMatchObject({ status: 404 });
	});

	it("broke none of Atlassian's own documents on the way", () => {
		expect(simulator.violations.map((violation) => JSON.stringify(violation))).toEqual([]);
	});
});
