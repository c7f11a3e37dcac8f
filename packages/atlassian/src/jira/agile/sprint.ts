import { isJsonObject, type JsonObject } from "@skyeworx/core";
import { readAhead } from "../../read-ahead.ts";
import { idAt, textAt } from "../../record/json-access.ts";
import { idIn } from "../setting/deed.ts";
import { degraded, derived, exact, idRows, impossible, row } from "../setting/fidelity-rows.ts";
import { members } from "../setting/plain-write.ts";
import { answer, optional, pagedList, recordsFrom } from "../setting/reading.ts";
import type { Deed, Reading, SettingChange, SettingKind, SettingRecord } from "../setting/setting-kind.ts";
import { listBoards } from "./board.ts";

const path = "/rest/agile/1.0/sprint";

/** Boards whose open sprints a run asks for when nothing says that they changed; of more boards, some by turns. */
const boardsARun = 20;

/** All sprints in a whole reading, else those that are open: what is closed stays as it is. */
async function readSprints(reading: Reading): Promise<readonly SettingRecord[]> {
	const scrum = (await listBoards(reading))
		.filter((board) => textAt(board, "type") !== "kanban")
		.flatMap((board) => idAt(board, "id") ?? []);
	const hour = Math.floor(reading.at / 3_600_000);
	const begin = scrum.length > boardsARun ? (hour * boardsARun) % scrum.length : 0;
	const asked = reading.whole ? scrum : [...scrum.slice(begin), ...scrum.slice(0, begin)].slice(0, boardsARun);
	const query: Record<string, string> = reading.whole ? {} : { state: "active,future" };
	const found = new Map<string, SettingRecord>();
	for await (const list of readAhead(
		asked.map(
			(boardId) => () =>
				optional(pagedList(reading, { path: "/rest/agile/1.0/board/{boardId}/sprint", parameters: { boardId }, query, size: 50 })),
		),
		4,
	)) {
		// A board shows sprints of others too.
		for (const record of recordsFrom(list ?? [])) found.set(record.id, record);
	}
	return [...found.values()];
}

async function readSome(reading: Reading, ids: readonly string[]): Promise<readonly SettingRecord[]> {
	const found: SettingRecord[] = [];
	for await (const sprint of readAhead(
		ids.map((sprintId) => () => optional(answer(reading, { path: `${path}/{sprintId}`, parameters: { sprintId } }))),
		4,
	)) {
		if (isJsonObject(sprint ?? null)) found.push(...recordsFrom([sprint ?? null]));
	}
	return found;
}

const order = ["future", "active", "closed"];

/** A sprint goes on only: it starts with dates, and once closed it stays closed. */
async function writeState(deed: Deed, { id, wanted, live }: SettingChange): Promise<void> {
	const [from, to] = [order.indexOf(textAt(live, "state") ?? "future"), order.indexOf(textAt(wanted, "state") ?? "future")];
	if (to < from) deed.problem("state", "Jira opens no sprint again.");
	for (let state = from + 1; state <= to; state += 1) {
		const body: JsonObject = { state: order[state] ?? "", ...members(wanted, "startDate", "endDate") };
		const done = await deed.put("state", `state ${order[state]}`, {
			method: "POST",
			path: `${path}/{sprintId}`,
			parameters: { sprintId: id },
			body,
		});
		if (!done) return;
	}
}

/** Sprints: state, dates and goal; which work items are in them, the work items say. */
export const sprints: SettingKind = {
	id: "jira.sprint",
	names: ["sprint", "sprints"],
	scopes: {
		read: ["read:sprint:jira-software", "read:board-scope:jira-software"],
		restore: ["write:sprint:jira-software", "delete:sprint:jira-software"],
	},
	allWhenWhole: true,
	table: [
		...idRows("self"),
		row("name", "Name", exact),
		row("goal", "Goal", exact),
		row("state", "State", degraded("A sprint can be started and closed, not opened again.")),
		row("startDate", "Start", degraded("Dates of a closed sprint can't be written."), exact),
		row("endDate", "End", degraded("Dates of a closed sprint can't be written."), exact),
		row("completeDate", "Closed on", exact, impossible("Jira dates it when the sprint is closed.")),
		row("activatedDate", "Started on", exact, impossible("Jira dates it when the sprint is started.")),
		row("createdDate", "Made on", exact, impossible("Jira dates it when the sprint is made.")),
		row("originBoardId", "Board", impossible("Jira moves no sprint."), exact),
		row("synced", "Shared", derived("Jira")),
		row("autoStartStop", "Started by itself", derived("Jira")),
	],
	points: [{ at: "originBoardId", kind: "jira.board" }],
	read: readSprints,
	readSome,
	boardOf: (tree) => idAt(tree, "originBoardId"),
	facts: (tree) => ({ status: textAt(tree, "state") ?? "" }),
	write: {
		identity: ["name", "originBoardId"],
		async create(deed, tree) {
			const body = { ...members(tree, "name", "goal", "startDate", "endDate"), originBoardId: Number(idAt(tree, "originBoardId")) };
			return idIn((await deed.client.call({ method: "POST", path, body, signal: deed.context.signal })).json) ?? "";
		},
		async change(deed, change) {
			const { id, rows, wanted, live, isNew } = change;
			const isClosed = textAt(live, "state") === "closed";
			const mine = ["name", "goal", ...(isClosed ? [] : ["startDate", "endDate"])].filter((row) => rows.has(row));
			if (mine.length > 0 && !isNew) {
				const body = {
					name: textAt(wanted, "name") ?? "",
					goal: textAt(wanted, "goal") ?? "",
					...(isClosed ? {} : members(wanted, "startDate", "endDate")),
				};
				await deed.put(mine[0] ?? "", "members", { method: "POST", path: `${path}/{sprintId}`, parameters: { sprintId: id }, body });
			}
			if (rows.has("state")) await writeState(deed, change);
		},
		remove: (id) => ({ method: "DELETE", path: `${path}/{sprintId}`, parameters: { sprintId: id } }),
	},
};
