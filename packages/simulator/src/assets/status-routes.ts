import { ok } from "../http/answer.ts";
import { bodyObject, optionalText } from "../http/read-input.ts";
import { param, type RequestContext } from "../http/request.ts";
import type { Router } from "../http/router.ts";
import type { Site } from "../site/site.ts";
import { assetsError, assetsRoot, found, workspaceOf } from "./asset-answers.ts";
import { renderStatus } from "./render-assets.ts";
import type { AssetStatus } from "./state.ts";

/** Registers the statuses that objects can have: those of all schemas, and those of one. */
export function registerStatuses(router: Router, site: Site): void {
	const path = `${assetsRoot}/config/statustype`;
	const ofRequest = (request: RequestContext): AssetStatus => found(workspaceOf(site, request).statuses, param(request, "id"), "status");
	router.route("GET", path, (request) => {
		const schemaId = request.query.get("objectSchemaId") ?? undefined;
		const all = [...workspaceOf(site, request).statuses.values()].filter((status) => status.schemaId === schemaId);
		return ok(all.map(renderStatus), all.length);
	});
	router.route("POST", path, (request) => {
		const state = workspaceOf(site, request);
		const schemaId = optionalText(bodyObject(request), "objectSchemaId");
		if (schemaId !== undefined) found(state.schemas, schemaId, "object schema");
		const input = readStatus(request);
		if ([...state.statuses.values()].some((other) => other.schemaId === schemaId && other.name === input.name)) {
			throw assetsError(400, "A status of this name exists.", { name: "taken" });
		}
		const status: AssetStatus = { id: String(site.ids.take("asset-status", 1)), schemaId, ...input };
		state.statuses.set(status.id, status);
		return { status: 201, json: renderStatus(status) };
	});
	router.route("GET", `${path}/{id}`, (request) => ok(renderStatus(ofRequest(request))));
	router.route("PUT", `${path}/{id}`, (request) => {
		const status = ofRequest(request);
		Object.assign(status, readStatus(request));
		return ok(renderStatus(status));
	});
	router.route("DELETE", `${path}/{id}`, (request) => {
		const status = ofRequest(request);
		if (inUse(site, status.id)) {
			throw assetsError(400, "The status is in use.");
		}
		site.assets.statuses.delete(status.id);
		return ok(renderStatus(status));
	});
}

function readStatus(request: RequestContext): Pick<AssetStatus, "name" | "description" | "category"> {
	const body = bodyObject(request);
	const name = optionalText(body, "name") ?? "";
	if (name === "") throw assetsError(400, "The name must be given.", { name: "required" });
	if (body.category !== 0 && body.category !== 1 && body.category !== 2)
		throw assetsError(400, "No such category.", { category: "invalid" });
	return { name, description: optionalText(body, "description") ?? "", category: body.category };
}

function inUse({ assets }: Site, id: string): boolean {
	const attributes = [...assets.attributes.values()].filter((attribute) => attribute.type === 7).map((attribute) => attribute.id);
	return [...assets.objects.values()].some((object) => attributes.some((attribute) => object.values.get(attribute)?.includes(id) === true));
}
