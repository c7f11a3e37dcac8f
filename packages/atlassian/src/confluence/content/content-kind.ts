import type { FieldDifference, KindDefinition, KindRestore } from "@skyeworx/engine";
import { compareContent } from "./compare-content.ts";
import { contentFidelity } from "./content-fidelity.ts";
import { describeContent } from "./describe-content.ts";
import type { ContentFlavour } from "./flavour.ts";
import { likesPart } from "./parts.ts";

/** All granular, which 3LO apps and scoped tokens take for both versions of the API [openapi: x-atlassian-oauth2-scopes]. */
const named = (names: string): readonly string[] => names.split(" ").map((name) => `${name}:confluence`);
const readScopes = named("read:page read:comment read:attachment read:space read:content-details read:user read:folder");
const restoreScopes = [
	...readScopes,
	...named("read:hierarchical-content read:label write:page delete:page write:comment delete:comment"),
	...named("write:attachment delete:attachment write:label write:content.restriction"),
];

/** Atlassian makes a version of a page for its title and its body alone; what was added can't be taken away but for labels and restrictions. */
function isUnsigned({ field, before }: FieldDifference): boolean {
	if (field === "labels" || field === "parent" || field.startsWith("restrictions/")) return true;
	return before !== undefined && /^(properties|comments|file)\//.test(field);
}

/** The definition of pages or of blog posts; without `restore` it can describe and compare only. */
export function contentKind(flavour: ContentFlavour, restore?: KindRestore): KindDefinition {
	return {
		id: flavour.kind,
		app: "confluence",
		names: flavour.names,
		scopes: { read: readScopes, restore: restoreScopes },
		fidelity: contentFidelity,
		describe: (item, site) => describeContent(flavour, item, site),
		describedBy: ["", "comments", "labels", "attachments", "context"],
		beside: [likesPart, "context"],
		compare: compareContent,
		unsigned: isUnsigned,
		...(restore === undefined ? {} : { restore }),
	};
}
