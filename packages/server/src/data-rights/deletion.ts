import type { Actor, Deletion } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { Selectable } from "kysely";
import type { Principal } from "../access/principal.ts";
import type { AccessPorts } from "../access/sessions.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { DeletionRow } from "../data/tables.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { approvalRequired, takeApproval } from "../organizations/approvals.ts";

const dayMilliseconds = 86_400_000;
/** Between the first step and the second. */
const coolingDays = 7;
/** Unconfirmed for so long, it is forgotten: nobody finds an old request and ends a company with it. */
const lapsingDays = 30;

const places = {
	actor: (id: string) => `deletions.actor/${id}`,
	reason: (id: string) => `deletions.reason/${id}`,
};

const none: Deletion = { state: "none", requestedBy: null, reason: null, requestedAt: null, confirmableAt: null, lapsesAt: null };

type Stored = Selectable<DeletionRow>;

/** How far the deletion of the caller's organization is. */
export async function readDeletion(ports: AccessPorts, principal: Principal): Promise<Deletion> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	const row = await withOrganization(ports.database, principal.organizationId, (scoped) => open(ports, scoped));
	return row === undefined ? none : body(ports, sealer, row);
}

/** The request that counts; one that has lapsed does not. */
async function open({ clock }: Pick<AccessPorts, "clock">, scoped: Scoped): Promise<Stored | undefined> {
	const row = await scoped.selectFrom("deletions").selectAll().forUpdate().executeTakeFirst();
	if (row === undefined || row.state === "erasing" || lapsesAt(row) > clock.now()) return row;
	await scoped.deleteFrom("deletions").execute();
	return undefined;
}

const confirmableAt = (row: Stored) => new Date(row.asked_at.getTime() + coolingDays * dayMilliseconds);
const lapsesAt = (row: Stored) => new Date(row.asked_at.getTime() + lapsingDays * dayMilliseconds);

function body({ clock }: Pick<AccessPorts, "clock">, sealer: Sealer, row: Stored): Deletion {
	const { organization_id: id } = row;
	return {
		state: row.state === "erasing" ? "erasing" : confirmableAt(row) <= clock.now() ? "confirmable" : "cooling-off",
		requestedBy: {
			type: row.actor_type as Actor["type"],
			id: row.actor_id,
			name: sealer.openText(places.actor(id), row.sealed_actor_name),
		},
		reason: row.sealed_reason === null ? null : sealer.openText(places.reason(id), row.sealed_reason),
		requestedAt: row.asked_at.toISOString(),
		confirmableAt: confirmableAt(row).toISOString(),
		lapsesAt: lapsesAt(row).toISOString(),
	};
}

/**
 * First step. Nothing is deleted, and everything goes on.
 * @throws AppError `bad-input` for another name, `conflict` when it was asked for already, `approval-required`
 */
export async function requestDeletion(
	ports: AccessPorts,
	principal: Principal,
	wanted: { readonly name: string; readonly reason?: string | undefined },
): Promise<Deletion> {
	const { organizationId, actor } = principal;
	const sealer = await ports.keys.sealer(organizationId);
	const done = await withOrganization(ports.database, organizationId, async (scoped) => {
		await requireName(scoped, sealer, { organizationId, name: wanted.name });
		if ((await open(ports, scoped)) !== undefined) throw new AppError("conflict", "The deletion was asked for already");
		const approval = await takeApproval(ports, scoped, principal, {
			deed: "delete",
			permission: "data.delete",
			target: { type: "organization", id: organizationId },
			label: "Delete the whole organization for good",
			reason: wanted.reason,
		});
		if (approval.state === "waiting") return approval;
		return await scoped
			.insertInto("deletions")
			.values({
				organization_id: organizationId,
				state: "asked",
				actor_type: actor.type,
				actor_id: actor.id,
				sealed_actor_name: sealer.text(places.actor(organizationId), actor.name),
				sealed_reason:
					wanted.reason === undefined || wanted.reason === "" ? null : sealer.text(places.reason(organizationId), wanted.reason),
				asked_at: ports.clock.now(),
				confirmed_at: null,
				confirmed_by: null,
			})
			.returningAll()
			.executeTakeFirstOrThrow();
	});
	if (done.state === "waiting") throw approvalRequired(done.approvalId);
	return body(ports, sealer, done as Stored);
}

async function requireName(
	scoped: Scoped,
	sealer: Sealer,
	{ organizationId, name }: { organizationId: string; name: string },
): Promise<void> {
	const row = await scoped.selectFrom("organizations").select("sealed_name").executeTakeFirstOrThrow();
	if (sealer.openText(`organizations.name/${organizationId}`, row.sealed_name) === name) return;
	throw new AppError("bad-input", "That is not the organization's name", { hint: "Type the name exactly as it is." });
}

/** Calls it off. @throws AppError `not-found` when nothing was asked for, `conflict` once it was confirmed */
export async function cancelDeletion(ports: AccessPorts, principal: Principal): Promise<void> {
	await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const row = await open(ports, scoped);
		if (row === undefined) throw new AppError("not-found", "No deletion was asked for");
		if (row.state === "erasing") throw new AppError("conflict", "The deletion was confirmed: nobody stops it any more");
		await scoped.deleteFrom("deletions").execute();
	});
}

/**
 * Second step: from here on nobody signs in, no key works, and {@link eraseConfirmed} destroys everything.
 * @throws AppError `bad-input` for another name, `not-found`, `conflict` before the time to think is over
 */
export async function confirmDeletion(ports: AccessPorts, principal: Principal, { name }: { readonly name: string }): Promise<Deletion> {
	const { organizationId } = principal;
	const sealer = await ports.keys.sealer(organizationId);
	const row = await withOrganization(ports.database, organizationId, async (scoped) => {
		await requireName(scoped, sealer, { organizationId, name });
		const asked = await open(ports, scoped);
		if (asked === undefined) throw new AppError("not-found", "No deletion was asked for");
		if (asked.state === "asked" && confirmableAt(asked) > ports.clock.now())
			throw new AppError("conflict", `There is time to think until ${confirmableAt(asked).toISOString()}`, { hint: "Confirm it then." });
		await scoped.updateTable("sites").set({ paused: true }).execute();
		await scoped.updateTable("runs").set({ cancel_requested: true }).where("status", "in", ["queued", "running"]).execute();
		await scoped.updateTable("api_keys").set({ revoked_at: ports.clock.now() }).where("revoked_at", "is", null).execute();
		await scoped.deleteFrom("sessions").execute();
		return await scoped
			.updateTable("deletions")
			.set({
				state: "erasing",
				confirmed_at: asked.confirmed_at ?? ports.clock.now(),
				confirmed_by: asked.confirmed_by ?? principal.actor.id,
			})
			.returningAll()
			.executeTakeFirstOrThrow();
	});
	return body(ports, sealer, row);
}
