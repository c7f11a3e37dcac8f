import type { JsonObject } from "@skyeworx/core";
import { textAt } from "../record/json-access.ts";

/** What a reading of work items knows of the site's fields. */
export interface SiteFields {
	/** Field id to its name for people: `customfield_10016` to `Story points`. */
	readonly names: ReadonlyMap<string, string>;
	/** Ids of the fields that show a part of customers' requests; none where the site has no service desk. */
	readonly ofRequests: Readonly<Record<RequestField, readonly string[]>>;
	/** Ids of the fields that count a work item's forms; none where forms can't be read. */
	readonly ofForms: { readonly total: readonly string[]; readonly all: readonly string[] };
}

export type RequestField = "type" | "approvals" | "feedback";

/** The type of field that shows it, in the words of `schema.custom`. */
const requestFields: Readonly<Record<RequestField, string>> = {
	type: "com.atlassian.servicedesk:vp-origin",
	approvals: "com.atlassian.servicedesk.approvals-plugin:sd-approvals",
	feedback: "com.atlassian.servicedesk:sd-request-feedback",
};

/** Counters of forms: all of them, open, submitted, locked ones. They say no more than the forms themselves. */
const formCounter = /^com\.atlassian\.jira\.plugins\.proforma-managed-fields:forms-(total|open|submitted|locked)-field-cftype$/;

/** Reads the answer to `GET /rest/api/3/field`; `withForms` when the connection can read forms. */
export function siteFields(fields: readonly JsonObject[], withForms: boolean): SiteFields {
	const withId = fields.flatMap((field) => {
		const id = textAt(field, "id");
		return id === undefined ? [] : [{ id, field }];
	});
	const showing = (name: RequestField) =>
		withId.filter(({ field }) => textAt(field, "schema", "custom") === requestFields[name]).map(({ id }) => id);
	const counters = withForms
		? withId.flatMap(({ id, field }) => {
				const counted = formCounter.exec(textAt(field, "schema", "custom") ?? "")?.[1];
				return counted === undefined ? [] : [{ id, counted }];
			})
		: [];
	const total = counters.filter(({ counted }) => counted === "total").map(({ id }) => id);
	return {
		ofForms: { total, all: counters.map(({ id }) => id) },
		names: new Map(withId.map(({ id, field }) => [id, textAt(field, "name") ?? id])),
		ofRequests: { type: showing("type"), approvals: showing("approvals"), feedback: showing("feedback") },
	};
}
