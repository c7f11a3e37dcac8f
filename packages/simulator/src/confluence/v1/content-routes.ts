import { type Answer, noContent, ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { conversionContext, writeBody } from "../deeds/write-body.ts";
import { moveBeside, moveUnder, trashContent, updateContent } from "../deeds/write-content.ts";
import type { Content } from "../entities.ts";
import { nextId } from "../ids.ts";
import { latest } from "../state.ts";
import { storageToHtml } from "../storage/storage-to-html.ts";
import { asV1, bad, contentOf, missing, requireEdit } from "./refusals.ts";
import { versionShape } from "./shapes.ts";
import { startTask } from "./task-routes.ts";

const write = (granular: readonly string[]) => [["write:confluence-content"], granular];

/** Registers moving, restoring and deleting of versions, deleting a tree, and converting bodies. */
export function registerContentDeeds(router: Router, site: Site): void {
	const root = "/wiki/rest/api/content";
	router.route("PUT", `${root}/{pageId}/move/{position}/{targetId}`, (request) => move(site, request), write(["write:page:confluence"]));
	router.route(
		"POST",
		`${root}/{id}/version`,
		(request) => restoreVersion(site, request),
		write(["read:content-details:confluence", "write:content:confluence"]),
	);
	router.route(
		"DELETE",
		`${root}/{id}/version/{versionNumber}`,
		(request) => deleteVersion(site, request),
		write(["delete:content:confluence"]),
	);
	router.route("DELETE", `${root}/{id}/pageTree`, (request) => deleteTree(site, request), write(["delete:content:confluence"]));
	router.route(
		"POST",
		`${root}/archive`,
		(request) => archive(site, request),
		write(["read:content.metadata:confluence", "write:page:confluence"]),
	);
	const converting = [["read:confluence-content.all"], ["read:content.metadata:confluence"]];
	router.route("POST", "/wiki/rest/api/contentbody/convert/async/{to}", (request) => convert(site, request), converting);
	router.route("GET", "/wiki/rest/api/contentbody/convert/async/{id}", (request) => converted(site, request), converting);
}

function move(site: Site, request: RequestContext): Answer {
	const page = contentOf(site, request, "pageId");
	const target = contentOf(site, request, "targetId");
	requireEdit(site, request.caller, page);
	const position = param(request, "position");
	if (position === "append") asV1(() => moveUnder(site, page, target.id));
	else if (position === "before" || position === "after") asV1(() => moveBeside(site, page, target, position));
	else throw bad(`Unknown position ${position}: before, after or append are possible`);
	return ok({ pageId: page.id });
}

function restoreVersion(site: Site, request: RequestContext): Answer {
	const content = contentOf(site, request);
	requireEdit(site, request.caller, content);
	const { operationKey, params } = (request.body ?? {}) as {
		operationKey?: unknown;
		params?: { versionNumber?: unknown; message?: unknown; restoreTitle?: unknown };
	};
	const old = content.versions.find((version) => version.number === params?.versionNumber);
	if (operationKey !== "restore" || old === undefined) throw bad("operationKey restore and an existing params.versionNumber are required");
	const title = params?.restoreTitle === true ? old.title : content.title;
	const number = latest(content).number + 1;
	const message = typeof params?.message === "string" ? params.message : "";
	asV1(() =>
		updateContent(site, content, { title, body: old.body, version: { number, message }, authorId: request.caller.account.accountId }),
	);
	return ok(versionShape(site, latest(content)));
}

function deleteVersion(site: Site, request: RequestContext): Answer {
	const content = contentOf(site, request);
	requireEdit(site, request.caller, content);
	const index = content.versions.findIndex((version) => version.number === Number(param(request, "versionNumber")));
	if (index < 0) throw missing(`version ${param(request, "versionNumber")}`);
	if (index === content.versions.length - 1) throw bad("The current version cannot be deleted");
	content.versions.splice(index, 1);
	for (const [at, version] of content.versions.entries()) content.versions[at] = { ...version, number: at + 1 };
	site.confluence.touch();
	return noContent();
}

function deleteTree(site: Site, request: RequestContext): Answer {
	const root = contentOf(site, request);
	requireEdit(site, request.caller, root);
	const all: Content[] = [root];
	for (const content of all) all.push(...site.confluence.childrenOf(content.id).filter((child) => child.status !== "trashed"));
	for (const content of all.reverse()) trashContent(site, content);
	return startTask(site, "Deleting page tree", () => undefined);
}

function archive(site: Site, request: RequestContext): Answer {
	const { pages } = (request.body ?? {}) as { pages?: readonly { id?: unknown }[] };
	const found = (pages ?? []).map(({ id }) => contentOf(site, { ...request, params: { id: String(id) } }));
	for (const page of found) {
		requireEdit(site, request.caller, page);
		if (page.type !== "page" || page.status !== "current") throw bad(`Content ${page.id} is no page that can be archived`);
	}
	return startTask(site, "Archiving pages", () => {
		for (const page of found) site.confluence.changeContent(page, { status: "archived" });
	});
}

function convert(site: Site, request: RequestContext): Answer {
	const to = param(request, "to");
	const { value, representation } = (request.body ?? {}) as { value?: unknown; representation?: unknown };
	if (typeof value !== "string" || typeof representation !== "string") throw bad("value and representation are required");
	const context = conversionContext(site, request.query.get("contentIdContext") ?? undefined);
	const body = asV1(() => writeBody({ value, representation }, context));
	const html = storageToHtml(body.storage, { fileAddress: () => undefined, pageAddress: () => undefined });
	const result = to === "storage" || to === "editor" ? body.storage : html;
	const asyncId = `${nextId(site)}-${to}`;
	site.confluence.conversions.set(asyncId, { representation: to, value: result });
	return ok({ asyncId });
}

function converted(site: Site, request: RequestContext): Answer {
	const id = param(request, "id");
	const done = site.confluence.conversions.get(id);
	if (done === undefined) throw missing(`conversion with id ${id}`);
	return ok({ ...done, renderTaskId: id, status: "COMPLETED", _links: {} });
}
