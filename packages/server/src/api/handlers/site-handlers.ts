import type { KindCoverage } from "@skyeworx/contract";
import type { KindDefinition } from "@skyeworx/engine";
import { absenceOf } from "../../items/item-bodies.ts";
import { readOverview } from "../../overview/read-overview.ts";
import { keepSiteCard } from "../../rebuild/site-card.ts";
import { changeSite, checkSite } from "../../sites/change-site.ts";
import { connectSite } from "../../sites/connect-site.ts";
import { listSites, readSite } from "../../sites/read-sites.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

type Names = "getOverview" | "getCoverage" | "listSites" | "createSite" | "getSite" | "updateSite" | "checkSite";

/** The connected sites and how they are. */
export function siteHandlers(platform: Platform): HandlersOf<Names> {
	return {
		getOverview: async ({ principal, query }) => ({ body: await readOverview(platform, principal, query) }),
		getCoverage: async () => ({ body: { items: platform.kinds.map(kindBody) } }),
		listSites: async ({ principal, query }) => ({ body: await listSites(platform, principal, query) }),
		createSite: async ({ principal, body, note }) => {
			const { siteId, keyFile, recoveryKit } = await connectSite(platform, principal, body);
			note.target = { type: "site", id: siteId };
			return { body: { site: await readSite(platform, principal, siteId), keyFile, recoveryKit } };
		},
		getSite: async ({ principal, params }) => ({ body: await readSite(platform, principal, params.siteId) }),
		updateSite: async ({ principal, params, body, note }) => {
			note.facts = { changed: Object.keys(body).join(",") };
			await changeSite(platform, principal, params.siteId, body);
			await keepSiteCard(platform, principal.organizationId, params.siteId);
			return { body: await readSite(platform, principal, params.siteId) };
		},
		checkSite: async ({ principal, params }) => {
			await checkSite(platform, principal, params.siteId);
			return { body: await readSite(platform, principal, params.siteId) };
		},
	};
}

function kindBody(kind: KindDefinition): KindCoverage {
	return {
		id: kind.id,
		app: kind.app,
		names: [...kind.names],
		restorable: kind.restore !== undefined,
		absence: absenceOf(kind),
		scopes: { read: [...kind.scopes.read], restore: [...kind.scopes.restore] },
		fidelity: kind.fidelity.map((row) => ({ ...row })),
	};
}
