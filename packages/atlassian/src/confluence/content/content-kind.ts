import type { KindDefinition } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { compareContent } from "./compare-content.ts";
import { contentFidelity } from "./content-fidelity.ts";
import { describeContent } from "./describe-content.ts";
import { type ContentFlavour, flavours } from "./flavour.ts";

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

function contentKind(_site: AppSite, flavour: ContentFlavour): KindDefinition {
	return {
		id: flavour.kind,
		app: "confluence",
		names: flavour.names,
		scopes: { read: readScopes, restore: restoreScopes },
		fidelity: contentFidelity,
		describe: (item, siteAddress) => describeContent(flavour, item, siteAddress),
		compare: compareContent,
	};
}

/** Pages and blog posts. */
export function contentKinds(site: AppSite): readonly KindDefinition[] {
	return flavours.map((flavour) => contentKind(site, flavour));
}
