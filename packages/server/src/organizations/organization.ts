import type { ApprovalDeed, Organization } from "@skyeworx/contract";
import type { Principal } from "../access/principal.ts";
import type { AccessPorts } from "../access/sessions.ts";
import { withOrganization } from "../data/database.ts";
import { approvalRequired, takeApproval } from "./approvals.ts";

/** Names the place that an organization's sealed name is bound to. */
function namePlace(organizationId: string): string {
	return `organizations.name/${organizationId}`;
}

/** The organization and its rules. */
export async function readOrganization(ports: AccessPorts, principal: Principal): Promise<Organization> {
	const { organizationId } = principal;
	const sealer = await ports.keys.sealer(organizationId);
	const row = await withOrganization(ports.database, organizationId, (scoped) =>
		scoped.selectFrom("organizations").select(["sealed_name", "approvals", "created_at"]).executeTakeFirstOrThrow(),
	);
	return {
		id: organizationId,
		name: sealer.openText(namePlace(organizationId), row.sealed_name),
		createdAt: row.created_at.toISOString(),
		approvals: row.approvals as ApprovalDeed[],
	};
}

interface OrganizationChange {
	readonly name?: string | undefined;
	readonly approvals?: readonly ApprovalDeed[] | undefined;
}

/** Changes the name or the rules. @throws AppError `approval-required`: alone, nobody switches off that a second person is needed */
export async function changeOrganization(ports: AccessPorts, principal: Principal, change: OrganizationChange): Promise<Organization> {
	const { organizationId } = principal;
	const sealer = await ports.keys.sealer(organizationId);
	const taken = await withOrganization(ports.database, organizationId, async (scoped) => {
		const { approvals } = await scoped.selectFrom("organizations").select("approvals").forUpdate().executeTakeFirstOrThrow();
		const kept = change.approvals ?? approvals;
		const dropped = approvals.filter((deed) => !kept.some((one) => one === deed));
		if (dropped.length > 0) {
			const approval = await takeApproval(ports, scoped, principal, {
				deed: "approval-settings",
				permission: "members.manage",
				target: { type: "approvals", id: `off:${dropped.toSorted().join(",")}` },
				label: `No second person any more for: ${dropped.join(", ")}`,
			});
			if (approval.state === "waiting") return approval;
		}
		await scoped
			.updateTable("organizations")
			.set({
				approvals: [...new Set(kept)],
				...(change.name !== undefined && { sealed_name: sealer.text(namePlace(organizationId), change.name) }),
			})
			.execute();
		return undefined;
	});
	if (taken !== undefined) throw approvalRequired(taken.approvalId);
	return await readOrganization(ports, principal);
}
