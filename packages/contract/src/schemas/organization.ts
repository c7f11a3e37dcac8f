import { z } from "zod";
import { permission } from "../permissions.ts";
import { moment, typedText, uuid } from "./primitives.ts";
import { actor } from "./run.ts";

/** What can be made to need a second person. */
export const approvalDeeds = ["overwrite", "delete", "key-change"] as const;
export type ApprovalDeed = (typeof approvalDeeds)[number];
const approvalDeed = z.enum(approvalDeeds).meta({ id: "ApprovalDeed" });

export const organization = z
	.object({
		id: uuid,
		name: z.string(),
		createdAt: moment,
		/** What needs a second person. */
		approvals: z.array(approvalDeed),
	})
	.meta({ id: "Organization" });
export type Organization = z.infer<typeof organization>;

export const organizationPatch = z
	.object({ name: typedText(100).min(1), approvals: z.array(approvalDeed).max(10) })
	.partial()
	.refine((patch) => Object.keys(patch).length > 0, "Name at least one thing to change")
	.meta({ id: "OrganizationPatch" });

/** Something that somebody wants to do and a second person must agree to. */
export const approval = z
	.object({
		id: uuid,
		/** `approval-settings` is the switching off of this very rule. */
		deed: z.enum([...approvalDeeds, "approval-settings"]),
		/** What the second person must be allowed to do themselves. */
		permission,
		target: z.object({ type: z.string(), id: z.string() }),
		siteId: uuid.nullable(),
		label: z.string(),
		reason: z.string().nullable(),
		requestedBy: actor,
		status: z.enum(["waiting", "approved", "rejected", "used", "expired"]),
		createdAt: moment,
		expiresAt: moment,
		decidedAt: moment.nullable(),
		decidedBy: z.string().nullable(),
		/** Whether the one who asks this may decide. */
		mayDecide: z.boolean(),
	})
	.meta({ id: "Approval" });
export type Approval = z.infer<typeof approval>;
