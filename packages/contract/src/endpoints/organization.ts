import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { approval, organization, organizationPatch } from "../schemas/organization.ts";
import { listOf, uuid } from "../schemas/primitives.ts";

const approvalParams = z.object({ approvalId: uuid });

/** The organization itself, and what needs a second person in it. */
export const organizationEndpoints = {
	getOrganization: endpoint({
		method: "GET",
		path: "/organization",
		tag: "Organization",
		summary: "The organization and its rules",
		access: "signed-in",
		status: 200,
		response: organization,
	}),
	updateOrganization: endpoint({
		method: "PATCH",
		path: "/organization",
		tag: "Organization",
		summary: "Change the organization's name, or what needs a second person",
		description: "To switch off that something needs a second person needs one.",
		access: "members.manage",
		body: organizationPatch,
		status: 200,
		response: organization,
		audit: "organization.update",
	}),
	listApprovals: endpoint({
		method: "GET",
		path: "/approvals",
		tag: "Approvals",
		summary: "List what waits, or waited, for a second person, newest first: what you asked for, and what you may decide",
		access: "signed-in",
		status: 200,
		response: listOf(approval),
	}),
	approve: endpoint({
		method: "POST",
		path: "/approvals/:approvalId/approve",
		tag: "Approvals",
		summary: "Agree to what somebody else wants to do; they do it then, once",
		description: "Nobody agrees to what they asked for themselves, by whatever key, and programs agree to nothing.",
		access: "signed-in",
		params: approvalParams,
		status: 200,
		response: approval,
		audit: "approval.approve",
	}),
	reject: endpoint({
		method: "POST",
		path: "/approvals/:approvalId/reject",
		tag: "Approvals",
		summary: "Say no to what somebody else wants to do",
		access: "signed-in",
		params: approvalParams,
		status: 200,
		response: approval,
		audit: "approval.reject",
	}),
} as const;
