import type { JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { afterEach, describe, expect, it } from "vitest";
import { listAt, textAt } from "../../packages/atlassian/src/record/json-access.ts";
import { Kept } from "./confluence-site.ts";
import { type JiraSite, jiraSite } from "./jira-site.ts";

const kind = "jira.work-item";
let site: JiraSite;
afterEach(() => site.stop());

type Issue = JiraSite["simulator"]["state"]["jira"]["issues"] extends ReadonlyMap<number, infer One> ? One : never;

/** The heavy part of a seeded item, from now on kept. */
function bodyOf(issue: Issue): NonNullable<Issue["body"]> {
	issue.body ??= site.simulator.state.jira.writeBody(issue);
	return issue.body;
}

const ids = (item: StoredItem, part: string, name: string) => listAt(item.parts.get(part)).map((one) => textAt(one, name));

/** Requests so far for one list of one item. */
function asked(list: string): number {
	return site.connector.usage().byOperation[`GET /rest/api/3/issue/{issueIdOrKey}/${list}`] ?? 0;
}

/** How many items have something on a list. */
function having(length: (body: NonNullable<Issue["body"]>) => number): number {
	return [...site.simulator.state.jira.issues.values()].filter((issue) => length(bodyOf(issue)) > 0).length;
}

/** Every list that the simulator has and a reading kept, side by side. */
function compareLists(kept: Kept): void {
	for (const issue of site.simulator.state.jira.issues.values()) {
		const item = kept.item(kind, String(issue.id));
		expect(ids(item, "watchers", "accountId"), `watchers of ${issue.key}`).toEqual([...(issue.body?.watchers ?? [])].toSorted());
		expect(ids(item, "votes", "accountId"), `votes of ${issue.key}`).toEqual([...(issue.body?.votes ?? [])].toSorted());
		expect(ids(item, "remote-links", "globalId"), `remote links of ${issue.key}`).toEqual(
			issue.body?.remoteLinks.map((link) => link.globalId),
		);
		const properties = Object.fromEntries(issue.body?.properties ?? []) as JsonValue;
		expect(item.parts.get("properties") ?? {}, `properties of ${issue.key}`).toEqual(properties);
	}
}

describe("lists that Atlassian gives one item at a time", () => {
	it("are kept whole: watchers, votes, links to other sites and properties", async () => {
		site = await jiraSite({ seed: "small", validate: "throw" });
		const kept = new Kept();
		await site.backup(kept);
		compareLists(kept);
		for (const part of ["watchers", "votes", "remote-links", "properties"]) {
			expect(kept.of(kind).some((ref) => kept.item(kind, ref.id).parts.has(part))).toBe(true);
		}
		// People are far fewer than items: their lists are read by person.
		expect(asked("watchers")).toBe(0);
		expect(asked("votes")).toBe(0);
		expect(asked("remotelink")).toBe(having((body) => body.remoteLinks.length));
		expect(asked("properties")).toBe(0);
	});

	it("are the same when the site does not search by person, one request each", async () => {
		site = await jiraSite({ seed: 120, validate: "throw" });
		const byPerson = new Kept();
		await site.backup(byPerson);
		expect(asked("watchers")).toBe(0);
		site.simulator.faults.inject({ kind: "forbidden", path: "/users/search", times: 100 });
		const votesBefore = asked("votes");
		const oneByOne = new Kept();
		await site.backup(oneByOne);
		expect(asked("watchers")).toBe(having((body) => body.watchers.size));
		expect(asked("votes") - votesBefore).toBe(having((body) => body.votes.size));
		for (const { id } of byPerson.of(kind)) expect(oneByOne.item(kind, id).parts).toEqual(byPerson.item(kind, id).parts);
	});

	it("are asked for where the search leaves somebody out", async () => {
		site = await jiraSite({ seed: 120, validate: "throw" });
		// The first search is the one for all items; this one is of one person.
		site.simulator.faults.inject({ kind: "forbidden", path: "/search/jql", after: 3, times: 1 });
		const kept = new Kept();
		await site.backup(kept);
		compareLists(kept);
		expect(asked("watchers") + asked("votes")).toBeGreaterThan(0);
		expect(asked("watchers")).toBeLessThan(having((body) => body.watchers.size));
	});

	it("follow changes that move no date, and what was taken away is gone from the next snapshot", async () => {
		site = await jiraSite({ seed: 40, validate: "throw" });
		const kept = new Kept();
		await site.backup(kept);
		for (const issue of site.simulator.state.jira.issues.values()) {
			const body = bodyOf(issue);
			const [first] = body.watchers;
			if (first !== undefined) body.watchers.delete(first);
			body.votes.clear();
			body.properties.set("new.key", { at: issue.number });
			body.properties.delete("deployment.marker");
		}
		await site.backup(kept, kept.request());
		compareLists(kept);
	});

	it("are complete, too, where bulk reads leave properties out", async () => {
		site = await jiraSite({ seed: 60, validate: "throw" });
		site.simulator.state.switches.bulkAllProperties = false;
		for (const issue of site.simulator.state.jira.issues.values()) {
			bodyOf(issue).properties.set("everywhere", true);
		}
		const kept = new Kept();
		await site.backup(kept);
		await site.backup(kept, kept.request());
		for (const ref of kept.of(kind)) expect(kept.item(kind, ref.id).parts.get("properties")).toMatchObject({ everywhere: true });
	});
});
