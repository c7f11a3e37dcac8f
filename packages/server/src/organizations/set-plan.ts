import type { Retention } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import { Client } from "pg";
import { type RecordPorts, recordAudit } from "../audit/record.ts";

/** What the operator wants. */
export interface WantedPlan {
	readonly organizationId: string;
	readonly plan: Retention["plan"];
}

/**
 * Gives an organization another plan, as the database's owner; the operator's log and the organization's own tell of it. Rules that
 * the new plan does not allow stay as they are until somebody changes them. Answers the plan before.
 * @throws AppError `not-found`
 */
export async function setPlan(ports: RecordPorts, ownerUrl: string, { organizationId, plan }: WantedPlan): Promise<string> {
	const client = new Client({ connectionString: ownerUrl });
	await client.connect();
	try {
		const { rows } = await client.query<{ before: string | null }>("select set_organization_plan($1, $2, $3) as before", [
			organizationId,
			plan,
			ports.clock.now(),
		]);
		const before = rows[0]?.before ?? null;
		if (before === null)
			throw new AppError("not-found", "There is no such organization", { hint: "Settings, in the web UI, show its id." });
		if (before === plan) return before;
		await recordAudit(ports, {
			organizationId,
			actor: { type: "system", id: "operator", name: "Operator" },
			action: "organization.plan",
			target: { type: "organization", id: organizationId },
			outcome: "success",
			facts: { from: before, to: plan },
		});
		return before;
	} finally {
		await client.end();
	}
}
