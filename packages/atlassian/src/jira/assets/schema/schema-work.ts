import type { JsonValue } from "@skyeworx/core";
import { idAt, textAt } from "../../../record/json-access.ts";
import type { Deed, DeedCall, SettingChange } from "../../setting/setting-kind.ts";
import { isOtherSite } from "../other-site.ts";
import { type Assets, callOf } from "../workspace.ts";
import { schemaParts } from "./read-schemas.ts";

type PartCall = Omit<DeedCall, "headers">;

/** The things of one list with those of another that stand for them. */
export interface Counterparts {
	/** Ids of those that have none. */
	readonly missing: readonly string[];
	/** What stands for the thing of this id. */
	of(id: string): JsonValue | undefined;
}

type IsSame = (one: JsonValue, other: JsonValue) => boolean;

const sameName: IsSame = (one, other) => textAt(one, "name") === textAt(other, "name");

interface Pairing {
	/** Ids of another site mean nothing here, or something else. */
	readonly byIds: boolean;
	readonly isSame?: IsSame;
}

/** Pairs things by id, else by name; what is taken by id is no other's. */
export function counterparts(
	wanted: readonly JsonValue[],
	live: readonly JsonValue[],
	{ byIds, isSame = sameName }: Pairing,
): Counterparts {
	const byId = new Map(byIds ? live.map((one) => [idAt(one, "id") ?? "", one]) : []);
	const taken = new Set(wanted.flatMap((one) => byId.get(idAt(one, "id") ?? "") ?? []));
	const pairs = new Map<string, JsonValue>();
	for (const one of wanted) {
		const id = idAt(one, "id") ?? "";
		const found = byId.get(id) ?? live.find((other) => !taken.has(other) && isSame(one, other));
		if (found === undefined) continue;
		taken.add(found);
		pairs.set(id, found);
	}
	return { missing: wanted.flatMap((one) => idAt(one, "id") ?? []).filter((id) => !pairs.has(id)), of: (id) => pairs.get(id) };
}

/** What the writing of one schema works with. */
export class SchemaWork {
	readonly deed: Deed;
	readonly assets: Assets;
	/** Whether ids of the snapshot are those of this site. */
	readonly byIds: boolean;
	readonly #change: SettingChange;

	constructor(deed: Deed, assets: Assets, change: SettingChange) {
		this.deed = deed;
		this.assets = assets;
		this.byIds = !isOtherSite(deed.context.options);
		this.#change = change;
	}

	/** A call below the workspace, as deeds take it. */
	readonly call = (call: PartCall): DeedCall => {
		const { path, parameters } = callOf(this.assets, call);
		return { ...call, path, parameters: { ...parameters } };
	};

	/** Ids found out once: after a crash the same things are looked for, though some of them are there by now. */
	readonly names = async (step: string, find: () => readonly string[] | Promise<readonly string[]>): Promise<ReadonlySet<string>> => {
		return new Set(await this.deed.context.step(step, { run: async () => [...(await find())] }));
	};

	/** What is in the schema at this moment. */
	async partsNow(): Promise<Readonly<Record<string, JsonValue | undefined>>> {
		return await schemaParts(this.assets, this.#change.id);
	}
}

/** Ids in one list to ids of those that stand for them in another. */
export function today(wanted: readonly JsonValue[], live: readonly JsonValue[], byIds: boolean): ReadonlyMap<string, string> {
	const pairs = counterparts(wanted, live, { byIds });
	return new Map(
		wanted.flatMap((one) => {
			const id = idAt(one, "id") ?? "";
			const now = idAt(pairs.of(id) ?? null, "id");
			return now === undefined ? [] : [[id, now] as const];
		}),
	);
}
