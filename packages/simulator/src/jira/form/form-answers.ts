import { HttpError } from "../../http/errors.ts";
import { param, type RequestContext } from "../../http/request.ts";
import { isoTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import type { IssueForm } from "../model/issue.ts";
import type { Setting } from "../model/settings.ts";

/** A refusal as Forms writes it. */
export function formError(status: number, code: string, detail: string): HttpError {
	return new HttpError(status, { errors: [{ status, code, title: detail, detail, context: [] }] });
}

/** Refuses addresses of other sites and callers that did not opt into what is experimental. @throws HttpError 404, 412 */
export function admitCaller(site: Site, request: RequestContext): void {
	if (param(request, "cloudId") !== site.cloudId) throw formError(404, "NOT_FOUND", "Not found.");
	if (request.headers["x-experimentalapi"] !== "opt-in")
		throw formError(412, "EXPERIMENTAL_API", "The header X-ExperimentalApi must be set to opt-in.");
}

/** A form's template as the list of its space has it. */
export const renderTemplateEntry = ({ id, name, updated }: Setting): object => ({ id, name, updated: isoTime(Number(updated)) });

/** A form's template with all that it asks. */
export const renderTemplate = ({ id, updated, design, publish }: Setting): object => ({
	id,
	updated: isoTime(Number(updated)),
	design,
	publish,
});

/** A form of a work item as its list has it. */
export const renderFormEntry = ({ id, templateId, design, updated, internal, status }: IssueForm): object => ({
	id,
	formTemplate: { id: templateId },
	name: design.settings.name,
	internal,
	submitted: status !== "open",
	lock: status === "locked",
	updated: isoTime(updated),
});

const letters = { open: "o", submitted: "s", locked: "l" } as const;

/** A form of a work item with what it asks and what was answered. */
export const renderForm = ({ id, updated, design, internal, status, answers }: IssueForm): object => ({
	id,
	updated: isoTime(updated),
	design,
	state: { visibility: internal ? "i" : "e", status: letters[status], answers },
});
