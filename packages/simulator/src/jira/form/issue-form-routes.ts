import { noContent, ok } from "../../http/answer.ts";
import { bodyObject, scalarText } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { record } from "../issue/journal.ts";
import { findIssue } from "../model/find.ts";
import type { FormDesign, Issue, IssueForm } from "../model/issue.ts";
import { changeBody, readBody } from "../state.ts";
import { formError, renderForm, renderFormEntry } from "./form-answers.ts";
import { formRoute } from "./form-template-routes.ts";

/** Registers forms on work items: copies of a template that are filled in, submitted, and opened again. */
export function registerIssueForms(router: Router, site: Site): void {
	const route = formRoute(router, site);
	const path = "/issue/{issueIdOrKey}/form";
	const issueOf = (request: RequestContext): Issue => findIssue(site, param(request, "issueIdOrKey"));
	const find = (request: RequestContext): IssueForm => {
		const form = (changeBody(site.jira, issueOf(request)).forms ?? []).find(({ id }) => id === param(request, "formId"));
		if (form === undefined) throw formError(404, "FORM_NOT_FOUND", "The provided form ID was not found.");
		return form;
	};
	const changed = (request: RequestContext, change: (form: IssueForm) => void) => {
		const form = find(request);
		touch(site, request, issueOf(request), () => {
			change(form);
			form.updated = site.clock.now();
		});
		return ok(renderForm(form));
	};
	route("GET", path, (request) => ok((readBody(site.jira, issueOf(request)).forms ?? []).map(renderFormEntry)));
	route("GET", `${path}/{formId}`, (request) => ok(renderForm(find(request))));
	route("POST", path, (request) => {
		const template = site.jira.settings.of.formTemplate.get(
			scalarText((bodyObject(request).formTemplate as { id?: unknown } | undefined)?.id),
		);
		if (template === undefined) throw formError(404, "FORM_NOT_FOUND", "The provided form ID was not found.");
		const issue = issueOf(request);
		const form: IssueForm = {
			id: site.random.uuid(),
			templateId: template.id,
			design: template.design as FormDesign,
			updated: site.clock.now(),
			internal: true,
			status: "open",
			answers: {},
		};
		touch(site, request, issue, () => {
			const body = changeBody(site.jira, issue);
			body.forms = [...(body.forms ?? []), form];
		});
		return ok(renderForm(form));
	});
	route("PUT", `${path}/{formId}`, (request) => {
		const { answers } = bodyObject(request) as { answers?: Record<string, unknown> };
		if (typeof answers !== "object") throw formError(400, "INVALID_ANSWERS", "Answers are missing.");
		return changed(request, (form) => {
			if (form.status !== "open") throw formError(400, "FORM_NOT_OPEN", "The form was submitted: reopen it first.");
			const questions = form.design.questions as Record<string, unknown>;
			const unknown = Object.keys(answers).find((id) => questions[id] === undefined);
			if (unknown !== undefined) throw formError(400, "UNKNOWN_QUESTION", `The form has no question ${unknown}.`);
			form.answers = { ...form.answers, ...answers };
		});
	});
	route("DELETE", `${path}/{formId}`, (request) => {
		const { id } = find(request);
		const issue = issueOf(request);
		touch(site, request, issue, () => {
			const body = changeBody(site.jira, issue);
			body.forms = (body.forms ?? []).filter((form) => form.id !== id);
		});
		return noContent();
	});
	const act = (name: string, change: (form: IssueForm) => void) =>
		route("PUT", `${path}/{formId}/action/${name}`, (request) => changed(request, change));
	act("submit", (form) => {
		form.status = form.design.settings.submit?.lock === true ? "locked" : "submitted";
	});
	act("reopen", (form) => {
		form.status = "open";
	});
	act("internal", (form) => {
		form.internal = true;
	});
	act("external", (form) => {
		form.internal = false;
	});
}

/** A change of a form moves the day of the work item's last change: Jira's fields count its forms. */
function touch(site: Site, { caller }: RequestContext, issue: Issue, change: () => void): void {
	record(site, { issue, author: caller.account.accountId }, () => {
		change();
		return [];
	});
}
