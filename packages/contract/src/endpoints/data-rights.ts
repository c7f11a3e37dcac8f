import { endpoint } from "../endpoint.ts";
import { deletion, deletionConfirmation, deletionInput } from "../schemas/data-rights.ts";

/** Everything about an organization: to take away, and to delete for good. */
export const dataRightEndpoints = {
	exportOrganization: endpoint({
		method: "GET",
		path: "/organization/export",
		tag: "Data rights",
		summary: "Export everything that this server knows about the organization, as JSON lines without secrets",
		description: "What is backed up is exported from the vaults themselves, with the recovery kit and without this server.",
		access: "data.delete",
		status: 200,
		response: "bytes",
		audit: "organization.export",
	}),
	getDeletion: endpoint({
		method: "GET",
		path: "/organization/deletion",
		tag: "Data rights",
		summary: "Whether the organization is about to be deleted, and how far that is",
		access: "data.delete",
		status: 200,
		response: deletion,
	}),
	requestDeletion: endpoint({
		method: "POST",
		path: "/organization/deletion",
		tag: "Data rights",
		summary: "First step of deleting the organization for good: a week to think begins, and nothing is deleted yet",
		description:
			"With a second person for deletions, somebody else has to agree first. Everything goes on as before until it is confirmed.",
		access: "data.delete",
		body: deletionInput,
		status: 201,
		response: deletion,
		audit: "organization.deletion-request",
	}),
	cancelDeletion: endpoint({
		method: "DELETE",
		path: "/organization/deletion",
		tag: "Data rights",
		summary: "Call the deletion off, as long as it is not confirmed",
		access: "data.delete",
		status: 204,
		response: "nothing",
		audit: "organization.deletion-cancel",
	}),
	confirmDeletion: endpoint({
		method: "POST",
		path: "/organization/deletion/confirm",
		tag: "Data rights",
		summary: "Second step, after the week: keys, stored objects and every row about the organization are destroyed, for good",
		access: "data.delete",
		body: deletionConfirmation,
		status: 202,
		response: deletion,
		audit: "organization.deletion-confirm",
	}),
} as const;
