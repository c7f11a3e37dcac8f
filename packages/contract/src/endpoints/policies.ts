import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { policy, policyPatch, policyPreview } from "../schemas/policy.ts";
import { uuid } from "../schemas/primitives.ts";

const params = z.object({ siteId: uuid });

/** How often sites are backed up. */
export const policyEndpoints = {
	getPolicy: endpoint({
		method: "GET",
		path: "/sites/:siteId/policy",
		tag: "Policies",
		summary: "Say how often a site is backed up and when next",
		access: "status.see",
		params,
		status: 200,
		response: policy,
	}),
	updatePolicy: endpoint({
		method: "PATCH",
		path: "/sites/:siteId/policy",
		tag: "Policies",
		summary: "Change how often a site is backed up",
		access: "policy.edit",
		params,
		body: policyPatch,
		status: 200,
		response: policy,
		audit: "policy.update",
	}),
	previewPolicy: endpoint({
		method: "POST",
		path: "/sites/:siteId/policy/preview",
		tag: "Policies",
		summary: "Say when runs would begin, without changing anything",
		access: "status.see",
		params,
		body: policyPatch,
		status: 200,
		response: policyPreview,
	}),
} as const;
