import { type Answer, created, noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, pageBean, texts } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Field, FieldKind } from "../model/configuration.ts";
import type { Setting } from "../model/settings.ts";
import { scopeOf } from "../project/team-managed.ts";
import { beginTask } from "../task/tasks.ts";
import { changesSettings } from "./audit.ts";
import { addDefaultContext, contextsOf, customField, findContext } from "./field-contexts.ts";
import { registerFieldOptions } from "./option-routes.ts";
import { addSetting, freeName } from "./settings.ts";

const api = "/rest/api/3/field";
const contextPath = `${api}/{fieldId}/context`;
const said = (summary: string) => ({ category: "fields", summary });
const platform = "com.atlassian.jira.plugin.system.customfieldtypes:";

/** Types of custom fields that the API makes, with how their values are kept. */
const makeable: Readonly<Record<string, { readonly kind: FieldKind; readonly type: string; readonly items?: string }>> = {
	textfield: { kind: "text", type: "string" },
	textarea: { kind: "adf", type: "string" },
	float: { kind: "number", type: "number" },
	url: { kind: "url", type: "string" },
	datepicker: { kind: "date", type: "date" },
	datetime: { kind: "datetime", type: "datetime" },
	labels: { kind: "labels", type: "array", items: "string" },
	select: { kind: "select", type: "option" },
	radiobuttons: { kind: "select", type: "option" },
	multiselect: { kind: "multi-select", type: "array", items: "option" },
	multicheckboxes: { kind: "multi-select", type: "array", items: "option" },
	cascadingselect: { kind: "cascading", type: "option-with-child" },
	userpicker: { kind: "user", type: "user" },
	multiuserpicker: { kind: "multi-user", type: "array", items: "user" },
};

/** Registers fields with their contexts. */
export function registerFields(router: Router, site: Site): void {
	router.route("GET", api, () => ok([...site.jira.fields.values()].map(fieldDetails)));
	router.route("GET", `${api}/search`, (request) => fieldSearch(request, [...site.jira.fields.values()]));
	router.route("GET", `${api}/search/trashed`, (request) =>
		fieldSearch(request, [...(site.jira.settings.trashedFields.values() as Iterable<Field>)]),
	);
	changesSettings(router, site, said("Custom field created"), ["POST", api, (request) => createField(site, request)]);
	changesSettings(router, site, said("Custom field updated"), ["PUT", `${api}/{fieldId}`, (request) => updateField(site, request)]);
	changesSettings(router, site, said("Custom field trashed"), [
		"POST",
		`${api}/{id}/trash`,
		(request) => {
			const field = customField(site, param(request, "id"));
			site.jira.fields.delete(field.id);
			site.jira.settings.trashedFields.set(field.id, field);
			return { status: 200, json: {} };
		},
	]);
	changesSettings(router, site, said("Custom field restored"), [
		"POST",
		`${api}/{id}/restore`,
		(request) => {
			const field = site.jira.settings.trashedFields.get(param(request, "id")) as Field | undefined;
			if (field === undefined) throw jiraError(404, "The custom field was not found in the trash.");
			site.jira.settings.trashedFields.delete(field.id);
			site.jira.fields.set(field.id, field);
			return { status: 200, json: {} };
		},
	]);
	changesSettings(router, site, said("Custom field deleted"), ["DELETE", `${api}/{id}`, (request) => deleteField(site, request)]);
	registerContexts(router, site);
	registerFieldOptions(router, site);
}

function fieldDetails(field: Field): object {
	return {
		id: field.id,
		key: field.id,
		name: field.name,
		custom: field.id.startsWith("customfield_"),
		orderable: field.onScreens,
		navigable: field.navigable,
		searchable: field.clauseNames.length > 0,
		clauseNames: field.clauseNames,
		schema: field.schema,
		...scopeOf(field),
	};
}

const searchers: Readonly<Record<string, string>> = {
	number: "exactnumber",
	"option-with-child": "cascadingselectsearcher",
	option: "multiselectsearcher",
	string: "textsearcher",
};

function fieldSearch(request: RequestContext, fields: readonly Field[]): Answer {
	const types = request.query.getAll("type");
	const ids = request.query.getAll("id");
	const words = request.query.get("query")?.toLowerCase();
	const expand = new Set((request.query.get("expand") ?? "").split(","));
	const all = fields.filter(
		(field) =>
			(types.length === 0 || types.includes(field.id.startsWith("customfield_") ? "custom" : "system")) &&
			(ids.length === 0 || ids.includes(field.id)) &&
			(words === undefined || field.name.toLowerCase().includes(words)),
	);
	const values = all.map((field) => {
		const searcher = searchers[String(field.schema?.type)];
		const isCustom = field.id.startsWith("customfield_");
		return {
			id: field.id,
			key: field.id,
			name: field.name,
			schema: field.schema,
			description: field.description,
			...(expand.has("isLocked") ? { isLocked: field.kind === "rank" } : {}),
			...(expand.has("searcherKey") && isCustom && searcher !== undefined ? { searcherKey: `${platform}${searcher}` } : {}),
		};
	});
	return ok(pageBean(request, values, { size: 50, max: 50 }));
}

function createField(site: Site, request: RequestContext): Answer {
	const body = bodyObject(request);
	const custom = optionalText(body, "type") ?? "";
	const made = makeable[custom.replace(platform, "")];
	if (!custom.startsWith(platform) || made === undefined) throw jiraError(400, [], { fieldType: "The custom field type is not known." });
	const name = optionalText(body, "name") ?? "";
	if (name === "") throw jiraError(400, [], { name: "A name is required." });
	const customId = site.ids.take("custom-field", 10_200);
	const field: Field = {
		id: `customfield_${customId}`,
		name,
		kind: made.kind,
		clauseNames: [`cf[${customId}]`, name],
		schema: { type: made.type, ...(made.items === undefined ? {} : { items: made.items }), custom, customId },
		options: [],
		onScreens: false,
		navigable: true,
		description: optionalText(body, "description") ?? "",
	};
	site.jira.fields.set(field.id, field);
	addDefaultContext(site, field);
	return created(fieldDetails(field));
}

function updateField(site: Site, request: RequestContext): Answer {
	const field = customField(site, param(request, "fieldId"));
	const body = bodyObject(request);
	const name = optionalText(body, "name") ?? field.name;
	const clauseNames = [field.clauseNames[0] ?? "", name];
	site.jira.fields.set(field.id, { ...field, name, clauseNames, description: optionalText(body, "description") ?? field.description });
	return noContent();
}

function deleteField(site: Site, request: RequestContext): Answer {
	const id = param(request, "id");
	const field = (site.jira.settings.trashedFields.get(id) as Field | undefined) ?? customField(site, id);
	site.jira.settings.trashedFields.delete(field.id);
	site.jira.fields.delete(field.id);
	for (const context of contextsOf(site, field)) site.jira.settings.of.fieldContext.delete(context.id);
	return beginTask(site, request);
}

const list = (context: Setting, name: "projectIds" | "issueTypeIds"): string[] => context[name] as string[];

const renderContext = (context: Setting): object => ({
	id: context.id,
	name: context.name,
	description: context.description,
	isGlobalContext: list(context, "projectIds").length === 0,
	isAnyIssueType: list(context, "issueTypeIds").length === 0,
});

function registerContexts(router: Router, site: Site): void {
	const page = (path: string, values: (field: Field) => readonly unknown[]): void => {
		router.route("GET", path, (request) =>
			ok(pageBean(request, values(customField(site, param(request, "fieldId"))), { size: 50, max: 50 })),
		);
	};
	page(contextPath, (field) => contextsOf(site, field).map(renderContext));
	page(`${contextPath}/issuetypemapping`, (field) =>
		contextsOf(site, field).flatMap((context): object[] => {
			const ids = list(context, "issueTypeIds");
			return ids.length === 0
				? [{ contextId: context.id, isAnyIssueType: true }]
				: ids.map((issueTypeId) => ({ contextId: context.id, issueTypeId }));
		}),
	);
	page(`${contextPath}/projectmapping`, (field) =>
		contextsOf(site, field).flatMap((context): object[] => {
			const ids = list(context, "projectIds");
			return ids.length === 0
				? [{ contextId: context.id, isGlobalContext: true }]
				: ids.map((projectId) => ({ contextId: context.id, projectId }));
		}),
	);
	page(`${contextPath}/defaultValues`, () => []);
	changesSettings(router, site, said("Context created"), [
		"POST",
		contextPath,
		(request) => {
			const field = customField(site, param(request, "fieldId"));
			const body = bodyObject(request);
			const [projectIds, issueTypeIds] = [texts(body, "projectIds"), texts(body, "issueTypeIds")];
			const others = contextsOf(site, field);
			if (projectIds.length === 0 && others.some((one) => list(one, "projectIds").length === 0))
				throw jiraError(400, "The field has a global context already.");
			if (others.some((one) => list(one, "projectIds").some((id) => projectIds.includes(id))))
				throw jiraError(400, "A project is in another context of the field.");
			const name = freeName(others, request, { what: "context", status: 409 });
			const description = optionalText(body, "description") ?? "";
			const context = addSetting(site, "fieldContext", { name, description, fieldId: field.id, projectIds, issueTypeIds });
			return created({ id: context.id, name, description, projectIds, issueTypeIds });
		},
	]);
	changesSettings(router, site, said("Context updated"), [
		"PUT",
		`${contextPath}/{contextId}`,
		(request) => {
			const { context } = findContext(site, request);
			const body = bodyObject(request);
			context.name = optionalText(body, "name") ?? context.name;
			context.description = optionalText(body, "description") ?? context.description;
			return noContent();
		},
	]);
	for (const [place, member] of [
		["project", "projectIds"],
		["issuetype", "issueTypeIds"],
	] as const) {
		changesSettings(router, site, said("Context updated"), [
			"PUT",
			`${contextPath}/{contextId}/${place}`,
			(request) => {
				const { context } = findContext(site, request);
				context[member] = [...new Set([...list(context, member), ...texts(bodyObject(request), member)])];
				return noContent();
			},
		]);
	}
	changesSettings(router, site, said("Context deleted"), [
		"DELETE",
		`${contextPath}/{contextId}`,
		(request) => {
			const { field, context } = findContext(site, request);
			site.jira.settings.of.fieldContext.delete(context.id);
			site.jira.fields.set(field.id, { ...field, options: field.options.filter((option) => option.contextId !== context.id) });
			return noContent();
		},
	]);
}
