import { type Answer, ok } from "../../http/answer.ts";
import { HttpError } from "../../http/errors.ts";
import type { RequestContext } from "../../http/request.ts";
import type { RequestType } from "../model/configuration.ts";

/** An error as JSM writes it. */
export const missing = (message: string): HttpError =>
	new HttpError(404, { errorMessage: message, i18nErrorMessage: { i18nKey: "sd.agent.servicedesk.error", parameters: [] } });

/** Answers a page of one of JSM's lists. */
export function page<T>(request: RequestContext, all: readonly T[], render: (item: T) => unknown = (item) => item): Answer {
	const written = pageAt(request, all.map(render), request.path);
	return ok(written, written.size);
}

/** Writes a page of one of JSM's lists, as its own answer or inside of another one. */
export function pageAt(
	request: RequestContext,
	all: readonly unknown[],
	path: string,
): Record<string, unknown> & { readonly size: number } {
	const start = Math.max(0, Number(request.query.get("start") ?? 0));
	const limit = Math.max(1, Math.min(100, Number(request.query.get("limit") ?? 50)));
	const values = all.slice(start, start + limit);
	const address = (at: number): string => `${request.base}${path}?start=${at}&limit=${limit}`;
	const isLastPage = start + values.length >= all.length;
	return {
		_expands: [],
		size: values.length,
		start,
		limit,
		isLastPage,
		_links: {
			base: `${request.base}/rest/servicedeskapi`,
			context: "",
			self: address(start),
			...(isLastPage ? {} : { next: address(start + values.length) }),
			...(start > 0 ? { prev: address(Math.max(0, start - limit)) } : {}),
		},
		values,
	};
}

/** Writes a kind of request; with the fields of its form when told. */
export const renderType = (request: RequestContext, type: RequestType, full: boolean): object => ({
	_expands: [],
	id: type.id,
	_links: { self: `${request.base}/rest/servicedeskapi/servicedesk/${type.projectId}/requesttype/${type.id}` },
	name: type.name,
	description: type.description,
	helpText: "",
	issueTypeId: type.issueTypeId,
	serviceDeskId: type.projectId,
	portalId: type.projectId,
	groupIds: [],
	...(full ? { fields: formOf(type) } : {}),
});

function formOf(type: RequestType): object {
	const field = (fieldId: string, name: string, required: boolean) => ({
		fieldId,
		name,
		description: "",
		required,
		defaultValues: [],
		validValues: [],
		presetValues: [],
		jiraSchema: { type: "string", system: fieldId },
		visible: true,
	});
	const requestTypeFields = [field("summary", `What about "${type.name}"?`, true), field("description", "Tell us more", false)];
	return { requestTypeFields, canRaiseOnBehalfOf: true, canAddRequestParticipants: true };
}
