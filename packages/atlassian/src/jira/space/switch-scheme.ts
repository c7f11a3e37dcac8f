import { isAppError, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { ItemPlan } from "@skyeworx/engine";
import { idAt, listAt, textAt } from "../../record/json-access.ts";
import { flowsOfScheme, type Move, movesFor, sayMoved, told, workflowOf } from "../configuration/migrate-scheme.ts";
import { ended, noteMoved, noteMoves } from "../configuration/noted-moves.ts";
import { foreseen } from "../configuration/status-mapping.ts";
import { answer, pagedList } from "../setting/reading.ts";
import type { Deed, DeedCall, Reading, SettingChange } from "../setting/setting-kind.ts";
import { holdsWorkItems } from "./work-items-left.ts";

type Loss = ItemPlan["losses"][number];
type Change = Omit<SettingChange, "isNew">;

const ends = new Set(["COMPLETE", "FAILED", "CANCELLED", "DEAD"]);

/** Does what Jira carries out by a task of its own, once, and waits for its end; false when Jira refuses or does not come to one. */
async function byTask(deed: Deed, row: string, call: DeedCall, isDone: () => Promise<boolean>): Promise<boolean> {
	const run = async (): Promise<string> => {
		const { json } = await deed.client.call({ ...call, accept: [303], signal: deed.context.signal });
		return idAt(json, "id") ?? "";
	};
	try {
		const taskId = await deed.context.step(row, { run, find: async () => ((await isDone()) ? "" : undefined) });
		if (taskId === "") return true;
		let status = "";
		await ended(deed, async () => {
			const task = await answer(deed.reading, { path: "/rest/api/3/task/{taskId}", parameters: { taskId } });
			status = textAt(task, "status") ?? "";
			return ends.has(status);
		});
		if (status !== "COMPLETE") deed.problem(row, "Jira did not bring the change to its end.");
		return status === "COMPLETE";
	} catch (error) {
		if (!isAppError(error, "site-refused") && !isAppError(error, "not-found")) throw error;
		deed.problem(row, `${error.message}.`);
		return false;
	}
}

/** Statuses that a space's work items have to give up under another workflow scheme. */
async function movesUnder(reading: Reading, { wanted, live }: Pick<Change, "wanted" | "live">): Promise<readonly Move[]> {
	const [target, current] = [idAt(wanted, "workflowScheme", "id") ?? "", idAt(live, "workflowScheme", "id") ?? ""];
	const [next, now] = [await flowsOfScheme(reading, target), await flowsOfScheme(reading, current)];
	if (next === undefined || now === undefined) return [];
	const moves = await movesFor(reading, { ...next, id: current });
	const types = listAt(live, "issueTypes").flatMap((one) => idAt(one, "id") ?? []);
	// Jira takes mappings by type alone; those that it names by workflow hold for the types that go from the one to the other.
	return moves.flatMap((move): readonly Move[] => {
		const { of } = move;
		if ("issueTypeId" in of) return types.includes(of.issueTypeId) ? [move] : [];
		const between = (type: string) => workflowOf(now, type) === of.oldWorkflowId && workflowOf(next, type) === of.newWorkflowId;
		return types.filter(between).map((issueTypeId) => ({ ...move, of: { issueTypeId } }));
	});
}

/** Gives a space with work items its workflow scheme back; each status that this lacks is mapped to another. */
export async function switchWorkflowScheme(deed: Deed, change: Change): Promise<void> {
	const row = "workflowScheme";
	const { id } = change;
	const target = idAt(change.wanted, row, "id") ?? "";
	const moves = await movesUnder(deed.reading, change);
	const pairs = await noteMoves(deed, { pairs: moves.map(({ from, to }) => ({ from: from.id, to: to.id })), spaceIds: async () => [id] });
	const byType = Map.groupBy(moves, ({ of }) => ("issueTypeId" in of ? of.issueTypeId : ""));
	const mappingsByIssueTypeOverride = [...byType].map(([issueTypeId, group]) => ({
		issueTypeId,
		statusMappings: group.map(({ from, to }) => ({ oldStatusId: from.id, newStatusId: to.id })),
	}));
	const body: JsonObject = { projectId: id, targetSchemeId: target, mappingsByIssueTypeOverride };
	const call = { method: "POST", path: "/rest/api/3/workflowscheme/project/switch", body } as const;
	const done = await byTask(deed, row, call, async () => (await schemeNow(deed.reading, id)) === target);
	await noteMoved(deed);
	if (done) await sayMoved(deed, row, pairs);
}

async function schemeNow(reading: Reading, spaceId: string): Promise<string | undefined> {
	const list = await answer(reading, { path: "/rest/api/3/workflowscheme/project", query: { projectId: spaceId } });
	return idAt(listAt(list, "values")[0] ?? null, "workflowScheme", "id");
}

/** Levels of a security scheme by their names. */
async function levelsOf(reading: Reading, schemeId: string): Promise<ReadonlyMap<string, string>> {
	const all = await pagedList(reading, { path: "/rest/api/3/issuesecurityschemes/level", query: { schemeId }, size: 50 });
	const mine = all.filter((level) => idAt(level, "issueSecuritySchemeId") === schemeId);
	return new Map(mine.map((level) => [textAt(level, "name") ?? "", idAt(level, "id") ?? ""]));
}

interface LevelMapping {
	readonly mapping: readonly { readonly oldLevelId: string; readonly newLevelId: string }[];
	/** Names of levels that the wanted scheme lacks. */
	readonly lacking: readonly string[];
}

async function levelMapping(reading: Reading, { wanted, live }: Pick<Change, "wanted" | "live">): Promise<LevelMapping> {
	const [then, now] = [idAt(wanted, "issueSecurityScheme", "id"), idAt(live, "issueSecurityScheme", "id")];
	const old = now === undefined ? new Map<string, string>() : await levelsOf(reading, now);
	const next = then === undefined ? new Map<string, string>() : await levelsOf(reading, then);
	const pairs = [...old].map(([name, oldLevelId]) => ({ name, oldLevelId, newLevelId: next.get(name) }));
	return {
		mapping: pairs.flatMap(({ oldLevelId, newLevelId }) => (newLevelId === undefined ? [] : [{ oldLevelId, newLevelId }])),
		lacking: pairs.flatMap(({ name, newLevelId }) => (newLevelId === undefined ? [name] : [])),
	};
}

const opensUp = (levels: readonly string[]): string =>
	`The scheme of the snapshot has no level named ${levels.map((name) => `"${name}"`).join(", ")}: Jira would show work items under it to everybody in the space, so the scheme stays as it is.`;

/** Gives a space its security scheme back: levels of the same name take each other's place, and nothing is shown to more people. */
export async function switchSecurityScheme(deed: Deed, change: Change): Promise<void> {
	const row = "issueSecurityScheme";
	const schemeId = idAt(change.wanted, row, "id") ?? null;
	const { mapping, lacking } = await levelMapping(deed.reading, change);
	if (lacking.length > 0) return deed.problem(row, opensUp(lacking));
	const body: JsonObject = { projectId: change.id, schemeId, oldToNewSecurityLevelMappings: [...mapping] };
	const now = async () => {
		const path = "/rest/api/3/project/{projectKeyOrId}/issuesecuritylevelscheme";
		return idAt(await answer(deed.reading, { path, parameters: { projectKeyOrId: change.id } }), "id") ?? null;
	};
	await byTask(
		deed,
		row,
		{ method: "PUT", path: "/rest/api/3/issuesecurityschemes/project", body },
		async () => (await now()) === schemeId,
	);
}

/** What other schemes would do to a space's work items, and which of them Jira would not take. */
export async function foreseeSchemes(reading: Reading, change: Change): Promise<readonly Loss[]> {
	const losses: Loss[] = [];
	const { id, rows, wanted } = change;
	if (rows.has("issueSecurityScheme")) {
		const { lacking } = await levelMapping(reading, change);
		if (lacking.length > 0) losses.push(impossible("issueSecurityScheme", "Security scheme", opensUp(lacking)));
	}
	if (!["workflowScheme", "issueTypeScheme"].some((row) => rows.has(row)) || !(await holdsWorkItems(reading, id))) return losses;
	if (rows.has("workflowScheme")) losses.push(...told(await movesUnder(reading, change)).map((move) => foreseen("workflowScheme", move)));
	const schemeId = idAt(wanted, "issueTypeScheme", "id");
	if (rows.has("issueTypeScheme") && schemeId !== undefined) {
		const foreign = await ofOtherTypes(reading, id, schemeId);
		if (foreign > 0) losses.push(impossible("issueTypeScheme", "Work type scheme", refusedFor(foreign)));
	}
	return losses;
}

const impossible = (field: string, label: string, reason: string): Loss => ({ field, label, level: "impossible", reason });

const refusedFor = (count: number): string =>
	`${count} work items of the space are of types that the scheme does not have: Jira gives it to the space once they are of others.`;

/** How many work items of a space have types that a scheme lacks; none where the scheme is not there. */
async function ofOtherTypes(reading: Reading, spaceId: string, schemeId: string): Promise<number> {
	const mappings: readonly JsonValue[] = await pagedList(reading, { path: "/rest/api/3/issuetypescheme/mapping" });
	const types = mappings.filter((one) => idAt(one, "issueTypeSchemeId") === schemeId).flatMap((one) => idAt(one, "issueTypeId") ?? []);
	if (types.length === 0) return 0;
	const body = { jql: `project = ${spaceId} AND issuetype not in (${types.join(", ")})` };
	const call = { method: "POST", path: "/rest/api/3/search/approximate-count", body, idempotent: true, signal: reading.signal } as const;
	return Number(idAt((await reading.client.call(call)).json, "count") ?? 0);
}
