import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { uuid } from "../schemas/primitives.ts";

const said = z.string().max(5000).optional();

/** Scopes to write are asked for when something is restored, and not before. */
export const consentEndpoints = {
	createConsent: endpoint({
		method: "POST",
		path: "/restore-plans/:planId/consent",
		tag: "Restores",
		summary: "Begin to grant at Atlassian what a plan needs and its site's connection may not do yet",
		description: "The browser goes to `url`, and comes back to the plan. For people who are signed in: a consent is theirs.",
		access: "site.connect",
		params: z.object({ planId: uuid }),
		status: 200,
		response: z.object({ url: z.string(), scopes: z.array(z.string()) }),
		audit: "connection.consent-begin",
	}),
	finishConsent: endpoint({
		method: "GET",
		path: "/consent/callback",
		tag: "Restores",
		summary: "Where Atlassian sends the browser back to",
		access: "anyone",
		limit: "sign-in",
		query: z.object({ code: said, state: said, error: said, error_description: said }),
		status: 302,
		response: "nothing",
		audit: "connection.consent",
	}),
} as const;
