import { ok } from "../http/answer.ts";
import { bodyObject, optionalText, pageOf } from "../http/read-input.ts";
import type { RequestContext } from "../http/request.ts";
import type { Router } from "../http/router.ts";
import type { Site } from "../site/site.ts";
import { compileAql } from "./aql.ts";
import { assetsRoot, workspaceOf } from "./asset-answers.ts";
import { renderAttribute, renderObject } from "./render-assets.ts";
import { type AssetObject, attributesOf } from "./state.ts";

/** Beyond it `total` says no more: Assets counts on request alone. */
const mostCounted = 1000;

/** Registers searching and counting objects. */
export function registerAql(router: Router, site: Site): void {
	const matching = (request: RequestContext): AssetObject[] => {
		const { objects } = workspaceOf(site, request);
		const query = compileAql(site, optionalText(bodyObject(request), "qlQuery") ?? "");
		return [...objects.values()].filter(query.test).sort(query.compare);
	};
	router.route("POST", `${assetsRoot}/object/aql`, (request) => {
		const all = matching(request);
		const page = pageOf(request, { size: 25, max: site.switches.assetPageMax });
		const { maxResults } = page;
		const startAt = site.switches.assetPagesStick ? 0 : page.startAt;
		const shown = all.slice(startAt, startAt + maxResults);
		const isLast = startAt + shown.length >= all.length;
		const types = new Set(shown.map((object) => object.typeId));
		const attributes = new Map([...types].flatMap((type) => attributesOf(site.assets, type).map((one) => [one.id, one] as const)));
		return ok(
			{
				startAt,
				maxResults,
				total: Math.min(all.length, mostCounted),
				values: shown.map((object) => renderObject(site, object, request.query.get("includeAttributes") !== "false")),
				objectTypeAttributes: [...attributes.values()].map((attribute) => renderAttribute(site, attribute)),
				last: isLast,
				isLast,
			},
			shown.length,
		);
	});
	router.route("POST", `${assetsRoot}/object/aql/totalcount`, (request) => ok({ totalCount: matching(request).length }));
}
