import { canonicalJson, type JsonObject, type JsonValue } from "@skyeworx/core";
import { idAt, listAt, objectAt, textAt } from "../../record/json-access.ts";
import { idIn } from "../setting/deed.ts";
import { pairEntries } from "../setting/essence.ts";
import { answer } from "../setting/reading.ts";
import type { Deed, SettingChange } from "../setting/setting-kind.ts";

/** Components or versions: what differs is the address and the body. */
interface PartKind {
	readonly row: "components" | "versions";
	readonly part: "component" | "version";
	readonly path: string;
	/** What a call writes. */
	body(entry: JsonValue): JsonObject;
}

function given(entry: JsonValue, names: readonly string[]): JsonObject {
	return Object.fromEntries(
		Object.entries(objectAt({ entry: entry ?? null }, "entry")).filter(([name, value]) => names.includes(name) && value !== null),
	);
}

/** Components of a space. */
export const componentParts: PartKind = {
	row: "components",
	part: "component",
	path: "/rest/api/3/component",
	body(entry) {
		const lead = textAt(entry, "lead", "accountId");
		return { ...given(entry, ["name", "description", "assigneeType"]), ...(lead === undefined ? {} : { leadAccountId: lead }) };
	},
};

/** Versions of a space. */
export const versionParts: PartKind = {
	row: "versions",
	part: "version",
	path: "/rest/api/3/version",
	body: (entry) => given(entry, ["name", "description", "archived", "released", "startDate", "releaseDate"]),
};

/** Makes what is missing and corrects what differs; what came later stays. */
export async function writeParts(deed: Deed, { id, wanted, live }: SettingChange, kind: PartKind): Promise<void> {
	const there = await deed.before(kind.row, listAt(live, kind.row));
	const known = new Set(there.map((entry) => idAt(entry, "id")));
	const list = pairEntries(listAt(wanted, kind.row), there);
	let before: string | undefined;
	for (const { wanted: entry, live: now } of list) {
		const name = textAt(entry, "name") ?? "";
		const body = kind.body(entry);
		const liveId = idAt(now ?? null, "id");
		if (liveId !== undefined) {
			before = liveId;
			if (canonicalJson(body) === canonicalJson(kind.body(now ?? null))) continue;
			await deed.put(kind.row, `${kind.part} ${liveId}`, { method: "PUT", path: `${kind.path}/{id}`, parameters: { id: liveId }, body });
			continue;
		}
		const made = await deed.make(kind.row, `new ${kind.part} ${idAt(entry, "id") ?? name}`, {
			call: { method: "POST", path: kind.path, body: { ...body, projectId: Number(id) } },
			id: (json) => idIn(json),
			find: () => findPart(deed, { id, row: kind.row, name, known }),
			part: kind.part,
		});
		if (made !== undefined && made !== "" && kind.part === "version") await putAfter(deed, made, before);
		before = made ?? before;
	}
}

/** Names are unique within a space: one of this name that was not there before is the one that was made. */
async function findPart(
	deed: Deed,
	asked: { readonly id: string; readonly row: string; readonly name: string; readonly known: ReadonlySet<string | undefined> },
): Promise<string | undefined> {
	const path = "/rest/api/3/project/{projectIdOrKey}";
	const space = await answer(deed.reading, { path, parameters: { projectIdOrKey: asked.id } });
	const made = listAt(space, asked.row).find((one) => textAt(one, "name") === asked.name && !asked.known.has(idAt(one, "id")));
	return idAt(made ?? null, "id");
}

/** Versions have an order, and a new one stands last. */
async function putAfter(deed: Deed, id: string, before: string | undefined): Promise<void> {
	const body = before === undefined ? { position: "First" } : { after: `${deed.siteUrl}/rest/api/3/version/${before}` };
	await deed.put("versions", `place of version ${id}`, { method: "POST", path: "/rest/api/3/version/{id}/move", parameters: { id }, body });
}
