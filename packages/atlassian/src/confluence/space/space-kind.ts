import type { FieldDifference, KindDefinition } from "@skyeworx/engine";
import { readSpace, type SpaceRecord } from "./space-record.ts";

function fields(space: SpaceRecord | undefined): ReadonlyMap<string, readonly [label: string, value: string]> {
	if (space === undefined) return new Map();
	return new Map([
		["name", ["Name", space.name]],
		["key", ["Key", space.key]],
		["status", ["Status", space.status ?? ""]],
		["type", ["Type", space.type ?? ""]],
		["description", ["Description", space.description?.plain?.value ?? ""]],
		["homepageId", ["Home page", space.homepageId ?? ""]],
	]);
}

function value(entry: readonly [string, string] | undefined): FieldDifference["before"] {
	return entry === undefined ? undefined : { type: "text", text: entry[1] };
}

/** Confluence spaces: kept; creating one again comes with a later release. */
export const spaceKind: KindDefinition = {
	id: "confluence.space",
	app: "confluence",
	names: ["Confluence space", "Confluence spaces"],
	scopes: { read: ["read:space:confluence"], restore: [] },
	fidelity: [],
	describe(item, site) {
		const space = readSpace(item.parts.get("") ?? null);
		return {
			app: "confluence",
			key: space.key,
			title: space.name,
			space: { id: space.id, key: space.key, name: space.name },
			...(space.type == null ? {} : { type: space.type }),
			...(space.status == null ? {} : { status: space.status }),
			...(space.createdAt == null ? {} : { createdAt: space.createdAt }),
			text: space.description?.plain?.value ?? "",
			people: [],
			url: `${site.url}/wiki/spaces/${encodeURIComponent(space.key)}`,
			references: space.homepageId == null ? [] : [{ kind: "confluence.page", id: space.homepageId }],
			files: [],
		};
	},
	compare(before, after) {
		const was = fields(before === undefined ? undefined : readSpace(before.parts.get("") ?? null));
		const is = fields(after === undefined ? undefined : readSpace(after.parts.get("") ?? null));
		return [...new Set([...was.keys(), ...is.keys()])]
			.filter((field) => was.get(field)?.[1] !== is.get(field)?.[1])
			.map((field) => ({
				field,
				label: (is.get(field) ?? was.get(field))?.[0] ?? field,
				before: value(was.get(field)),
				after: value(is.get(field)),
			}));
	},
};
