import type { JsonObject, JsonValue } from "@skyeworx/core";
import { at, idAt, listAt, textAt } from "../../record/json-access.ts";
import { idIn } from "../setting/deed.ts";
import { degraded, derived, exact, idRows, row } from "../setting/fidelity-rows.ts";
import { members, texts } from "../setting/plain-write.ts";
import { pagedList, recordsFrom, withParts } from "../setting/reading.ts";
import type { Deed, SettingChange, SettingKind } from "../setting/setting-kind.ts";

const configure = ["manage:jira-configuration"];
const path = "/rest/api/3/issuetypescheme";

async function writeTypes(deed: Deed, { id, wanted, live }: SettingChange): Promise<void> {
	const [then, now] = [listAt(wanted, "issueTypeIds").map(String), listAt(live, "issueTypeIds").map(String)];
	const missing = then.filter((type) => !now.includes(type));
	const parameters = { issueTypeSchemeId: id };
	if (missing.length > 0) {
		const call = { method: "PUT", path: `${path}/{issueTypeSchemeId}/issuetype`, parameters } as const;
		if (!(await deed.put("issueTypeIds", "types", { ...call, body: { issueTypeIds: missing } }))) return;
	}
	const order = { issueTypeIds: then, position: "First" };
	await deed.put("issueTypeIds", "order of types", {
		method: "PUT",
		path: `${path}/{issueTypeSchemeId}/issuetype/move`,
		parameters,
		body: order,
	});
}

/** Which types of work items a space has, in order. */
export const issueTypeSchemes: SettingKind = {
	id: "jira.issue-type-scheme",
	names: ["work type scheme", "work type schemes"],
	absence: "deleted",
	scopes: { read: configure, restore: configure },
	parts: ["issueTypeIds"],
	table: [
		...idRows(),
		row("name", "Name", exact),
		row("description", "Description", exact),
		row("defaultIssueTypeId", "Type at first", exact),
		row("issueTypeIds", "Work types", degraded("Types that came later stay: there may be work items of them."), exact),
		row("isDefault", "Default scheme", derived("Jira")),
	],
	points: [
		{ at: "defaultIssueTypeId", kind: "jira.issue-type" },
		{ at: "issueTypeIds.*", kind: "jira.issue-type" },
	],
	async read(reading) {
		const schemes = recordsFrom(await pagedList(reading, { path }));
		const mappings = await pagedList(reading, { path: `${path}/mapping` });
		return schemes.map((scheme) => {
			const issueTypeIds = mappings
				.filter((one) => idAt(one, "issueTypeSchemeId") === scheme.id)
				.flatMap((one) => idAt(one, "issueTypeId") ?? []);
			return withParts(scheme, { issueTypeIds });
		});
	},
	write: {
		refusal: (tree) => (tree.isDefault === true ? "Jira's default scheme can't be written." : undefined),
		async create(deed, tree) {
			const body = { ...members(tree, "name", "description", "defaultIssueTypeId"), issueTypeIds: listAt(tree, "issueTypeIds") };
			return idIn((await deed.client.call({ method: "POST", path, body, signal: deed.context.signal })).json, "issueTypeSchemeId") ?? "";
		},
		async change(deed, change) {
			const { id, rows, wanted } = change;
			if (rows.has("issueTypeIds")) await writeTypes(deed, change);
			const mine = ["name", "description", "defaultIssueTypeId"].filter((row) => rows.has(row));
			if (mine.length === 0) return;
			const body = { ...texts(wanted, "name", "description"), ...members(wanted, "defaultIssueTypeId") };
			await deed.put(mine[0] ?? "", "members", {
				method: "PUT",
				path: `${path}/{issueTypeSchemeId}`,
				parameters: { issueTypeSchemeId: id },
				body,
			});
		},
		remove: (id) => ({ method: "DELETE", path: `${path}/{issueTypeSchemeId}`, parameters: { issueTypeSchemeId: id } }),
	},
};

const screenPath = "/rest/api/3/issuetypescreenscheme";

/** Which screens each type of work items has. */
export const issueTypeScreenSchemes: SettingKind = {
	id: "jira.issue-type-screen-scheme",
	names: ["work type screen scheme", "work type screen schemes"],
	absence: "deleted",
	scopes: { read: configure, restore: configure },
	parts: ["mappings"],
	table: [
		...idRows(),
		row("name", "Name", exact),
		row("description", "Description", exact),
		row("mappings", "Screen schemes by work type", degraded("Mappings that came later stay."), exact),
	],
	points: [
		{ at: "mappings.*.issueTypeId", kind: "jira.issue-type" },
		{ at: "mappings.*.screenSchemeId", kind: "jira.screen-scheme" },
	],
	async read(reading) {
		const schemes = recordsFrom(await pagedList(reading, { path: screenPath }));
		const all = await pagedList(reading, { path: `${screenPath}/mapping` });
		return schemes.map((scheme) => {
			const mappings = all.filter((one) => idAt(one, "issueTypeScreenSchemeId") === scheme.id).map(mapping);
			return withParts(scheme, { mappings });
		});
	},
	essence: (member, value) =>
		member === "mappings"
			? listAt({ value }, "value")
					.map((one) => `${idAt(one, "issueTypeId")} ${idAt(one, "screenSchemeId")}`)
					.toSorted()
			: value,
	write: {
		async create(deed, tree) {
			const body = { ...members(tree, "name", "description"), issueTypeMappings: listAt(tree, "mappings").map(mapping) };
			return idIn((await deed.client.call({ method: "POST", path: screenPath, body, signal: deed.context.signal })).json) ?? "";
		},
		async change(deed, { id, rows, wanted }) {
			const call = { method: "PUT", parameters: { issueTypeScreenSchemeId: id } } as const;
			const one = `${screenPath}/{issueTypeScreenSchemeId}`;
			if (rows.has("name") || rows.has("description"))
				await deed.put("name", "members", { ...call, path: one, body: texts(wanted, "name", "description") });
			if (!rows.has("mappings")) return;
			const all = listAt(wanted, "mappings").map(mapping);
			const first = all.find((entry) => entry.issueTypeId === "default");
			const issueTypeMappings = all.filter((entry) => entry !== first);
			if (issueTypeMappings.length > 0)
				await deed.put("mappings", "mappings", { ...call, path: `${one}/mapping`, body: { issueTypeMappings } });
			const screenSchemeId = first?.screenSchemeId;
			if (screenSchemeId !== undefined)
				await deed.put("mappings", "default mapping", { ...call, path: `${one}/mapping/default`, body: { screenSchemeId } });
		},
		remove: (id) => ({ method: "DELETE", path: `${screenPath}/{issueTypeScreenSchemeId}`, parameters: { issueTypeScreenSchemeId: id } }),
	},
};

function mapping(one: JsonValue): JsonObject {
	return { issueTypeId: idAt(one, "issueTypeId") ?? "", screenSchemeId: idAt(one, "screenSchemeId") ?? "" };
}

const fieldSchemePath = "/rest/api/3/config/fieldschemes";

/** Which fields a space has, and which of them are required. */
export const fieldSchemes: SettingKind = {
	id: "jira.field-scheme",
	names: ["field scheme", "field schemes"],
	absence: "deleted",
	scopes: { read: configure, restore: configure },
	parts: ["fields"],
	table: [
		...idRows("links"),
		row("name", "Name", exact),
		row("description", "Description", exact),
		row(
			"fields",
			"Fields",
			degraded("Fields that are missing are added; whether one is required, and how it is shown, is kept in the snapshot."),
		),
		row("fieldsCount", "Number of fields", derived("its fields")),
		row("isDefault", "Default scheme", derived("Jira")),
		row("matchedFilters", "Found by", derived("the search")),
	],
	points: [
		{ at: "fields.*.fieldId", kind: "jira.field" },
		{ at: "fields.*.restrictedToWorkTypes.*", kind: "jira.issue-type" },
	],
	async read(reading) {
		const schemes = recordsFrom(await pagedList(reading, { path: fieldSchemePath }));
		return await Promise.all(
			schemes.map(async (scheme) => {
				const fields = await pagedList(reading, { path: `${fieldSchemePath}/{id}/fields`, parameters: { id: scheme.id } });
				return withParts(scheme, { fields });
			}),
		);
	},
	essence: (member, value) =>
		member === "fields"
			? listAt({ value }, "value").map((one) => ({
					name: textAt(one, "fieldId") ?? "",
					parameters: at(one, "parameters") ?? {},
					types: at(one, "restrictedToWorkTypes") ?? [],
				}))
			: value,
	write: {
		grows: ["fields"],
		async create(deed, tree) {
			const call = {
				method: "POST",
				path: fieldSchemePath,
				body: members(tree, "name", "description"),
				signal: deed.context.signal,
			} as const;
			return idIn((await deed.client.call(call)).json) ?? "";
		},
		async change(deed, { id, rows, wanted, live, isNew }) {
			if (!isNew && (rows.has("name") || rows.has("description"))) {
				await deed.put("name", "members", {
					method: "PUT",
					path: `${fieldSchemePath}/{id}`,
					parameters: { id },
					body: texts(wanted, "name", "description"),
				});
			}
			if (!rows.has("fields")) return;
			const there = new Set(listAt(live, "fields").map((one) => textAt(one, "fieldId")));
			const missing = listAt(wanted, "fields").filter((one) => !there.has(textAt(one, "fieldId")));
			if (missing.length === 0) return;
			const entry = (one: JsonValue): readonly [string, JsonValue] => [textAt(one, "fieldId") ?? "", [{ schemeIds: [Number(id)] }]];
			await deed.put("fields", "fields", {
				method: "PUT",
				path: `${fieldSchemePath}/fields`,
				body: Object.fromEntries(missing.map(entry)),
			});
		},
		remove: (id) => ({ method: "DELETE", path: `${fieldSchemePath}/{id}`, parameters: { id } }),
	},
};
