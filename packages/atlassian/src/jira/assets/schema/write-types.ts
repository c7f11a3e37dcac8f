import { canonicalJson, type JsonObject, type JsonValue } from "@skyeworx/core";
import { at, idAt, listAt, textAt } from "../../../record/json-access.ts";
import { idIn } from "../../setting/deed.ts";
import type { SettingChange } from "../../setting/setting-kind.ts";
import { type Assets, ask, callOf } from "../workspace.ts";
import { counterparts, type SchemaWork } from "./schema-work.ts";

/** Types with their parents before them. */
function parentsFirst(types: readonly JsonValue[]): readonly JsonValue[] {
	const byId = new Map(types.map((type) => [idAt(type, "id") ?? "", type]));
	const ordered = new Set<JsonValue>();
	const add = (type: JsonValue, below: ReadonlySet<JsonValue>): void => {
		const parent = byId.get(idAt(type, "parentObjectTypeId") ?? "");
		if (parent !== undefined && !below.has(parent) && !ordered.has(parent)) add(parent, new Set([...below, type]));
		ordered.add(type);
	};
	for (const type of types) add(type, new Set());
	return [...ordered];
}

interface TypeInput {
	readonly type: JsonValue;
	readonly schemaId: string;
	readonly parentId: string | undefined;
	readonly iconId: string;
}

const bodyOf = ({ type, schemaId, parentId, iconId }: TypeInput): JsonObject => ({
	name: textAt(type, "name") ?? "",
	description: textAt(type, "description") ?? "",
	iconId,
	objectSchemaId: schemaId,
	...(parentId === undefined ? {} : { parentObjectTypeId: parentId }),
	inherited: at(type, "inherited") === true,
	abstractObjectType: at(type, "abstractObjectType") === true,
});

/** Makes the object types that are missing, parents first, and corrects those that differ. */
export async function writeTypes(work: SchemaWork, { id: schemaId, wanted, live }: SettingChange): Promise<void> {
	const { deed, assets } = work;
	const all = listAt(wanted, "types");
	const there = counterparts(all, listAt(live, "types"), work);
	const missing = await work.names("missing types", () => there.missing);
	const icons = new Icons(assets, textAt(wanted, "workspaceId"));
	const made = new Map<string, string>();
	const now = (id: string | undefined) => (id === undefined ? undefined : (made.get(id) ?? idAt(there.of(id) ?? null, "id")));
	for (const type of parentsFirst(all)) {
		const id = idAt(type, "id") ?? "";
		const parentId = now(idAt(type, "parentObjectTypeId"));
		if (!missing.has(id)) {
			await correct(work, { type, schemaId, parentId, iconId: idAt(type, "icon", "id") ?? "" }, there.of(id));
			continue;
		}
		const iconId = await icons.standIn(type);
		const body = bodyOf({ type, schemaId, parentId, iconId });
		const typeId = await deed.make("types", `new type ${id}`, {
			call: work.call({ method: "POST", path: "objecttype/create", body }),
			id: (json) => idIn(json),
			find: async () => {
				const list = await ask(assets, { method: "GET", path: "objectschema/{id}/objecttypes/flat", parameters: { id: schemaId } });
				return idAt(listAt(list).find((one) => textAt(one, "name") === body.name) ?? null, "id");
			},
			part: "type",
		});
		if (typeId !== undefined && typeId !== "") made.set(id, typeId);
	}
}

async function correct(work: SchemaWork, input: TypeInput, now: JsonValue | undefined): Promise<void> {
	if (now === undefined) return;
	const parentId = idAt(now, "parentObjectTypeId");
	const liveInput = { type: now, schemaId: input.schemaId, parentId, iconId: idAt(now, "icon", "id") ?? "" };
	const [body, liveBody] = [bodyOf(input), bodyOf(liveInput)];
	const id = idAt(now, "id") ?? "";
	if (canonicalJson(body) !== canonicalJson(liveBody)) {
		await work.deed.put("types", `type ${id}`, work.call({ method: "PUT", path: "objecttype/{id}", parameters: { id }, body }));
	}
	if (input.parentId === undefined || input.parentId === parentId) return;
	const place = { toObjectTypeId: input.parentId, position: 0 };
	const call = { method: "POST", path: "objecttype/{id}/position", parameters: { id }, body: place } as const;
	await work.deed.put("types", `place of type ${id}`, work.call(call));
}

/** Which of the workspace's icons a type that is made again gets: icons of one's own can't be made. */
class Icons {
	readonly #assets: Assets;
	readonly #sameWorkspace: boolean;
	#known: Promise<readonly JsonValue[]> | undefined;

	constructor(assets: Assets, workspaceId: string | undefined) {
		this.#assets = assets;
		this.#sameWorkspace = workspaceId === assets.workspaceId;
	}

	async standIn(type: JsonValue): Promise<string> {
		this.#known ??= ask(this.#assets, { method: "GET", path: "icon/global" }).then((list) => listAt(list));
		const known = await this.#known;
		const [id, name] = [idAt(type, "icon", "id") ?? "", textAt(type, "icon", "name")];
		const alike = known.find((one) => textAt(one, "name") === name);
		if (alike !== undefined) return idAt(alike, "id") ?? "";
		const call = callOf(this.#assets, { method: "GET", path: "icon/{id}", parameters: { id }, accept: [403, 404] });
		if (this.#sameWorkspace && id !== "" && (await this.#assets.client.call(call)).status === 200) return id;
		return idAt(known[0] ?? null, "id") ?? id;
	}
}
