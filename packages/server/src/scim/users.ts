import { type Selectable, sql } from "kysely";
import { z } from "zod";
import type { UserRow } from "../data/access-tables.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { assignmentOf, identityRoles, provisionedGroups } from "../organizations/group-roles.ts";
import { cutOff, requireOwner } from "../organizations/members.ts";
import { readFilter } from "./filter.ts";
import { applyPatch, type patchBody, type Resource } from "./patch.ts";
import { plainText } from "./plain-text.ts";
import { ScimError } from "./scim-error.ts";
import { listBody, metaOf, nameDigest, type PageQuery, type ScimPorts, type ScimScope } from "./scope.ts";

export const userSchema = "urn:ietf:params:scim:schemas:core:2.0:User";

const text = plainText;
/** Entra ID sends truth as a word. */
const truth = z.union([z.boolean(), z.stringbool({ truthy: ["true"], falsy: ["false"] })]);

/** What is kept of a person: what they are called and where to write to. Everything else is passed over. */
const profile = z.object({
	userName: text.min(1),
	externalId: text.nullish(),
	displayName: text.nullish(),
	name: z.object({ formatted: text.nullish(), givenName: text.nullish(), familyName: text.nullish() }).nullish(),
	emails: z
		.array(z.object({ value: text.min(1), type: text.nullish(), primary: truth.nullish() }))
		.max(20)
		.nullish(),
	active: truth.nullish(),
});
type Profile = z.infer<typeof profile>;

const names = ["userName", "externalId", "displayName", "name", "emails", "active"] as const;

function readProfile(resource: unknown): Profile {
	if (typeof resource !== "object" || resource === null) throw new ScimError(400, "The body must be a User", "invalidSyntax");
	const entries = Object.entries(resource).flatMap(([name, value]) => {
		const known = names.find((one) => one.toLowerCase() === name.toLowerCase());
		return known === undefined ? [] : [[known, value] as const];
	});
	const parsed = profile.safeParse(Object.fromEntries(entries));
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw new ScimError(400, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is not valid"}`, "invalidValue");
}

function profilePlace(userId: string): string {
	return `users.profile/${userId}`;
}

/** What a person is called, from what there is. */
function nameOf({ displayName, name, userName }: Profile): string {
	const whole = name?.formatted ?? [name?.givenName, name?.familyName].filter((part) => part).join(" ");
	return displayName || whole || userName;
}

function emailOf({ emails, userName }: Profile): string | null {
	const primary = emails?.find((one) => one.primary === true) ?? emails?.[0];
	return primary?.value ?? (userName.includes("@") ? userName : null);
}

async function resourceOf(scoped: Scoped, sealer: Sealer, scope: ScimScope, row: Selectable<UserRow>): Promise<Resource> {
	const kept: Profile =
		row.sealed_profile === null ? { userName: row.id } : sealer.openJson<Profile>(profilePlace(row.id), row.sealed_profile);
	const groups = await scoped
		.selectFrom("scim_group_members")
		.innerJoin("scim_groups", "scim_groups.id", "scim_group_members.group_id")
		.select(["scim_groups.id", "scim_groups.sealed_name"])
		.where("scim_group_members.user_id", "=", row.id)
		.execute();
	const given = Object.entries(kept).filter(([, value]) => value !== null && value !== undefined);
	return {
		schemas: [userSchema],
		id: row.id,
		...Object.fromEntries(given),
		active: row.active,
		groups: groups.map((group) => ({
			value: group.id,
			$ref: `${scope.base}/Groups/${group.id}`,
			display: sealer.openText(`scim_groups.name/${group.id}`, group.sealed_name),
		})),
		meta: metaOf("User", scope, row),
	};
}

/** Only people who were provisioned are seen: the accounts that somebody invited are none of the client's business. */
function provisioned(scoped: Scoped) {
	return scoped.selectFrom("users").selectAll().where("user_name_digest", "is not", null);
}

async function requireUser(scoped: Scoped, id: string): Promise<Selectable<UserRow>> {
	const row = z.uuid().safeParse(id).success ? await provisioned(scoped).where("id", "=", id).executeTakeFirst() : undefined;
	if (row === undefined) throw new ScimError(404, "There is no such User");
	return row;
}

/** @throws ScimError 404 */
export async function readUser(ports: ScimPorts, scope: ScimScope, id: string): Promise<Resource> {
	const sealer = await ports.keys.sealer(scope.organizationId);
	return await withOrganization(ports.database, scope.organizationId, async (scoped) =>
		resourceOf(scoped, sealer, scope, await requireUser(scoped, id)),
	);
}

/** One page of the people who were provisioned, oldest first. */
export async function listUsers(ports: ScimPorts, scope: ScimScope, page: PageQuery): Promise<object> {
	const sealer = await ports.keys.sealer(scope.organizationId);
	return await withOrganization(ports.database, scope.organizationId, async (scoped) => {
		let select = provisioned(scoped);
		if (page.filter !== undefined) {
			const { attribute, value } = readFilter(page.filter, ["username", "externalid", "id", "active"]);
			if (attribute === "username") select = select.where("user_name_digest", "=", nameDigest(sealer, "user", value));
			else if (attribute === "externalid") select = select.where("external_id", "=", value);
			else if (attribute === "active") select = select.where("active", "=", value === "true");
			else select = select.where(sql<string>`id::text`, "=", value.toLowerCase());
		}
		const { total } = await select
			.clearSelect()
			.select((expression) => expression.fn.countAll<number>().as("total"))
			.executeTakeFirstOrThrow();
		const rows = await select
			.orderBy("created_at")
			.orderBy("id")
			.offset(page.startIndex - 1)
			.limit(page.count)
			.execute();
		return listBody(page, Number(total), await Promise.all(rows.map(async (row) => await resourceOf(scoped, sealer, scope, row))));
	});
}

/** Provisions somebody. @throws ScimError 409 when the name is taken */
export async function createUser(ports: ScimPorts, scope: ScimScope, body: unknown): Promise<Resource> {
	const wanted = readProfile(body);
	const sealer = await ports.keys.sealer(scope.organizationId);
	return await withOrganization(ports.database, scope.organizationId, async (scoped) => {
		const arrived = await alreadyHere(scoped, wanted);
		const id = arrived?.id ?? ports.random.uuid();
		if (arrived === undefined) {
			await scoped
				.insertInto("users")
				.values({
					id,
					organization_id: scope.organizationId,
					sealed_name: sealer.text(`users.name/${id}`, nameOf(wanted)),
					sealed_email: null,
					// Until a group says more: a member who may do nothing.
					role: "custom",
					role_from: "groups",
					created_at: ports.clock.now(),
				})
				.execute();
		}
		return await save(ports, scoped, { scope, sealer, id, wanted });
	});
}

/** Somebody who signed in with Entra ID before they were provisioned is the same person. */
async function alreadyHere(scoped: Scoped, { externalId }: Profile) {
	if (externalId === null || externalId === undefined) return undefined;
	return await scoped
		.selectFrom("users")
		.select("id")
		.where("entra_id", "=", externalId.toLowerCase())
		.where("user_name_digest", "is", null)
		.where("role_from", "=", "groups")
		.executeTakeFirst();
}

interface Save {
	readonly scope: ScimScope;
	readonly sealer: Sealer;
	readonly id: string;
	readonly wanted: Profile;
}

async function save(ports: ScimPorts, scoped: Scoped, { scope, sealer, id, wanted }: Save): Promise<Resource> {
	const email = emailOf(wanted);
	const active = wanted.active ?? true;
	const { active: _active, ...kept } = wanted;
	await scoped
		.updateTable("users")
		.set({
			sealed_name: sealer.text(`users.name/${id}`, nameOf(wanted)),
			sealed_email: email === null ? null : sealer.text(`users.email/${id}`, email),
			sealed_profile: sealer.json(profilePlace(id), kept),
			user_name_digest: nameDigest(sealer, "user", wanted.userName),
			external_id: wanted.externalId ?? null,
			active,
			updated_at: ports.clock.now(),
		})
		.where("id", "=", id)
		.execute();
	if (!active) await cutOff(ports, scoped, id);
	await followGroups(scoped, [id]);
	return await resourceOf(scoped, sealer, scope, await requireUser(scoped, id));
}

/** @throws ScimError 404, 409 */
export async function replaceUser(ports: ScimPorts, scope: ScimScope, id: string, body: unknown): Promise<Resource> {
	const wanted = readProfile(body);
	const sealer = await ports.keys.sealer(scope.organizationId);
	return await withOrganization(ports.database, scope.organizationId, async (scoped) => {
		await requireUser(scoped, id);
		return await save(ports, scoped, { scope, sealer, id, wanted });
	});
}

/** @throws ScimError 400, 404, 409 */
export async function patchUser(
	ports: ScimPorts,
	scope: ScimScope,
	id: string,
	{ operations }: z.infer<typeof patchBody>,
): Promise<Resource> {
	const sealer = await ports.keys.sealer(scope.organizationId);
	return await withOrganization(ports.database, scope.organizationId, async (scoped) => {
		const before = await resourceOf(scoped, sealer, scope, await requireUser(scoped, id));
		return await save(ports, scoped, { scope, sealer, id, wanted: readProfile(applyPatch(before, operations)) });
	});
}

/** Removes somebody with everything that they could act with. @throws ScimError 404; AppError `conflict` for the last owner */
export async function deleteUser(ports: ScimPorts, scope: ScimScope, id: string): Promise<void> {
	await withOrganization(ports.database, scope.organizationId, async (scoped) => {
		await requireUser(scoped, id);
		await cutOff(ports, scoped, id);
		await scoped.deleteFrom("users").where("id", "=", id).execute();
		await requireOwner(scoped);
	});
}

/** Gives people the roles that their groups give now; a role that somebody gave by hand stays. */
export async function followGroups(scoped: Scoped, userIds: readonly string[]): Promise<void> {
	const settings = await identityRoles(scoped);
	for (const id of userIds) {
		const assignment = assignmentOf(settings, await provisionedGroups(scoped, id));
		await scoped
			.updateTable("users")
			.set(assignment ?? { role: "custom", role_id: null, site_ids: null, spaces: null })
			.where("id", "=", id)
			.where("role_from", "=", "groups")
			.execute();
	}
	await requireOwner(scoped);
}
