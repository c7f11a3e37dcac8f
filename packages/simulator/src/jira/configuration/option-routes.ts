import { noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, pageBean } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Field, Option } from "../model/configuration.ts";
import { changesSettings } from "./audit.ts";
import { findContext } from "./field-contexts.ts";

const path = "/rest/api/3/field/{fieldId}/context/{contextId}/option";

interface Place {
	readonly field: Field;
	readonly contextId: string;
	readonly isFirst: boolean;
}

function placeOf(site: Site, request: RequestContext): Place {
	const { field, context, isFirst } = findContext(site, request);
	return { field, contextId: context.id, isFirst };
}

/** Seeded options have no context of their own: they are those of the first. */
const isMine = ({ contextId, isFirst }: Place, option: Option): boolean =>
	(option.contextId ?? (isFirst ? contextId : undefined)) === contextId;

const rendered = (option: Option, optionId?: string): object => ({
	id: option.id,
	value: option.value,
	...(optionId === undefined ? {} : { optionId }),
	disabled: option.disabled === true,
});

interface Input {
	readonly id?: string;
	readonly value?: string;
	readonly disabled?: boolean;
	readonly optionId?: string;
}

function inputs(request: RequestContext): readonly Input[] {
	const given = bodyObject(request).options;
	if (!Array.isArray(given) || given.length === 0 || given.length > 1000) throw jiraError(400, "Between 1 and 1000 options must be given.");
	return given as Input[];
}

/** Registers the options of select fields. */
export function registerFieldOptions(router: Router, site: Site): void {
	router.route("GET", path, (request) => {
		const place = placeOf(site, request);
		const all = place.field.options
			.filter((option) => isMine(place, option))
			.flatMap((option) => [rendered(option), ...option.children.map((child) => rendered(child, option.id))]);
		return ok(pageBean(request, all, { size: 100, max: 100 }));
	});
	changesSettings(router, site, { category: "fields", summary: "Options created" }, [
		"POST",
		path,
		(request) => {
			const place = placeOf(site, request);
			let { options } = place.field;
			const made = inputs(request).map((input) => {
				const value = input.value ?? "";
				if (value === "") throw jiraError(400, "An option needs a value.");
				const parent = options.find((one) => one.id === input.optionId);
				if (input.optionId !== undefined && parent === undefined) throw jiraError(404, "The parent option was not found.");
				const beside = parent?.children ?? options.filter((one) => isMine(place, one));
				if (beside.some((one) => one.value === value)) throw jiraError(400, "The option exists already.");
				const id = String(site.ids.take("option", 10_500));
				const option: Option = { id, value, children: [], disabled: input.disabled === true, contextId: place.contextId };
				options =
					parent === undefined
						? [...options, option]
						: options.map((one) => (one.id === parent.id ? { ...one, children: [...one.children, option] } : one));
				return rendered(option, input.optionId);
			});
			site.jira.fields.set(place.field.id, { ...place.field, options });
			return ok({ options: made });
		},
	]);
	changesSettings(router, site, { category: "fields", summary: "Options updated" }, [
		"PUT",
		path,
		(request) => {
			const place = placeOf(site, request);
			const byId = new Map(inputs(request).map((input) => [input.id, input]));
			const updated: object[] = [];
			const change = (option: Option): Option => {
				const input = byId.get(option.id);
				const children = option.children.map(change);
				if (input === undefined) return { ...option, children };
				const next = { ...option, children, value: input.value ?? option.value, disabled: input.disabled ?? option.disabled === true };
				updated.push({ id: next.id, value: next.value, disabled: next.disabled });
				return next;
			};
			site.jira.fields.set(place.field.id, { ...place.field, options: place.field.options.map(change) });
			if (updated.length < byId.size) throw jiraError(404, "The option was not found.");
			return ok({ options: updated });
		},
	]);
	changesSettings(router, site, { category: "fields", summary: "Option deleted" }, [
		"DELETE",
		`${path}/{optionId}`,
		(request) => {
			const { field } = placeOf(site, request);
			const id = param(request, "optionId");
			const used = [...site.jira.issues.values()].some((issue) =>
				JSON.stringify(issue.body?.custom.get(field.id) ?? null).includes(`"${id}"`),
			);
			if (used) throw jiraError(400, "The option is in use.");
			const without = (options: readonly Option[]): Option[] =>
				options.filter((one) => one.id !== id).map((one) => ({ ...one, children: without(one.children) }));
			site.jira.fields.set(field.id, { ...field, options: without(field.options) });
			return noContent();
		},
	]);
}
