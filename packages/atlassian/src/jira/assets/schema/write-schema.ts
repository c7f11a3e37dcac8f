import { canonicalJson, type JsonObject, type JsonValue } from "@skyeworx/core";
import { idAt, listAt, numberAt, textAt } from "../../../record/json-access.ts";
import { idIn } from "../../setting/deed.ts";
import { members, texts } from "../../setting/plain-write.ts";
import type { DeedCall, SettingChange, SettingWrite } from "../../setting/setting-kind.ts";
import { type Assets, ask, callOf, openAssets } from "../workspace.ts";
import { counterparts, SchemaWork } from "./schema-work.ts";
import { writeAttributes } from "./write-attributes.ts";
import { writeTypes } from "./write-types.ts";

const plainRows = ["name", "objectSchemaKey", "description"];

/** What both creating and changing a schema carry. */
const bodyOf = (tree: JsonObject): JsonObject => ({ ...members(tree, "name", "objectSchemaKey"), ...texts(tree, "description") });

/** How schemas are written: what is missing in them is made, what differs is corrected, what came later stays. */
export const schemaWrite: SettingWrite = {
	identity: ["objectSchemaKey"],
	reachesOtherSites: true,
	grows: ["types", "attributes", "statuses"],
	async create(deed, tree) {
		const assets = await openAssets(deed.client, deed.context.signal);
		return idIn(await ask(assets, { method: "POST", path: "objectschema/create", body: bodyOf(tree) })) ?? "";
	},
	async change(deed, change) {
		const assets = await openAssets(deed.client, deed.context.signal);
		const work = new SchemaWork(deed, assets, change);
		const plain = plainRows.filter((row) => change.rows.has(row));
		const body = bodyOf(change.wanted);
		const path = "objectschema/{id}";
		if (plain.length > 0)
			await deed.put(plain[0] ?? "", "members", work.call({ method: "PUT", path, parameters: { id: change.id }, body }));
		if (change.rows.has("statuses")) await writeStatuses(work, change);
		if (change.rows.has("types")) await writeTypes(work, change);
		if (change.rows.has("attributes")) await writeAttributes(work, change);
	},
	remove: (id, live) => deletion(textAt(live, "workspaceId") ?? "", "objectschema/{id}", id),
	async removePart(_id, part, partId, reading) {
		const { workspaceId } = await openAssets(reading.client, reading.signal);
		if (part === "attribute") return deletion(workspaceId, "objecttypeattribute/{id}", partId);
		return deletion(workspaceId, part === "type" ? "objecttype/{id}" : "config/statustype/{id}", partId);
	},
	keep: async (reading, id) => ((await holdsObjects(reading, id)) ? "It holds objects." : undefined),
};

function deletion(workspaceId: string, path: string, id: string): DeedCall {
	const assets = { workspaceId, signal: undefined };
	const call = callOf(assets, { method: "DELETE", path, parameters: { id } });
	return { method: "DELETE", path: call.path, parameters: { ...call.parameters } };
}

/** A schema goes with everything in it: one in which somebody has put objects since stays. */
async function holdsObjects(reading: Pick<Assets, "client" | "signal">, id: string): Promise<boolean> {
	const assets = await openAssets(reading.client, reading.signal);
	const body = { qlQuery: `objectSchemaId = ${id}` };
	const counted = await ask(assets, { method: "POST", path: "object/aql/totalcount", body, idempotent: true });
	return (numberAt(counted, "totalCount") ?? 1) > 0;
}

const isShared = (status: JsonValue): boolean => idAt(status, "objectSchemaId") === undefined;

/** Makes statuses that are missing; those of all schemas are nobody's to change here. */
async function writeStatuses(work: SchemaWork, { id, wanted, live }: SettingChange): Promise<void> {
	const { deed, assets, call } = work;
	const all = listAt(wanted, "statuses");
	const path = "config/statustype";
	const there = counterparts(all, listAt(live, "statuses"), work);
	const missing = await work.names("missing statuses", () => there.missing);
	const statusBody = (status: JsonValue): JsonObject => ({
		name: textAt(status, "name") ?? "",
		description: textAt(status, "description") ?? "",
		category: numberAt(status, "category") ?? 0,
		...(isShared(status) ? {} : { objectSchemaId: id }),
	});
	for (const status of all) {
		const [statusId, body] = [idAt(status, "id") ?? "", statusBody(status)];
		if (missing.has(statusId)) {
			const query = isShared(status) ? {} : { objectSchemaId: id };
			await deed.make("statuses", `new status ${statusId}`, {
				call: call({ method: "POST", path, body }),
				id: (json) => idIn(json),
				find: async () => idAt(named(await ask(assets, { method: "GET", path, query }), body.name), "id"),
				part: "status",
			});
			continue;
		}
		const now = there.of(statusId);
		if (now === undefined || isShared(now) || canonicalJson(statusBody(now)) === canonicalJson(body)) continue;
		const known = idAt(now, "id") ?? "";
		await deed.put("statuses", `status ${known}`, call({ method: "PUT", path: `${path}/{id}`, parameters: { id: known }, body }));
	}
}

/** The thing of a name in an answer that lists them. */
function named(answer: JsonValue, name: JsonValue | undefined): JsonValue {
	return listAt(answer).find((one) => textAt(one, "name") === name) ?? null;
}
