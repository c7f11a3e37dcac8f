import { isJsonObject, type JsonValue } from "@skyeworx/core";
import { at, idAt, listAt, numberAt, textAt } from "../../record/json-access.ts";
import { idIn } from "../setting/deed.ts";
import { degraded, derived, exact, idRows, impossible, row } from "../setting/fidelity-rows.ts";
import { answer, optional, pagedList, propertiesAt, recordsFrom, withPartsInTurn } from "../setting/reading.ts";
import type { Reading, SettingKind } from "../setting/setting-kind.ts";

const path = "/rest/agile/1.0/board";
const readOnly = "Jira's API shows it and writes none of it.";

/** The list of boards, which sprints need too. */
export function listBoards(reading: Reading): Promise<readonly JsonValue[]> {
	return reading.once("boards", () => pagedList(reading, { path, size: 50 }));
}

/** Boards with their columns, quick filters and properties. */
export const boards: SettingKind = {
	id: "jira.board",
	names: ["board", "boards"],
	scopes: {
		read: ["read:board-scope:jira-software", "read:board-scope.admin:jira-software", "read:project:jira"],
		restore: ["write:board-scope:jira-software", "write:board-scope.admin:jira-software"],
	},
	parts: ["configuration", "quickFilters", "properties"],
	table: [
		...idRows("self"),
		row("name", "Name", impossible("Jira's API renames no board."), exact),
		row("type", "Type", impossible("Jira's API changes no type of a board."), exact),
		row("location", "Where it belongs", impossible("Jira's API moves no board."), exact),
		row(
			"configuration",
			"Columns, estimation and filter",
			impossible(readOnly),
			degraded(`The filter comes back; columns, constraints and estimation are Jira's own at first. ${readOnly}`),
		),
		row("quickFilters", "Quick filters", impossible(readOnly)),
		row("properties", "Properties set by apps", exact),
		row("admins", "Administrators", impossible(readOnly)),
		...["canEdit", "favourite", "isPrivate"].map((name) => row(name, "Rights of the reader", derived("the reader"))),
	],
	points: [
		{ at: "location.projectId", kind: "jira.space" },
		{ at: "configuration.filter.id", kind: "jira.filter" },
		{ at: "configuration.columnConfig.columns.*.statuses.*.id", kind: "jira.status" },
	],
	async read(reading) {
		return await withPartsInTurn(reading, recordsFrom(await listBoards(reading)), {
			part: "configuration",
			async parts({ id }) {
				const parameters = { boardId: id };
				const [configuration, quickFilters, properties] = await Promise.all([
					optional(answer(reading, { path: `${path}/{boardId}/configuration`, parameters })),
					optional(pagedList(reading, { path: `${path}/{boardId}/quickfilter`, parameters, size: 50 })),
					propertiesAt(reading, `${path}/{boardId}/properties`, parameters),
				]);
				return { configuration, quickFilters, properties };
			},
		});
	},
	essence(member, value) {
		if (member === "location")
			return {
				name: textAt(value, "projectName") ?? textAt(value, "displayName") ?? "",
				id: idAt(value, "projectId") ?? idAt(value, "userAccountId") ?? "",
			};
		if (member === "quickFilters")
			return listAt({ value }, "value").map((one) => ({ name: textAt(one, "name") ?? "", jql: textAt(one, "jql") ?? "" }));
		if (member !== "configuration" || !isJsonObject(value)) return value;
		const columns = listAt(value, "columnConfig", "columns").map((column) => {
			const limits = ["min", "max"].flatMap((name) =>
				at(column, name) === undefined ? [] : [`${name} ${String(numberAt(column, name))}`],
			);
			return [
				textAt(column, "name") ?? "",
				`statuses ${listAt(column, "statuses")
					.map((status) => idAt(status, "id"))
					.join(" ")}`,
				...limits,
			].join(", ");
		});
		const more = {
			filter: idAt(value, "filter", "id") ?? "",
			estimation: at(value, "estimation", "field", "displayName") ?? "",
			subQuery: at(value, "subQuery", "query") ?? "",
		};
		return { columns, constraint: at(value, "columnConfig", "constraintType") ?? "", ...more };
	},
	facts(tree, site) {
		const [id, key] = [idAt(tree, "location", "projectId"), textAt(tree, "location", "projectKey")];
		const space = id === undefined || key === undefined ? {} : { space: { id, key, name: textAt(tree, "location", "projectName") ?? key } };
		return { ...space, type: textAt(tree, "type") ?? "", url: `${site.url}/secure/RapidBoard.jspa?rapidView=${idAt(tree, "id") ?? ""}` };
	},
	write: {
		identity: ["name", "type", "location"],
		refusal(tree) {
			if (idAt(tree, "location", "projectId") === undefined) return "It belongs to a person, who alone can make it.";
			if (textAt(tree, "type") === "simple") return "A team-managed board comes with its space only.";
			return idAt(tree, "configuration", "filter", "id") === undefined ? "The snapshot does not say which filter it shows." : undefined;
		},
		async create(deed, tree) {
			const location = { type: "project", projectKeyOrId: idAt(tree, "location", "projectId") ?? "" };
			const filterId = Number(idAt(tree, "configuration", "filter", "id"));
			const body = { name: textAt(tree, "name") ?? "", type: textAt(tree, "type") ?? "", filterId, location };
			return idIn((await deed.client.call({ method: "POST", path, body, signal: deed.context.signal })).json) ?? "";
		},
		async change(deed, { id, rows, wanted }) {
			if (!rows.has("properties")) return;
			for (const property of listAt(wanted, "properties")) {
				const propertyKey = textAt(property, "key") ?? "";
				const call = {
					method: "PUT",
					path: `${path}/{boardId}/properties/{propertyKey}`,
					parameters: { boardId: id, propertyKey },
				} as const;
				await deed.put("properties", `property ${propertyKey}`, { ...call, body: at(property, "value") ?? null });
			}
		},
		remove: (id) => ({ method: "DELETE", path: `${path}/{boardId}`, parameters: { boardId: id } }),
	},
};
