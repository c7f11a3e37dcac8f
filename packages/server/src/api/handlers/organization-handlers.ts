import { decideApproval, listApprovals } from "../../organizations/approvals.ts";
import { changeOrganization, readOrganization } from "../../organizations/organization.ts";
import type { AuditNote, HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

type Names = "getOrganization" | "updateOrganization" | "listApprovals" | "approve" | "reject";

/** The organization itself, and what needs a second person in it. */
export function organizationHandlers(platform: Platform): HandlersOf<Names> {
	return {
		getOrganization: async ({ principal }) => ({ body: await readOrganization(platform, principal) }),
		updateOrganization: async ({ principal, body, note }) => {
			note.facts = { changed: Object.keys(body).join(","), ...(body.approvals !== undefined && { approvals: body.approvals.join(",") }) };
			return { body: await changeOrganization(platform, principal, body) };
		},
		listApprovals: async ({ principal }) => ({ body: { items: await listApprovals(platform, principal) } }),
		approve: async ({ principal, params, note }) => {
			const approval = await decideApproval(platform, principal, params.approvalId, "approved");
			tell(note, approval);
			return { body: approval };
		},
		reject: async ({ principal, params, note }) => {
			const approval = await decideApproval(platform, principal, params.approvalId, "rejected");
			tell(note, approval);
			return { body: approval };
		},
	};
}

function tell(note: AuditNote, approval: Awaited<ReturnType<typeof decideApproval>>): void {
	note.label = approval.label;
	note.facts = { deed: approval.deed, requestedBy: approval.requestedBy.id, [approval.target.type]: approval.target.id };
	if (approval.reason !== null) note.reason = approval.reason;
}
