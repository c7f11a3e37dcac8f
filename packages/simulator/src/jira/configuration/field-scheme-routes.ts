import { ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, pageBean } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Setting } from "../model/settings.ts";
import { changesSettings } from "./audit.ts";
import { addSetting, findSetting, freeName, settingsOf, takeOver } from "./settings.ts";

const path = "/rest/api/3/config/fieldschemes";

interface FieldInScheme {
	readonly fieldId: string;
	readonly parameters?: { readonly description?: string; readonly isRequired?: boolean; readonly rendererType?: string };
}

/** Registers field schemes: which fields a space has, and which of them are required. */
export function registerFieldSchemes(router: Router, site: Site): void {
	const links = (request: RequestContext, id: string) => ({
		associations: `${request.base}${path}/${id}/fields`,
		projects: `${request.base}${path}/${id}/projects`,
	});
	const rendered = (request: RequestContext, { id, name, description, isDefault, fields }: Setting) => ({
		id: Number(id),
		name,
		description,
		isDefault: isDefault === true,
		fieldsCount: (fields as FieldInScheme[]).length,
		links: links(request, id),
	});
	const find = (request: RequestContext) => findSetting(site, "fieldScheme", param(request, "id"), "field scheme");
	router.route("GET", path, (request) => {
		const all = settingsOf(site, "fieldScheme").map((one) => rendered(request, one));
		return ok(pageBean(request, all, { size: 50, max: 100 }));
	});
	router.route("GET", `${path}/{id}/fields`, (request) => {
		const all = (find(request).fields as FieldInScheme[]).map(({ fieldId, parameters }) => ({
			fieldId,
			allowedOperations: ["EDIT", "REMOVE"],
			...(parameters === undefined ? {} : { parameters }),
			restrictedToWorkTypes: [],
			workTypeParameters: [],
		}));
		return ok(pageBean(request, all, { size: 50, max: 100 }));
	});
	const said = (deed: string) => ({ category: "field schemes", summary: `Field scheme ${deed}` });
	changesSettings(router, site, said("created"), [
		"POST",
		path,
		(request) => {
			const name = freeName(settingsOf(site, "fieldScheme"), request, { what: "field scheme" });
			const scheme = addSetting(site, "fieldScheme", {
				name,
				description: optionalText(bodyObject(request), "description") ?? "",
				fields: [],
			});
			return ok({ id: Number(scheme.id), name, description: scheme.description, links: links(request, scheme.id) });
		},
	]);
	changesSettings(router, site, said("updated"), [
		"PUT",
		`${path}/{id}`,
		(request) => {
			const scheme = find(request);
			takeOver(scheme, bodyObject(request), ["name", "description"]);
			return ok({ id: Number(scheme.id), name: scheme.name, description: scheme.description, links: links(request, scheme.id) });
		},
	]);
	changesSettings(router, site, said("updated"), [
		"PUT",
		`${path}/fields`,
		(request) => {
			for (const [fieldId, requests] of Object.entries(bodyObject(request))) {
				if (!site.jira.fields.has(fieldId)) throw jiraError(404, "The field was not found.");
				for (const { schemeIds } of requests as { schemeIds: number[] }[]) {
					for (const id of schemeIds) {
						const scheme = findSetting(site, "fieldScheme", String(id), "field scheme");
						const fields = scheme.fields as FieldInScheme[];
						if (!fields.some((one) => one.fieldId === fieldId)) scheme.fields = [...fields, { fieldId }];
					}
				}
			}
			return { status: 204 };
		},
	]);
	changesSettings(router, site, said("deleted"), [
		"DELETE",
		`${path}/{id}`,
		(request) => {
			const scheme = find(request);
			const used = [...site.jira.projects.values()].some((project) => project.schemes?.fieldScheme === scheme.id);
			if (used || scheme.isDefault === true) throw jiraError(400, "The field scheme is in use.");
			site.jira.settings.of.fieldScheme.delete(scheme.id);
			return ok({ id: scheme.id, deleted: true });
		},
	]);
}
