import { type Answer, ok } from "../../http/answer.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { createSpace, deleteSpace } from "../deeds/write-space.ts";
import { administered, asV1, bad } from "./refusals.ts";
import { spaceShape } from "./shapes.ts";
import { startTask } from "./task-routes.ts";

const write = [
	["write:confluence-space"],
	["read:space-details:confluence", "write:space.permission:confluence", "write:space:confluence"],
];

/** Registers making, changing and deleting of spaces; reading is v2's. */
export function registerSpaceWrites(router: Router, site: Site): void {
	router.route("POST", "/wiki/rest/api/space", (request) => create(site, request, { personal: false }), write);
	router.route("POST", "/wiki/rest/api/space/_private", (request) => create(site, request, { personal: true }), write);
	router.route("PUT", "/wiki/rest/api/space/{spaceKey}", (request) => update(site, request), write);
	router.route("DELETE", "/wiki/rest/api/space/{spaceKey}", (request) => remove(site, request), [
		["write:confluence-space"],
		["delete:space:confluence", "read:content.metadata:confluence"],
	]);
}

function descriptionOf(body: Readonly<Record<string, unknown>>): string | undefined {
	const { plain } = (body.description ?? {}) as { plain?: { value?: unknown } };
	return typeof plain?.value === "string" ? plain.value : undefined;
}

function create(site: Site, request: RequestContext, { personal }: { readonly personal: boolean }): Answer {
	const body = (request.body ?? {}) as Record<string, unknown>;
	const key = typeof body.key === "string" ? body.key : body.alias;
	if (typeof body.name !== "string" || body.name === "" || typeof key !== "string") throw bad("A space needs a name and a key");
	const input = { key, name: body.name, description: descriptionOf(body) ?? "", authorId: request.caller.account.accountId, personal };
	return ok(
		spaceShape(
			site,
			asV1(() => createSpace(site, input)),
		),
	);
}

function update(site: Site, request: RequestContext): Answer {
	const space = administered(site, request);
	const body = (request.body ?? {}) as Record<string, unknown>;
	if (typeof body.name === "string") space.name = body.name;
	space.description = descriptionOf(body) ?? space.description;
	const home = (body.homepage as { id?: unknown } | null | undefined)?.id;
	if (typeof home === "string") space.homepageId = home;
	if (body.status === "CURRENT" || body.status === "ARCHIVED") space.status = body.status === "CURRENT" ? "current" : "archived";
	site.confluence.touch();
	return ok(spaceShape(site, space));
}

function remove(site: Site, request: RequestContext): Answer {
	const space = administered(site, request);
	return startTask(site, "Space deletion", () => deleteSpace(site, space));
}
