import { randomUUID } from "node:crypto";
import type { RestorePlan } from "@skyeworx/engine";
import { describe, expect, it } from "vitest";
import type { SiteBench } from "../site-bench.ts";
import { lessThanExact, named } from "./settings-site.ts";
import { inPlace, siteForEach, spaceOfSite } from "./site-for-each.ts";
import { foreseen, issuesIn, shortWay } from "./workflow-deeds.ts";

const api = "/rest/api/3";
let bench: SiteBench;
siteForEach(40, (site) => {
	bench = site;
});

const jira = () => bench.simulator.state.jira;
const standings = () => new Map([...jira().issues.values()].map(({ id, statusId, resolutionId }) => [id, [statusId, resolutionId]]));
const core = () => spaceOfSite(bench, "CORE");
const itemsOfCore = () => [...jira().issues.values()].filter(({ projectId }) => projectId === core().id);

async function planSpace(before: number): Promise<{ readonly plan: RestorePlan; readonly restoreId: string }> {
	await bench.backup();
	const space = await named(bench, "jira.space", before, "CORE");
	return { plan: await bench.plan([{ ref: space.ref, snapshotId: before }], inPlace), restoreId: randomUUID() };
}

describe("a space with work items that was put under another workflow scheme", () => {
	/** Puts the space under a scheme whose workflow knows two statuses alone; its work items are given these. */
	async function spoil(): Promise<{ readonly open: string; readonly schemeId: string }> {
		const { open, shut } = await shortWay(bench);
		const scheme = await bench.post(`${api}/workflowscheme`, { name: "Short scheme", defaultWorkflow: "Short way" });
		const statusMappings = [...jira().statuses.values()]
			.filter(({ id }) => id !== open && id !== shut)
			.map(({ id, category }) => ({ oldStatusId: id, newStatusId: category === 3 ? shut : open }));
		const mappingsByIssueTypeOverride = core().issueTypeIds.map((issueTypeId) => ({ issueTypeId, statusMappings }));
		const body = { projectId: core().id, targetSchemeId: String(scheme.id), mappingsByIssueTypeOverride };
		await fetchSwitch(body);
		return { open, schemeId: String(scheme.id) };
	}

	/** The call answers 303, which is no error. */
	async function fetchSwitch(body: unknown): Promise<void> {
		const { email, apiToken } = bench.simulator.site;
		const authorization = `Basic ${Buffer.from(`${email}:${apiToken}`).toString("base64")}`;
		const answer = await fetch(`${bench.simulator.url}${api}/workflowscheme/project/switch`, {
			method: "POST",
			redirect: "manual",
			headers: { authorization, "content-type": "application/json" },
			body: JSON.stringify(body),
		});
		expect(answer.status).toBe(303);
	}

	it("gets it back with every status mapped, which the plan says; undone, everything is as it was found", async () => {
		const before = await bench.backup();
		const former = core().schemes?.workflowScheme;
		const { open, schemeId } = await spoil();
		const found = standings();
		expect(issuesIn(bench, open).length).toBeGreaterThan(3);
		const { plan, restoreId } = await planSpace(before);
		expect(
			foreseen(plan)
				.map(({ reason }) => /"(.*?)".*"(.*?)"/.exec(reason)?.slice(1))
				.toSorted(),
		).toEqual([
			["Open", "To Do"],
			["Shut", "Done"],
		]);
		const receipt = await bench.carryOut(restoreId, plan);
		expect(receipt.items[0]?.fields.filter(({ result }) => result !== "exact")).toEqual([]);
		expect(receipt.items[0]?.problems.map(({ field }) => field)).toEqual(["workflowScheme", "workflowScheme"]);
		expect(core().schemes?.workflowScheme).toBe(former);
		for (const { id, statusId } of itemsOfCore()) expect(statusId).toBe(found.get(id)?.[0] === open ? "10010" : "10012");
		for (const [id, standing] of standings()) {
			if (!itemsOfCore().some((issue) => issue.id === id)) expect(standing).toEqual(found.get(id));
		}
		const report = await bench.undo(restoreId, plan);
		expect(report.items.filter(({ outcome }) => outcome !== "undone")).toEqual([]);
		expect(report.items).toHaveLength(1 + itemsOfCore().length);
		expect(core().schemes?.workflowScheme).toBe(schemeId);
		expect(standings()).toEqual(found);
	});

	it.each(["lost-answer", "unavailable"] as const)("gets it back once and whole, wherever that breaks off: %s", async (fault) => {
		const before = await bench.backup();
		await spoil();
		const found = standings();
		for (let after = 0; after < 30; after += 4) {
			const { plan, restoreId } = await planSpace(before);
			bench.simulator.faults.inject({ kind: fault, after, times: fault === "lost-answer" ? 1 : 1_000_000 });
			await bench.carryOut(restoreId, plan).catch(() => undefined);
			bench.simulator.faults.clear();
			const receipt = await bench.carryOut(restoreId, plan);
			expect(
				receipt.items.map(({ outcome }) => outcome),
				`after ${after}`,
			).toEqual(["restored"]);
			expect(itemsOfCore().every(({ statusId }) => ["10010", "10012"].includes(statusId))).toBe(true);
			await bench.undo(restoreId, plan);
			expect(standings(), `after ${after}`).toEqual(found);
		}
	});
});

describe("a space with work items", () => {
	it("is not put under a work type scheme that lacks types of theirs: the plan counts them, the receipt says that it was refused", async () => {
		const [story] = ["10001"];
		const scheme = await bench.post(`${api}/issuetypescheme`, { name: "Stories alone", issueTypeIds: [story] });
		const former = core().schemes?.issueTypeScheme ?? "";
		core().schemes = { ...core().schemes, issueTypeScheme: String(scheme.issueTypeSchemeId) };
		const before = await bench.backup();
		core().schemes = { ...core().schemes, issueTypeScheme: former };
		const others = itemsOfCore().filter(({ typeId }) => typeId !== story).length;
		const { plan, restoreId } = await planSpace(before);
		const said = plan.items[0]?.losses.filter(({ level }) => level === "impossible").map(({ reason }) => reason);
		expect(said).toEqual([
			expect.stringMatching(new RegExp(`^${others} work items of the space are of types that the scheme does not have`)),
		]);
		const receipt = await bench.carryOut(restoreId, plan);
		expect(lessThanExact(receipt).join("\n")).toContain("issueTypeScheme");
		expect(core().schemes?.issueTypeScheme).toBe(former);
	});

	it("gets its field scheme back", async () => {
		const before = await bench.backup();
		const former = core().schemes?.fieldScheme;
		const other = await bench.post(`${api}/config/fieldschemes`, { name: "Few fields", description: "" });
		await bench.call("PUT", `${api}/config/fieldschemes/projects`, { [String(other.id)]: { projectIds: [Number(core().id)] } });
		expect(core().schemes?.fieldScheme).toBe(String(other.id));
		const { plan, restoreId } = await planSpace(before);
		expect(lessThanExact(await bench.carryOut(restoreId, plan))).toEqual([]);
		expect(core().schemes?.fieldScheme).toBe(former);
	});

	/** Another security scheme for the space, with levels of these names. */
	async function otherLevels(...names: readonly string[]): Promise<string> {
		const levels = names.map((name) => ({ name, members: [{ type: "projectLead" }] }));
		const { id } = await bench.post(`${api}/issuesecurityschemes`, { name: "Other levels", levels });
		core().schemes = { ...core().schemes, issueSecurityScheme: String(id) };
		return String(id);
	}

	const levelNames = () => {
		const scheme = jira().settings.of.securityScheme.get(core().schemes?.issueSecurityScheme ?? "");
		return new Map(((scheme?.levels ?? []) as { id: string; name: string }[]).map(({ id, name }) => [name, id]));
	};

	it("gets its security scheme back, its work items under the levels of the same names", async () => {
		const before = await bench.backup();
		const former = core().schemes?.issueSecurityScheme;
		const [name = ""] = levelNames().keys();
		await otherLevels(name);
		const [item] = itemsOfCore();
		Object.assign(item ?? {}, { securityLevelId: levelNames().get(name) });
		const { plan, restoreId } = await planSpace(before);
		expect(lessThanExact(await bench.carryOut(restoreId, plan))).toEqual([]);
		expect(core().schemes?.issueSecurityScheme).toBe(former);
		expect(item?.securityLevelId).toBe(levelNames().get(name));
	});

	it("keeps the security scheme that it has where the other would show work items to more people; plan and receipt say so", async () => {
		const before = await bench.backup();
		const id = await otherLevels("Board of directors");
		const [item] = itemsOfCore();
		Object.assign(item ?? {}, { securityLevelId: levelNames().get("Board of directors") });
		const { plan, restoreId } = await planSpace(before);
		const reason = expect.stringContaining('no level named "Board of directors"');
		expect(plan.items[0]?.losses.filter(({ level }) => level === "impossible")).toMatchObject([{ field: "issueSecurityScheme", reason }]);
		const receipt = await bench.carryOut(restoreId, plan);
		expect(receipt.items[0]?.problems).toMatchObject([{ field: "issueSecurityScheme", reason }]);
		expect(core().schemes?.issueSecurityScheme).toBe(id);
		expect(item?.securityLevelId).toBe(levelNames().get("Board of directors"));
	});
});
