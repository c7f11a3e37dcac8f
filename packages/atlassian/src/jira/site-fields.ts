import type { JsonObject } from "@skyeworx/core";
import { textAt } from "../record/json-access.ts";

/** What a reading of work items knows of the site's fields. */
export interface SiteFields {
	/** Field id to its name for people: `customfield_10016` to `Story points`. */
	readonly names: ReadonlyMap<string, string>;
	/** Ids of the fields that show a part of customers' requests; none where the site has no service desk. */
	readonly ofRequests: Readonly<Record<RequestField, readonly string[]>>;
}

export type RequestField = "type" | "approvals" | "feedback";

/** The type of field that shows it, in the words of `schema.custom`. */
const requestFields: Readonly<Record<RequestField, string>> = {
	type: "com.atlassian.servicedesk:vp-origin",
	approvals: "com.atlassian.servicedesk.approvals-plugin:sd-approvals",
	feedback: "com.atlassian.servicedesk:sd-request-feedback",
};

/** Reads the answer to `GET /rest/api/3/field`. */
export function siteFields(fields: readonly JsonObject[]): SiteFields {
	const withId = fields.flatMap((field) => {
		const id = textAt(field, "id");
		return id === undefined ? [] : [{ id, field }];
	});
	const showing = (name: RequestField) =>
		withId.filter(({ field }) => textAt(field, "schema", "custom") === requestFields[name]).map(({ id }) => id);
	return {
		names: new Map(withId.map(({ id, field }) => [id, textAt(field, "name") ?? id])),
		ofRequests: { type: showing("type"), approvals: showing("approvals"), feedback: showing("feedback") },
	};
}
