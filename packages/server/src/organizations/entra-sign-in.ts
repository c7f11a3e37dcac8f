import { AppError } from "@skyeworx/core";
import { type Selectable, sql } from "kysely";
import type { EntraPerson } from "../access/entra.ts";
import { type AccessPorts, type NewSession, type SigningIn, startSession } from "../access/sessions.ts";
import type { UserRow } from "../data/access-tables.ts";
import { isDuplicate, type Scoped, withOrganization } from "../data/database.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { assignmentOf, identityRoles, provisionedGroups } from "./group-roles.ts";
import { requireOwner } from "./members.ts";

/** The organization that a tenant's people belong to; undefined when none has linked it. */
export async function organizationOfTenant(ports: AccessPorts, tenantId: string): Promise<string | undefined> {
	const { rows } = await sql<{ organization_id: string }>`select * from find_tenant(${tenantId})`.execute(ports.database);
	return rows[0]?.organization_id;
}

/** Signs in somebody whom Microsoft has vouched for. @throws AppError `not-permitted` when the organization does not let them in */
export async function signInWithEntra(
	ports: AccessPorts,
	organizationId: string,
	person: EntraPerson,
	browser: Pick<SigningIn, "ip" | "agent">,
): Promise<NewSession> {
	const sealer = await ports.keys.sealer(organizationId);
	const userId = await withOrganization(ports.database, organizationId, async (scoped) => {
		const known = await findMember(scoped, person);
		return known === undefined
			? await admit(ports, scoped, { organizationId, sealer, person })
			: await keepUp(scoped, { known, sealer, person });
	});
	return await startSession(ports, { organizationId, userId, method: "entra", ...browser });
}

/** By the object id, never by the e-mail address: that one, anybody can claim in a tenant of their own. */
async function findMember(scoped: Scoped, { objectId }: EntraPerson): Promise<Selectable<UserRow> | undefined> {
	return await scoped
		.selectFrom("users")
		.selectAll()
		.where((where) => where.or([where("entra_id", "=", objectId), where("external_id", "=", objectId)]))
		.orderBy("entra_id")
		.limit(1)
		.executeTakeFirst();
}

interface Arriving {
	readonly organizationId: string;
	readonly sealer: Sealer;
	readonly person: EntraPerson;
}

async function admit(ports: AccessPorts, scoped: Scoped, { organizationId, sealer, person }: Arriving): Promise<string> {
	const assignment = assignmentOf(await identityRoles(scoped), groupsOf(person));
	if (assignment === undefined) throw keptOut();
	const id = ports.random.uuid();
	await scoped
		.insertInto("users")
		.values({
			id,
			organization_id: organizationId,
			...namesOf(sealer, id, person),
			...assignment,
			role_from: "groups",
			entra_id: person.objectId,
			created_at: ports.clock.now(),
		})
		.execute();
	return id;
}

function namesOf(sealer: Sealer, id: string, { name, email }: EntraPerson) {
	return {
		sealed_name: sealer.text(`users.name/${id}`, name),
		sealed_email: email === null ? null : sealer.text(`users.email/${id}`, email),
	};
}

interface Returning {
	readonly known: Selectable<UserRow>;
	readonly sealer: Sealer;
	readonly person: EntraPerson;
}

/** A role that came from groups follows them with each sign-in; one that somebody gave stays. */
async function keepUp(scoped: Scoped, { known, sealer, person }: Returning): Promise<string> {
	const values = { entra_id: person.objectId, ...namesOf(sealer, known.id, person) };
	if (known.role_from === "given") {
		await scoped.updateTable("users").set(values).where("id", "=", known.id).execute();
		return known.id;
	}
	const groups = [...groupsOf(person), ...(await provisionedGroups(scoped, known.id))];
	const assignment = assignmentOf(await identityRoles(scoped), groups);
	if (assignment === undefined) throw keptOut();
	await scoped
		.updateTable("users")
		.set({ ...values, ...assignment })
		.where("id", "=", known.id)
		.execute();
	if (known.role === "owner" && assignment.role !== "owner") await requireOwner(scoped);
	return known.id;
}

/** Too many groups to be told are not the same as no groups. @throws AppError `not-permitted` */
function groupsOf({ groups }: EntraPerson): readonly string[] {
	if (groups !== undefined) return groups;
	throw new AppError("not-permitted", "You are in more groups than Microsoft tells us of", {
		hint: "Ask your administrator to send only the groups that are assigned to the application.",
	});
}

function keptOut(): AppError {
	return new AppError("not-permitted", "Your Microsoft account is not given access to Skyeworx", {
		hint: "Ask an administrator of your organization to add you to a group, or to invite you.",
	});
}

/** Links a member's Microsoft account, and with the first administrator's the organization's tenant. @throws AppError `conflict` */
export async function linkEntra(
	ports: AccessPorts,
	who: { readonly organizationId: string; readonly userId: string; readonly mayClaim: boolean },
	person: EntraPerson,
): Promise<void> {
	await withOrganization(ports.database, who.organizationId, async (scoped) => {
		const { tenantId } = await identityRoles(scoped);
		if (tenantId === null && who.mayClaim) await claimTenant(ports, scoped, who.organizationId, person.tenantId);
		else if (tenantId !== person.tenantId) {
			throw new AppError("conflict", "Your Microsoft account belongs to another tenant than your organization", {
				hint: "Sign in at Microsoft with the account of your organization, or ask an administrator to link its tenant first.",
			});
		}
		await scoped.updateTable("users").set({ entra_id: person.objectId }).where("id", "=", who.userId).execute();
	}).catch((error: unknown) => {
		throw isDuplicate(error)
			? new AppError("conflict", "This tenant or this Microsoft account is linked already", { hint: "Sign in with it instead." })
			: error;
	});
}

async function claimTenant(ports: AccessPorts, scoped: Scoped, organizationId: string, tenantId: string): Promise<void> {
	const updated_at = ports.clock.now();
	await scoped
		.insertInto("identity_settings")
		.values({ organization_id: organizationId, tenant_id: tenantId, default_role: null, updated_at })
		.onConflict((conflict) => conflict.column("organization_id").doUpdateSet({ tenant_id: tenantId, updated_at }))
		.execute();
}
