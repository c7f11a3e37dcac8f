import { requirePermission } from "../../access/principal.ts";
import { changeDrills } from "../../drills/change-drills.ts";
import { readDrills } from "../../drills/read-drills.ts";
import { keepSiteCard } from "../../rebuild/site-card.ts";
import { requestRun } from "../../runs/request-run.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

/** Restores that are tried out before anybody needs one. */
export function drillHandlers(platform: Platform): HandlersOf<"getDrills" | "updateDrills" | "createDrill"> {
	return {
		getDrills: async ({ principal, params }) => ({ body: await readDrills(platform, principal, params.siteId) }),
		updateDrills: async ({ principal, params, body, note }) => {
			const { rule, reason } = body;
			if (reason !== undefined) note.reason = reason;
			const spaces = rule.drillSpaces.map(({ app, spaceId }) => `${app}:${spaceId}`).join(",");
			note.facts = { every: rule.every, items: rule.items, drillSpaces: spaces };
			await changeDrills(platform, principal, params.siteId, body);
			await keepSiteCard(platform, principal.organizationId, params.siteId);
			return { body: await readDrills(platform, principal, params.siteId) };
		},
		createDrill: async ({ principal, params, note }) => {
			const { rule } = await readDrills(platform, principal, params.siteId);
			if (rule.drillSpaces.length > 0) requirePermission(principal, "item.restore");
			const run = await requestRun(platform, principal, { siteId: params.siteId, type: "drill", trigger: "manual" });
			note.facts = { run: run.id };
			return { body: run };
		},
	};
}
