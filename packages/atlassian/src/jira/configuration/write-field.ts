import { canonicalJson, type JsonObject, type JsonValue } from "@skyeworx/core";
import { at, idAt, listAt, textAt } from "../../record/json-access.ts";
import { idIn } from "../setting/deed.ts";
import { pairEntries } from "../setting/essence.ts";
import { members, texts } from "../setting/plain-write.ts";
import { pagedList } from "../setting/reading.ts";
import type { Deed, SettingChange, SettingWrite } from "../setting/setting-kind.ts";
import { ownOfSpace } from "./own-of-space.ts";

const contextPath = "/rest/api/3/field/{fieldId}/context";

/** Jira's own fields and those of apps are made by them alone. */
function refusal(tree: JsonObject): string | undefined {
	const type = textAt(tree, "schema", "custom");
	if (type === undefined) return "It is one of Jira's own fields.";
	if (tree.isLocked === true) return "Jira locks this field.";
	if (tree.scope !== undefined) return ownOfSpace;
	return type.startsWith("com.atlassian.jira.plugin.system.customfieldtypes:")
		? undefined
		: "Only the app that made it makes a field of this type.";
}

/** How custom fields are written; a deleted one is taken out of Jira's trash while it is there. */
export const fieldWrite: SettingWrite = {
	refusal,
	grows: ["contexts"],
	async create(deed, tree) {
		const body = { ...members(tree, "name", "description", "searcherKey"), type: textAt(tree, "schema", "custom") ?? "" };
		return idIn((await deed.client.call({ method: "POST", path: "/rest/api/3/field", body, signal: deed.context.signal })).json) ?? "";
	},
	async change(deed, change) {
		const { id, rows, wanted } = change;
		const plain = ["name", "description", "searcherKey"].filter((row) => rows.has(row));
		if (plain.length > 0) {
			const body = { ...texts(wanted, "name", "description"), ...members(wanted, "searcherKey") };
			await deed.put(plain[0] ?? "", "members", { method: "PUT", path: "/rest/api/3/field/{fieldId}", parameters: { fieldId: id }, body });
		}
		if (rows.has("contexts")) await writeContexts(deed, change);
	},
	untrash: (id) => ({ method: "POST", path: "/rest/api/3/field/{id}/restore", parameters: { id } }),
	remove: (id) => ({ method: "POST", path: "/rest/api/3/field/{id}/trash", parameters: { id } }),
	removePart: (id, part, partId) => {
		if (part === "context") return { method: "DELETE", path: `${contextPath}/{contextId}`, parameters: { fieldId: id, contextId: partId } };
		const [contextId = "", optionId = ""] = partId.split("-");
		return { method: "DELETE", path: `${contextPath}/{contextId}/option/{optionId}`, parameters: { fieldId: id, contextId, optionId } };
	},
};

const isGlobal = (context: JsonValue): boolean => at(context, "isGlobalContext") === true;

async function writeContexts(deed: Deed, { id, wanted, live }: SettingChange): Promise<void> {
	const there = await deed.before("contexts", listAt(live, "contexts"));
	for (const { wanted: context, live: named } of pairEntries(listAt(wanted, "contexts"), there)) {
		// A field has one global context; a new field gets it from Jira under a name of Jira's.
		const now = named ?? (isGlobal(context) ? there.find(isGlobal) : undefined);
		const contextId = now === undefined ? await makeContext(deed, id, context) : idAt(now, "id");
		if (contextId === undefined || contextId === "") continue;
		if (
			now !== undefined &&
			(textAt(now, "name") !== textAt(context, "name") || textAt(now, "description") !== textAt(context, "description"))
		) {
			const call = { method: "PUT", path: `${contextPath}/{contextId}`, parameters: { fieldId: id, contextId } } as const;
			await deed.put("contexts", `context ${contextId}`, { ...call, body: texts(context as JsonObject, "name", "description") });
		}
		await addScope(deed, { id, contextId, wanted: context, live: now });
		const options = await deed.before(`options of ${contextId}`, listAt(now ?? null, "options"));
		await writeOptions(deed, { id, contextId, wanted: listAt(context, "options"), live: options });
	}
}

async function makeContext(deed: Deed, fieldId: string, context: JsonValue): Promise<string | undefined> {
	const name = textAt(context, "name") ?? "";
	const lists = { projectIds: at(context, "projectIds") ?? [], issueTypeIds: at(context, "issueTypeIds") ?? [] };
	return await deed.make("contexts", `new context ${idAt(context, "id") ?? name}`, {
		call: {
			method: "POST",
			path: contextPath,
			parameters: { fieldId },
			body: { name, description: textAt(context, "description") ?? "", ...lists },
		},
		id: (json) => idIn(json),
		find: async () => {
			const all = await pagedList(deed.reading, { path: contextPath, parameters: { fieldId }, size: 50 });
			return idAt(all.find((one) => textAt(one, "name") === name) ?? null, "id");
		},
		part: "context",
	});
}

interface Scoped {
	readonly id: string;
	readonly contextId: string;
	readonly wanted: JsonValue;
	readonly live: JsonValue | undefined;
}

/** Spaces and types that a context held for and holds for no more. */
async function addScope(deed: Deed, { id, contextId, wanted, live }: Scoped): Promise<void> {
	if (live === undefined) return;
	for (const [member, place] of [
		["projectIds", "project"],
		["issueTypeIds", "issuetype"],
	] as const) {
		const there = new Set(listAt(live, member).map(String));
		const missing = listAt(wanted, member)
			.map(String)
			.filter((one) => !there.has(one));
		if (missing.length === 0) continue;
		const call = { method: "PUT", path: `${contextPath}/{contextId}/${place}`, parameters: { fieldId: id, contextId } } as const;
		await deed.put("contexts", `${place} of context ${contextId}`, { ...call, body: { [member]: missing } });
	}
}

interface Options {
	readonly id: string;
	readonly contextId: string;
	readonly wanted: readonly JsonValue[];
	readonly live: readonly JsonValue[];
}

/** Options that are missing are made, upper ones first; those renamed or disabled are put right; newer ones stay. */
async function writeOptions(deed: Deed, { id, contextId, wanted, live }: Options): Promise<void> {
	const parameters = { fieldId: id, contextId };
	const path = `${contextPath}/{contextId}/option`;
	const now = new Map<string, string>();
	const upper = wanted.filter((one) => idAt(one, "optionId") === undefined);
	const lower = wanted.filter((one) => idAt(one, "optionId") !== undefined);
	for (const group of [upper, lower]) {
		const sameLevel = live.filter((one) => (idAt(one, "optionId") === undefined) === (group === upper));
		for (const { wanted: option, live: there } of pairEntries(group, sameLevel)) {
			const oldId = idAt(option, "id") ?? "";
			const value = textAt(option, "value") ?? "";
			const parent = idAt(option, "optionId");
			const optionId = parent === undefined ? undefined : now.get(parent);
			const isSame = there !== undefined && (parent === undefined || idAt(there, "optionId") === optionId);
			if (!isSame) {
				const body = { options: [{ value, disabled: at(option, "disabled") === true, ...(optionId === undefined ? {} : { optionId }) }] };
				const made = await deed.make("contexts", `new option ${oldId}`, {
					call: { method: "POST", path, parameters, body },
					id: (json) => {
						const made = idAt(listAt(json, "options")[0] ?? null, "id");
						return made === undefined ? undefined : `${contextId}-${made}`;
					},
					find: async () => {
						const all = await pagedList(deed.reading, { path, parameters });
						const found = all.find((one) => textAt(one, "value") === value && idAt(one, "optionId") === optionId);
						return found === undefined ? undefined : `${contextId}-${idAt(found, "id")}`;
					},
					part: "option",
				});
				if (made !== undefined) now.set(oldId, made.split("-")[1] ?? "");
				continue;
			}
			const thereId = idAt(there, "id") ?? "";
			now.set(oldId, thereId);
			const plain = (one: JsonValue) => canonicalJson({ value: textAt(one, "value") ?? "", disabled: at(one, "disabled") === true });
			if (plain(option) === plain(there)) continue;
			const body = { options: [{ id: thereId, value, disabled: at(option, "disabled") === true }] };
			await deed.put("contexts", `option ${thereId}`, { method: "PUT", path, parameters, body });
		}
	}
}
