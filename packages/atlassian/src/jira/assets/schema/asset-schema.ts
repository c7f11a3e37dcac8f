import { idAt, textAt } from "../../../record/json-access.ts";
import { degraded, derived, exact, idRows, impossible, row } from "../../setting/fidelity-rows.ts";
import { withParts, withPartsInTurn } from "../../setting/reading.ts";
import type { Reading, SettingKind } from "../../setting/setting-kind.ts";
import { findWorkspace, workspaceOnce, workspaceScope } from "../workspace.ts";
import { fetchSchema, listSchemas, schemaParts } from "./read-schemas.ts";
import { attributesEssence, statusesEssence, typesEssence } from "./schema-record.ts";
import { schemaWrite } from "./write-schema.ts";

export const assetSchemaKind = "jsm.asset-schema";

const areas = ["schema", "type", "attribute", "config"];
const scopesTo = (verb: string): readonly string[] => areas.map((area) => `${verb}:cmdb-${area}:jira`);

/** The scopes that reading Assets takes, for a connection by OAuth. */
export const assetsReadScopes: readonly string[] = [workspaceScope, ...scopesTo("read"), "read:cmdb-object:jira"];

/** Assets' object schemas: their object types, attributes and statuses. */
export const assetSchemas: SettingKind = {
	id: assetSchemaKind,
	app: "jsm",
	names: ["asset schema", "asset schemas"],
	scopes: {
		read: [workspaceScope, ...scopesTo("read")],
		restore: [...scopesTo("read"), ...scopesTo("write"), ...scopesTo("delete"), "read:cmdb-icon:jira"],
	},
	parts: ["types", "attributes", "statuses"],
	table: [
		...idRows(),
		row("name", "Name", exact),
		row("objectSchemaKey", "Key", exact),
		row("description", "Description", exact),
		row("created", "Made on", exact, impossible("Assets dates it.")),
		row("workspaceId", "Workspace", derived("the site")),
		row("types", "Object types", degraded("A type made again stands last in its list; with an icon of one's own it gets one of Assets'.")),
		row("attributes", "Attributes", degraded("An attribute made again stands last among those of its type.")),
		row("statuses", "Statuses", exact),
	],
	async read(reading) {
		const assets = await assetsOf(reading);
		if (assets === undefined) return [];
		return await withPartsInTurn(reading, await listSchemas(assets), { part: "types", parts: ({ id }) => schemaParts(assets, id) });
	},
	async readSome(reading, ids) {
		const assets = await assetsOf(reading);
		if (assets === undefined) return [];
		const found = await Promise.all(
			ids.map(async (id) => {
				const record = await fetchSchema(assets, id);
				return record === undefined ? [] : [withParts(record, await schemaParts(assets, id))];
			}),
		);
		return found.flat();
	},
	essence(member, value, tree) {
		if (member === "types") return typesEssence(tree);
		if (member === "attributes") return attributesEssence(tree);
		return member === "statuses" ? statusesEssence(tree) : value;
	},
	facts: (tree, site) => ({
		key: textAt(tree, "objectSchemaKey") ?? "",
		url: `${site.url}/jira/assets/object-schema/${idAt(tree, "id") ?? ""}`,
	}),
	write: schemaWrite,
};

async function assetsOf(reading: Pick<Reading, "client" | "signal" | "once">) {
	const { client, signal } = reading;
	const workspaceId = await reading.once(workspaceOnce, () => findWorkspace(client, signal));
	return workspaceId === undefined ? undefined : { client, workspaceId, signal };
}
