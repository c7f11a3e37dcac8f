import { noContent, ok } from "../../http/answer.ts";
import { bodyObject } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Handler, Method, Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { settingsOf } from "../configuration/settings.ts";
import { findProject } from "../model/find.ts";
import type { FormDesign } from "../model/issue.ts";
import type { Setting } from "../model/settings.ts";
import { admitCaller, formError, renderTemplate, renderTemplateEntry } from "./form-answers.ts";

/** Registers a route of Forms: an address of its own, for API tokens alone. */
export function formRoute(router: Router, site: Site): (method: Method, path: string, handler: Handler) => void {
	return (method, path, handler) => {
		const admitted: Handler = (request) => {
			admitCaller(site, request);
			return handler(request);
		};
		router.route(method, `/jira/forms/cloud/{cloudId}${path}`, admitted, []);
	};
}

/** Registers templates of forms: each belongs to a space. */
export function registerFormTemplates(router: Router, site: Site): void {
	const templates = site.jira.settings.of.formTemplate;
	const route = formRoute(router, site);
	const spaceOf = (request: RequestContext) => findProject(site, param(request, "projectIdOrKey"));
	const find = (request: RequestContext): Setting => {
		const found = templates.get(param(request, "formId"));
		if (found === undefined || found.projectId !== spaceOf(request).id)
			throw formError(404, "FORM_NOT_FOUND", "The provided form ID was not found.");
		return found;
	};
	const path = "/project/{projectIdOrKey}/form";
	route("GET", path, (request) => {
		const { id } = spaceOf(request);
		return ok(
			settingsOf(site, "formTemplate")
				.filter(({ projectId }) => projectId === id)
				.map(renderTemplateEntry),
		);
	});
	route("GET", `${path}/{formId}`, (request) => ok(renderTemplate(find(request))));
	route("POST", path, (request) => {
		const { design, publish } = given(site, request);
		const id = site.random.uuid();
		const made = { id, name: design.settings.name, projectId: spaceOf(request).id, updated: site.clock.now(), design, publish };
		templates.set(id, made);
		return ok(renderTemplate(made));
	});
	route("PUT", `${path}/{formId}`, (request) => {
		const found = find(request);
		const { design, publish } = given(site, request);
		Object.assign(found, { name: design.settings.name, design, publish, updated: site.clock.now() });
		return ok(renderTemplate(found));
	});
	route("DELETE", `${path}/{formId}`, (request) => {
		templates.delete(find(request).id);
		return noContent();
	});
}

interface Publish {
	readonly portal?: { readonly portalRequestTypeIds?: readonly number[] };
	readonly jira?: object;
}

/** Reads a template; the request types that show it must be there. @throws HttpError 400 */
function given(site: Site, request: RequestContext): { readonly design: FormDesign; readonly publish: Publish } {
	const { design, publish = {} } = bodyObject(request) as { design?: Partial<FormDesign>; publish?: Publish };
	const name = design?.settings?.name;
	if (typeof name !== "string" || name === "" || typeof design?.questions !== "object")
		throw formError(400, "INVALID_FORM", "A form needs a name and questions.");
	if ((publish.portal?.portalRequestTypeIds ?? []).some((id) => !site.jira.requestTypes.has(String(id))))
		throw formError(400, "INVALID_REQUEST_TYPE", "The request type does not exist.");
	return { design: design as FormDesign, publish };
}
