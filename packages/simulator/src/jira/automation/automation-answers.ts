import { HttpError } from "../../http/errors.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Site } from "../../site/site.ts";
import type { Setting } from "../model/settings.ts";

/** One step of a rule: its trigger, a condition, a branch or an action. */
export interface Step {
	readonly id?: string;
	readonly type?: string;
	readonly value?: unknown;
	readonly children?: readonly Step[];
	readonly conditions?: readonly Step[];
	readonly [member: string]: unknown;
}

/** A refusal as Automation writes it. */
export function automationError(status: number, code: string, title: string): HttpError {
	return new HttpError(status, { errors: [{ id: "298f9da7-93e0-40d7-8a2d-e8e158996abc", status, code, title, field: null }] });
}

/** Refuses callers that are no administrators of Jira, and addresses of other sites. @throws HttpError 403, 404 */
export function admitAdministrator(site: Site, request: RequestContext): void {
	if (param(request, "cloudId") !== site.cloudId) throw automationError(404, "not.found", "Not found");
	const admins = [...site.groups.values()].find((group) => group.name === "site-admins");
	if (admins?.members.has(request.caller.account.accountId) !== true)
		throw automationError(403, "forbidden", "User does not have admin permission");
}

/** A rule as the list of rules has it: no trigger, no components. */
export function renderSummary(rule: Setting): object {
	const { uuid, name, description, state, created, updated, authorAccountId, labels, ruleScopeARIs } = rule;
	const actorAccountId = (rule.actor as { actor?: string }).actor;
	return { uuid, name, description, state, created, updated, authorAccountId, actorAccountId, labels, ruleScopeARIs };
}

/** A rule as reading it gives it: values of secret headers are never shown. */
export function renderRule(rule: Setting): object {
	const { id: _id, connections, ...shown } = rule;
	const trigger = withoutSecrets(rule.trigger as Step);
	return { rule: { ...shown, trigger, components: (rule.components as Step[]).map(withoutSecrets) }, connections };
}

function withoutSecrets(step: Step): Step {
	const { value, children, conditions } = step;
	const headers = (value as { headers?: unknown } | undefined)?.headers;
	const shown = Array.isArray(headers)
		? {
				...(value as object),
				headers: headers.map((header: { headerSecure?: boolean }) => (header.headerSecure === true ? { ...header, value: "" } : header)),
			}
		: value;
	return {
		...step,
		value: shown,
		...(children === undefined ? {} : { children: children.map(withoutSecrets) }),
		...(conditions === undefined ? {} : { conditions: conditions.map(withoutSecrets) }),
	};
}

/** Numbers the steps of a rule anew, as Automation does with each that it stores. */
export function numbered(site: Site, step: Step): Step {
	const { children, conditions } = step;
	return {
		...step,
		id: String(site.ids.take("automation-component", 400_000)),
		...(children === undefined ? {} : { children: children.map((one) => numbered(site, one)) }),
		...(conditions === undefined ? {} : { conditions: conditions.map((one) => numbered(site, one)) }),
	};
}
