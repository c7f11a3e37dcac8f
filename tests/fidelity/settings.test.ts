import type { StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { byName, lessThanExact, named, restored, treeOf } from "./settings-site.ts";

let bench: SiteBench;

beforeEach(async () => {
	bench = await siteBench(40, "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

const api = "/rest/api/3";

describe("every record of a kind", () => {
	it("holds no member that its fidelity table does not speak of", async () => {
		const snapshotId = await bench.backup();
		const unknown: string[] = [];
		const empty: string[] = [];
		for (const kind of bench.connector.kinds.filter((one) => /^(?:jira|jsm)\./.test(one.id) && one.id !== "jira.work-item")) {
			const items = [...(await bench.items(kind.id, snapshotId)).values()];
			if (items.length === 0) empty.push(kind.id);
			const speaks = (member: string) =>
				kind.fidelity.some(({ field }) => field === member || (field.endsWith("*") && member.startsWith(field.slice(0, -1))));
			for (const member of new Set(items.flatMap((item) => Object.keys(treeOf(item)))))
				if (!speaks(member)) unknown.push(`${kind.id} ${member}`);
		}
		expect(unknown).toEqual([]);
		expect(empty).toEqual([]);
	});
});

describe("a space", () => {
	it("comes back in place: details, components, versions, roles, properties, features", async () => {
		const before = await bench.backup();
		const space = await named(bench, "jira.space", before, "CORE");
		const path = `${api}/project/${space.ref.id}`;
		const then = treeOf(space);
		await bench.call("PUT", path, { name: "Spoilt", description: "", assigneeType: "PROJECT_LEAD" });
		const component = byName(then.components).get("Billing");
		await bench.remove(`${api}/component/${component?.id}`);
		await bench.call("PUT", `${api}/component/${byName(then.components).get("Search")?.id}`, { name: "Finding" });
		const version = byName(then.versions).get("4.3");
		await bench.remove(`${api}/version/${version?.id}`);
		const roles = byName(then.roles);
		await bench.call("PUT", `${path}/role/${roles.get("Members")?.id}`, { categorisedActors: {} });
		await bench.remove(`${path}/properties/team.calendar`);
		await bench.call("PUT", `${path}/features/jsw.classic.roadmap`, { state: "DISABLED" });
		await bench.backup();
		const receipt = await restored(bench, before, space);
		expect(receipt.outcome).toBe("restored");
		expect(lessThanExact(receipt)).toEqual(["jira.space components: degraded", "jira.space versions: degraded"]);
		const now = treeOf((await bench.items("jira.space", await bench.backup())).get(space.ref.id));
		for (const member of ["name", "description", "assigneeType", "roles", "properties", "features"])
			expect([member, now[member]]).toEqual([member, then[member]]);
		const namesOf = (list: (typeof now)[string] | undefined) => [...byName(list).keys()];
		expect(namesOf(now.versions)).toEqual(namesOf(then.versions));
		expect(namesOf(now.components).toSorted()).toEqual(namesOf(then.components).toSorted());
		expect(byName(now.components).get("Billing")?.id).not.toBe(component?.id);
	});

	it("is taken out of Jira's trash with its id, its work items untouched", async () => {
		const before = await bench.backup();
		const space = await named(bench, "jira.space", before, "MOB");
		await bench.remove(`${api}/project/${space.ref.id}`);
		await bench.backup();
		const receipt = await restored(bench, before, space);
		expect(receipt.items[0]).toMatchObject({ action: "untrash", outcome: "restored", now: { ref: { id: space.ref.id } } });
		const after = await bench.backup();
		expect((await bench.items("jira.work-item", after)).size).toBe((await bench.items("jira.work-item", before)).size);
	});

	it("that was deleted for good is made again under its key with its schemes, parts and roles; undoing puts it into the trash", async () => {
		const before = await bench.backup();
		const space = await named(bench, "jira.space", before, "CORE");
		const then = treeOf(space);
		await bench.remove(`${api}/project/${space.ref.id}?enableUndo=false`);
		await bench.backup();
		const plan = await bench.plan([{ ref: space.ref, snapshotId: before }], { target: { type: "in-place" }, ifExists: "overwrite" });
		const restoreId = "0b6f51f8-4ad1-4a8e-8f53-1f5a3d1f7f10";
		const receipt = await bench.carryOut(restoreId, plan);
		expect(receipt.outcome).toBe("restored");
		const now = treeOf(await named(bench, "jira.space", await bench.backup(), "CORE"));
		expect(now.id).not.toBe(then.id);
		for (const member of [
			"key",
			"name",
			"description",
			"projectCategory",
			"issueTypeScheme",
			"workflowScheme",
			"permissionScheme",
			"notificationScheme",
			"issueSecurityScheme",
			"issueTypeScreenScheme",
			"fieldScheme",
			"properties",
		])
			expect([member, now[member]]).toEqual([member, then[member]]);
		expect([...byName(now.versions).keys()]).toEqual([...byName(then.versions).keys()]);
		expect([...byName(now.components).keys()]).toEqual([...byName(then.components).keys()]);
		const report = await bench.undo(restoreId, plan);
		expect(report.items.map((item) => item.outcome)).toEqual(["undone"]);
		const found = await bench.call("GET", `${api}/project/search?status=deleted`);
		expect(found.total).toBe(1);
	});
});

describe("a whole space", () => {
	it("that was deleted for good comes back in one restore: configuration, board, filter and work items under their keys", async () => {
		const before = await bench.backup();
		const space = await named(bench, "jira.space", before, "MOB");
		const board = await named(bench, "jira.board", before, "MOB board");
		const mine = (item: StoredItem) => String(treeOf(item).key).startsWith("MOB-");
		const items = [...(await bench.items("jira.work-item", before)).values()].filter(mine);
		await bench.remove(`${api}/project/${space.ref.id}?enableUndo=false`);
		await bench.backup();
		const selection = [...items, board, space].map(({ ref }) => ({ ref, snapshotId: before }));
		const receipt = await bench.restore(selection, { target: { type: "in-place" }, ifExists: "overwrite", keepKeys: true });
		expect(receipt.items.filter((item) => item.outcome === "failed").map((item) => item.reason)).toEqual([]);
		const after = await bench.backup();
		const there = [...(await bench.items("jira.work-item", after)).values()].filter(mine);
		const summary = (item: StoredItem) => {
			const { key, fields } = treeOf(item) as {
				key: string;
				fields: { summary: string; components: { name: string }[]; fixVersions: { name: string }[] };
			};
			return [key, fields.summary, fields.components.map((one) => one.name), fields.fixVersions.map((one) => one.name)];
		};
		expect(there.map(summary).toSorted()).toEqual(items.map(summary).toSorted());
		const again = treeOf(await named(bench, "jira.space", after, "MOB"));
		expect(again.id).not.toBe(space.ref.id);
		expect(treeOf(await named(bench, "jira.board", after, "MOB board"))).toMatchObject({ location: { projectId: Number(again.id) } });
	}, 180_000);
});

describe("filters, boards, sprints and dashboards", () => {
	it("that were deleted are made again, each pointing to what the others are called now", async () => {
		const before = await bench.backup();
		const board = await named(bench, "jira.board", before, "CORE board");
		const filter = await named(bench, "jira.filter", before, "Filter for CORE board");
		const sprint = await named(bench, "jira.sprint", before, "CORE Sprint 7");
		const dashboard = await named(bench, "jira.dashboard", before, "Delivery at a glance");
		await bench.remove(`${api}/dashboard/${dashboard.ref.id}`);
		await bench.remove(`/rest/agile/1.0/board/${board.ref.id}`);
		await bench.remove(`${api}/filter/${filter.ref.id}`);
		await bench.backup();
		const receipt = await restored(bench, before, sprint, dashboard, board, filter);
		expect(
			lessThanExact(receipt)
				.filter((line) => !line.endsWith(": impossible"))
				.toSorted(),
		).toEqual(["jira.board configuration: degraded", "jira.dashboard gadgets: degraded"]);
		const after = await bench.backup();
		const [newFilter, newBoard] = [
			await named(bench, "jira.filter", after, "Filter for CORE board"),
			await named(bench, "jira.board", after, "CORE board"),
		];
		expect(newFilter.ref.id).not.toBe(filter.ref.id);
		expect(treeOf(newBoard).configuration).toMatchObject({ filter: { id: newFilter.ref.id } });
		const [then, now] = [treeOf(sprint), treeOf(await named(bench, "jira.sprint", after, "CORE Sprint 7"))];
		expect(now).toMatchObject({ state: "active", goal: then.goal, startDate: then.startDate, endDate: then.endDate });
		expect(String(now.originBoardId)).toBe(newBoard.ref.id);
		expect(treeOf(newFilter)).toMatchObject({
			jql: treeOf(filter).jql,
			owner: { accountId: (treeOf(filter).owner as { accountId: string }).accountId },
		});
		const gadgets = treeOf(await named(bench, "jira.dashboard", after, "Delivery at a glance")).gadgets as {
			title: string;
			properties?: unknown;
		}[];
		expect(gadgets.map((gadget) => gadget.title)).toEqual(["Open work", "Work by status"]);
		expect(gadgets[0]?.properties).toMatchObject([{ key: "config", value: { filterId: newFilter.ref.id, num: 10 } }]);
	});

	it("come back in place: name, query, shares, columns, goal, gadgets", async () => {
		const [{ id: filterId } = { id: "" }] = [...bench.simulator.state.jira.filters.values()].filter(
			({ name }) => name === "Filter for MOB board",
		);
		await bench.call("PUT", `${api}/filter/${filterId}/columns`, { columns: ["issuekey", "summary", "status"] });
		const before = await bench.backup();
		const filter = await named(bench, "jira.filter", before, "Filter for MOB board");
		const sprint = await named(bench, "jira.sprint", before, "MOB Sprint 8");
		const dashboard = await named(bench, "jira.dashboard", before, "Delivery at a glance");
		await bench.remove(`${api}/filter/${filter.ref.id}/columns`);
		await bench.call("PUT", `${api}/filter/${filter.ref.id}`, {
			name: "Spoilt",
			jql: "project = OPS",
			sharePermissions: [],
			editPermissions: [],
		});
		await bench.call("PUT", `/rest/agile/1.0/sprint/${sprint.ref.id}`, { name: "Spoilt", goal: "" });
		const [gadget] = treeOf(dashboard).gadgets as { id: number }[];
		await bench.remove(`${api}/dashboard/${dashboard.ref.id}/gadget/${gadget?.id}`);
		await bench.backup();
		const receipt = await restored(bench, before, filter, sprint, dashboard);
		expect(lessThanExact(receipt)).toEqual(["jira.dashboard gadgets: degraded"]);
		const after = await bench.backup();
		for (const { ref } of [filter, sprint]) {
			const item = (await bench.items(ref.kind, after)).get(ref.id);
			const [then, now] = [treeOf((await bench.items(ref.kind, before)).get(ref.id)), treeOf(item)];
			for (const member of ["name", "goal", "jql", "state", "columns"])
				expect([ref.kind, member, now[member]]).toEqual([ref.kind, member, then[member]]);
		}
	});
});

describe("sprints that are gone with their board", () => {
	it("are made, started and closed again, and work items are put into those that are open, under their new numbers", async () => {
		const { sprints, issues } = bench.simulator.state.jira;
		const before = await bench.backup();
		const board = await named(bench, "jira.board", before, "CORE board");
		const filter = await named(bench, "jira.filter", before, "Filter for CORE board");
		const mine = [...(await bench.items("jira.sprint", before)).values()].filter(
			(one) => String(treeOf(one).originBoardId) === board.ref.id,
		);
		const states = (list: readonly StoredItem[]) => list.map((one) => [treeOf(one).name, treeOf(one).state]).toSorted();
		expect(new Set(mine.map((one) => treeOf(one).state))).toEqual(new Set(["closed", "active", "future"]));
		const open = new Set(mine.filter((one) => treeOf(one).state !== "closed").map(({ ref }) => Number(ref.id)));
		const inSprint = (item: StoredItem) =>
			((treeOf(item).fields as { customfield_10020?: { id: number; name: string; state: string }[] }).customfield_10020 ?? []).filter(
				({ state }) => state !== "closed",
			);
		const items = [...(await bench.items("jira.work-item", before)).values()].filter((item) =>
			inSprint(item).some(({ id }) => open.has(id)),
		);
		expect(items.length).toBeGreaterThan(1);
		await bench.remove(`/rest/agile/1.0/board/${board.ref.id}`);
		for (const { ref } of mine) sprints.delete(Number(ref.id));
		for (const issue of issues.values()) issue.body?.custom.delete("customfield_10020");
		await bench.backup();
		const receipt = await restored(bench, before, ...items, ...mine, board, filter);
		expect(receipt.items.filter((item) => item.outcome === "failed").map((item) => item.reason)).toEqual([]);
		const after = await bench.backup();
		const again = receipt.items.filter(({ ref }) => ref.kind === "jira.sprint").map(({ now }) => now?.ref.id ?? "");
		expect(again.some((id) => mine.some(({ ref }) => ref.id === id))).toBe(false);
		const now = await bench.items("jira.sprint", after);
		expect(states([...now.values()].filter(({ ref }) => again.includes(ref.id)))).toEqual(states(mine));
		const workItems = await bench.items("jira.work-item", after);
		for (const item of items) {
			const last = inSprint(item).at(-1);
			const there = workItems.get(item.ref.id);
			expect(there === undefined ? [] : inSprint(there).map(({ id, name }) => [again.includes(String(id)), name])).toEqual([
				[true, last?.name],
			]);
		}
	}, 120_000);
});

describe("a service desk", () => {
	it("has its organizations and request types made again, with members, and its customers put back", async () => {
		const jsm = "/rest/servicedeskapi";
		const before = await bench.backup();
		const organization = await named(bench, "jsm.organization", before, "Harbour Freight Works");
		const type = await named(bench, "jsm.request-type", before, "Request access");
		const [desk] = [...(await bench.items("jsm.service-desk", before)).values()];
		if (desk === undefined) throw new Error("no service desk");
		const then = treeOf(desk);
		await bench.remove(`${jsm}/organization/${organization.ref.id}`);
		bench.simulator.state.jira.requestTypes.delete(type.ref.id);
		bench.simulator.state.jira.projects.get(String(then.projectId))?.roles?.get("customers")?.clear();
		const id = bench.simulator.state.ids.take("audit", 1);
		const object = { id: "1", name: "", typeName: "" };
		bench.simulator.state.jira.settings.audit.push({
			id,
			at: bench.simulator.state.clock.now(),
			author: "",
			summary: "",
			category: "",
			object,
		});
		const gone = await bench.backup();
		expect((await bench.items("jsm.organization", gone)).size + (await bench.items("jsm.request-type", gone)).size).toBe(2);
		const receipt = await restored(bench, before, desk, type, organization);
		expect(lessThanExact(receipt).filter((line) => /failed|:.* /.test(line) && !/: (?:impossible|degraded)$/.test(line))).toEqual([]);
		const after = await bench.backup();
		const now = treeOf((await bench.items("jsm.service-desk", after)).get(desk.ref.id));
		expect(now.customers).toEqual(then.customers);
		expect([...byName(now.organizations).keys()]).toEqual(["Harbour Freight Works"]);
		const again = treeOf(await named(bench, "jsm.organization", after, "Harbour Freight Works"));
		expect([again.users, again.properties]).toEqual([treeOf(organization).users, treeOf(organization).properties]);
		expect(treeOf(await named(bench, "jsm.request-type", after, "Request access"))).toMatchObject({
			issueTypeId: treeOf(type).issueTypeId,
		});
		expect((await bench.items("jsm.queue", after)).size).toBe(2);
	});
});
