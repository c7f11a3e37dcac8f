import type { KindDefinition, KindRestore } from "@skyeworx/engine";
import { differences } from "../fields.ts";
import { spaceContent, spaceFields } from "./space-content.ts";
import { spaceFidelity } from "./space-fidelity.ts";
import { readSpace } from "./space-record.ts";

const named = (names: string): readonly string[] => names.split(" ").map((name) => `${name}:confluence`);
const readScopes = named("read:space read:space.permission read:configuration read:space.setting");
const restoreScopes = [
	...readScopes,
	...named("read:space-details write:space write:space.permission write:space.setting write:configuration"),
	...named("read:label write:label delete:space read:content.metadata read:page read:user read:group read:content-details"),
];

/** Confluence spaces; without `restore` they can be described and compared only. */
export function spaceKind(restore?: KindRestore): KindDefinition {
	return {
		id: "confluence.space",
		app: "confluence",
		names: ["Confluence space", "Confluence spaces"],
		scopes: { read: readScopes.slice(0, 1), restore: restoreScopes },
		fidelity: spaceFidelity,
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
		describedBy: [""],
		compare: (before, after) =>
			differences(
				before === undefined ? [] : spaceFields(spaceContent(before)),
				after === undefined ? [] : spaceFields(spaceContent(after)),
			),
		...(restore === undefined ? {} : { restore }),
	};
}
