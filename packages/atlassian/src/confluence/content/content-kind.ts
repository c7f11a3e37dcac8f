import type { KindDefinition, KindRestore } from "@skyeworx/engine";
import { compareContent } from "./compare-content.ts";
import { contentFidelity } from "./content-fidelity.ts";
import { describeContent } from "./describe-content.ts";
import type { ContentFlavour } from "./flavour.ts";

const readScopes = [
	"read:page:confluence",
	"read:comment:confluence",
	"read:attachment:confluence",
	"read:space:confluence",
	"search:confluence",
	"readonly:content.attachment:confluence",
	"read:user:confluence",
];
const restoreScopes = [
	...readScopes,
	"write:page:confluence",
	"delete:page:confluence",
	"write:comment:confluence",
	"write:confluence-content",
	"write:confluence-file",
];

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
		compare: compareContent,
		...(restore === undefined ? {} : { restore }),
	};
}
