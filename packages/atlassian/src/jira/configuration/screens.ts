import { isJsonObject, type JsonValue } from "@skyeworx/core";
import { idAt, listAt, numberAt, textAt } from "../../record/json-access.ts";
import { idIn } from "../setting/deed.ts";
import { pairEntries } from "../setting/essence.ts";
import { degraded, exact, idRows, impossible, row } from "../setting/fidelity-rows.ts";
import { members, plainWrite, texts } from "../setting/plain-write.ts";
import { answer, optional, pagedList, recordsFrom, withPartsInTurn } from "../setting/reading.ts";
import type { Deed, Reading, SettingChange, SettingKind } from "../setting/setting-kind.ts";
import { ownOfSpace } from "./own-of-space.ts";

const path = "/rest/api/3/screens";
const tabPath = `${path}/{screenId}/tabs`;
const named = [row("name", "Name", exact), row("description", "Description", exact)];
const scopes = { read: ["manage:jira-project"], restore: ["manage:jira-project"] };

/** The tabs of a screen with their fields. One request, and one a tab. */
async function tabsOf(reading: Reading, screenId: string): Promise<readonly JsonValue[] | undefined> {
	const tabs = await optional(answer(reading, { path: tabPath, parameters: { screenId } }));
	if (tabs === undefined) return undefined;
	return await Promise.all(
		listAt(tabs)
			.filter(isJsonObject)
			.map(async (tab) => {
				const parameters = { screenId, tabId: idAt(tab, "id") ?? "" };
				return { ...tab, fields: listAt(await answer(reading, { path: `${tabPath}/{tabId}/fields`, parameters })) };
			}),
	);
}

/** Adds tabs and fields that are missing; what came later stays. */
async function writeTabs(deed: Deed, { id, wanted, live, isNew }: SettingChange): Promise<void> {
	const all = listAt(live, "tabs");
	const there = await deed.before("tabs", all);
	const pairs = pairEntries(listAt(wanted, "tabs"), there);
	for (const { wanted: tab, live: now } of pairs) {
		const name = textAt(tab, "name") ?? "";
		const tabId = now === undefined ? await makeTab(deed, id, tab) : idAt(now, "id");
		if (tabId === undefined || tabId === "") continue;
		const tabNow = all.find((one) => idAt(one, "id") === tabId);
		const fields = new Set(listAt(tabNow ?? null, "fields").map((field) => idAt(field, "id")));
		for (const field of listAt(tab, "fields")) {
			const fieldId = idAt(field, "id") ?? "";
			if (fields.has(fieldId)) continue;
			const call = { method: "POST", path: `${tabPath}/{tabId}/fields`, parameters: { screenId: id, tabId }, body: { fieldId } } as const;
			await deed.put("tabs", `field ${fieldId} on ${name}`, call);
		}
	}
	if (!isNew) return;
	// A new screen has a tab of Jira's own.
	const used = new Set(pairs.flatMap((pair) => (pair.live === undefined ? [] : [idAt(pair.live, "id")])));
	for (const tab of there) {
		const tabId = idAt(tab, "id") ?? "";
		if (used.has(tabId)) continue;
		await deed.put("tabs", `first tab ${tabId}`, { method: "DELETE", path: `${tabPath}/{tabId}`, parameters: { screenId: id, tabId } });
	}
}

async function makeTab(deed: Deed, screenId: string, tab: JsonValue): Promise<string | undefined> {
	const name = textAt(tab, "name") ?? "";
	return await deed.make("tabs", `new tab ${idAt(tab, "id") ?? name}`, {
		call: { method: "POST", path: tabPath, parameters: { screenId }, body: { name } },
		id: (json) => idIn(json),
		find: async () => {
			const tabs = listAt(await answer(deed.reading, { path: tabPath, parameters: { screenId } }));
			return idAt(tabs.find((one) => textAt(one, "name") === name) ?? null, "id");
		},
		part: "tab",
	});
}

/** Screens with their tabs and fields. */
export const screens: SettingKind = {
	id: "jira.screen",
	names: ["screen", "screens"],
	absence: "deleted",
	scopes,
	parts: ["tabs"],
	table: [
		...idRows(),
		...named,
		row("tabs", "Tabs and fields", degraded("Tabs and fields that came later stay; fields are put at the end of their tab.")),
		row("scope", "Whose it is", impossible("It belongs to one team-managed space.")),
	],
	points: [{ at: "tabs.*.fields.*.id", kind: "jira.field" }],
	async read(reading) {
		return await withPartsInTurn(reading, recordsFrom(await pagedList(reading, { path })), {
			part: "tabs",
			async parts({ id }) {
				const tabs = await tabsOf(reading, id);
				return tabs === undefined ? undefined : { tabs };
			},
		});
	},
	essence: (member, value) =>
		member === "tabs"
			? listAt({ value }, "value").map((tab) => ({
					id: idAt(tab, "id") ?? "",
					name: textAt(tab, "name") ?? "",
					fields: listAt(tab, "fields").map((field) => idAt(field, "id") ?? ""),
				}))
			: value,
	write: {
		refusal: (tree) => (tree.scope === undefined ? undefined : ownOfSpace),
		async create(deed, tree) {
			const call = { method: "POST", path, body: members(tree, "name", "description"), signal: deed.context.signal } as const;
			return idIn((await deed.client.call(call)).json) ?? "";
		},
		async change(deed, change) {
			const { id, rows, wanted, isNew } = change;
			if (!isNew && (rows.has("name") || rows.has("description"))) {
				await deed.put("name", "members", {
					method: "PUT",
					path: `${path}/{screenId}`,
					parameters: { screenId: id },
					body: texts(wanted, "name", "description"),
				});
			}
			if (rows.has("tabs")) await writeTabs(deed, change);
		},
		remove: (id) => ({ method: "DELETE", path: `${path}/{screenId}`, parameters: { screenId: id } }),
		removePart: (id, _part, tabId) => ({ method: "DELETE", path: `${tabPath}/{tabId}`, parameters: { screenId: id, tabId } }),
	},
};

const operations = ["default", "create", "edit", "view"];

/** Which screen is shown for creating, editing and viewing. */
export const screenSchemes: SettingKind = {
	id: "jira.screen-scheme",
	names: ["screen scheme", "screen schemes"],
	absence: "deleted",
	scopes: { read: ["manage:jira-project"], restore: ["manage:jira-configuration"] },
	table: [
		...idRows(),
		...named,
		row("screens", "Screens", exact),
		row("issueTypeScreenSchemes", "Used by", impossible("It follows from those schemes.")),
	],
	points: [{ at: "screens.*", kind: "jira.screen" }],
	read: async (reading) => recordsFrom(await pagedList(reading, { path: "/rest/api/3/screenscheme" })),
	write: plainWrite({
		path: "/rest/api/3/screenscheme",
		one: "/rest/api/3/screenscheme/{screenSchemeId}",
		idName: "screenSchemeId",
		creation: (tree) => ({ ...members(tree, "name", "description"), screens: screensOf(tree, (id) => id) }),
		// Making takes numbers, changing takes texts, and null takes a screen away: so say Atlassian's documents.
		changing: (tree) => ({ ...texts(tree, "name", "description"), screens: screensOf(tree, String, null) }),
	}),
};

function screensOf(tree: JsonValue, write: (id: number) => JsonValue, absent?: null): JsonValue {
	const entries = operations.flatMap((operation): (readonly [string, JsonValue])[] => {
		const id = numberAt(tree, "screens", operation);
		if (id !== undefined) return [[operation, write(id)]];
		return absent === undefined || operation === "default" ? [] : [[operation, absent]];
	});
	return Object.fromEntries(entries);
}
