import { type Selectable, sql } from "kysely";
import { z } from "zod";
import type { ScimGroupRow } from "../data/access-tables.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { readFilter } from "./filter.ts";
import { applyPatch, type patchBody, type Resource } from "./patch.ts";
import { plainText } from "./plain-text.ts";
import { ScimError } from "./scim-error.ts";
import { listBody, metaOf, nameDigest, type PageQuery, type ScimPorts, type ScimScope } from "./scope.ts";
import { followGroups } from "./users.ts";

export const groupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group";

const group = z.object({
	displayName: plainText.min(1),
	externalId: plainText.nullish(),
	members: z
		.array(z.object({ value: z.uuid() }))
		.max(20_000)
		.nullish(),
});
type Group = z.infer<typeof group>;
const names = ["displayName", "externalId", "members"] as const;

function readGroup(resource: unknown): Group {
	if (typeof resource !== "object" || resource === null) throw new ScimError(400, "The body must be a Group", "invalidSyntax");
	const entries = Object.entries(resource).flatMap(([name, value]) => {
		const known = names.find((one) => one.toLowerCase() === name.toLowerCase());
		return known === undefined ? [] : [[known, value] as const];
	});
	const parsed = group.safeParse(Object.fromEntries(entries));
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw new ScimError(400, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is not valid"}`, "invalidValue");
}

function namePlace(id: string): string {
	return `scim_groups.name/${id}`;
}

async function membersOf(scoped: Scoped, groupId: string): Promise<string[]> {
	const rows = await scoped.selectFrom("scim_group_members").select("user_id").where("group_id", "=", groupId).orderBy("user_id").execute();
	return rows.map((row) => row.user_id);
}

async function resourceOf(scoped: Scoped, sealer: Sealer, scope: ScimScope, row: Selectable<ScimGroupRow>): Promise<Resource> {
	const members = await membersOf(scoped, row.id);
	return {
		schemas: [groupSchema],
		id: row.id,
		...(row.external_id !== null && { externalId: row.external_id }),
		displayName: sealer.openText(namePlace(row.id), row.sealed_name),
		members: members.map((value) => ({ value, $ref: `${scope.base}/Users/${value}`, type: "User" })),
		meta: metaOf("Group", scope, row),
	};
}

async function requireGroup(scoped: Scoped, id: string): Promise<Selectable<ScimGroupRow>> {
	const known = z.uuid().safeParse(id).success
		? await scoped.selectFrom("scim_groups").selectAll().where("id", "=", id).executeTakeFirst()
		: undefined;
	if (known === undefined) throw new ScimError(404, "There is no such Group");
	return known;
}

/** @throws ScimError 404 */
export async function readScimGroup(ports: ScimPorts, scope: ScimScope, id: string): Promise<Resource> {
	const sealer = await ports.keys.sealer(scope.organizationId);
	return await withOrganization(ports.database, scope.organizationId, async (scoped) =>
		resourceOf(scoped, sealer, scope, await requireGroup(scoped, id)),
	);
}

/** One page of the groups that were provisioned, oldest first. */
export async function listGroups(ports: ScimPorts, scope: ScimScope, page: PageQuery): Promise<object> {
	const sealer = await ports.keys.sealer(scope.organizationId);
	return await withOrganization(ports.database, scope.organizationId, async (scoped) => {
		let select = scoped.selectFrom("scim_groups").selectAll();
		if (page.filter !== undefined) {
			const { attribute, value } = readFilter(page.filter, ["displayname", "externalid", "id"]);
			if (attribute === "displayname") select = select.where("name_digest", "=", nameDigest(sealer, "group", value));
			else if (attribute === "externalid") select = select.where("external_id", "=", value);
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

/** Provisions a group. @throws ScimError 409 when the name is taken, 400 for members that are not there */
export async function createGroup(ports: ScimPorts, scope: ScimScope, body: unknown): Promise<Resource> {
	const wanted = readGroup(body);
	const sealer = await ports.keys.sealer(scope.organizationId);
	const id = ports.random.uuid();
	return await withOrganization(ports.database, scope.organizationId, async (scoped) => {
		const now = ports.clock.now();
		await scoped
			.insertInto("scim_groups")
			.values({
				id,
				organization_id: scope.organizationId,
				external_id: wanted.externalId ?? null,
				name_digest: nameDigest(sealer, "group", wanted.displayName),
				sealed_name: sealer.text(namePlace(id), wanted.displayName),
				created_at: now,
				updated_at: now,
			})
			.execute();
		return await save(ports, scoped, { scope, sealer, id, wanted });
	});
}

interface Save {
	readonly scope: ScimScope;
	readonly sealer: Sealer;
	readonly id: string;
	readonly wanted: Group;
}

async function save(ports: ScimPorts, scoped: Scoped, { scope, sealer, id, wanted }: Save): Promise<Resource> {
	await scoped
		.updateTable("scim_groups")
		.set({
			external_id: wanted.externalId ?? null,
			name_digest: nameDigest(sealer, "group", wanted.displayName),
			sealed_name: sealer.text(namePlace(id), wanted.displayName),
			updated_at: ports.clock.now(),
		})
		.where("id", "=", id)
		.execute();
	const before = await membersOf(scoped, id);
	const after = [...new Set((wanted.members ?? []).map((member) => member.value))];
	const gone = before.filter((userId) => !after.includes(userId));
	const come = after.filter((userId) => !before.includes(userId));
	if (gone.length > 0) await scoped.deleteFrom("scim_group_members").where("group_id", "=", id).where("user_id", "in", gone).execute();
	if (come.length > 0) await addMembers(scoped, scope, id, come);
	await followGroups(scoped, [...gone, ...come]);
	return await resourceOf(scoped, sealer, scope, await requireGroup(scoped, id));
}

async function addMembers(scoped: Scoped, scope: ScimScope, groupId: string, userIds: readonly string[]): Promise<void> {
	const known = await scoped
		.selectFrom("users")
		.select("id")
		.where("id", "in", userIds)
		.where("user_name_digest", "is not", null)
		.execute();
	if (known.length < userIds.length) throw new ScimError(400, "A member of the group is no User here", "invalidValue");
	await scoped
		.insertInto("scim_group_members")
		.values(userIds.map((user_id) => ({ group_id: groupId, user_id, organization_id: scope.organizationId })))
		.execute();
}

/** @throws ScimError 404, 409, 400 */
export async function replaceGroup(ports: ScimPorts, scope: ScimScope, id: string, body: unknown): Promise<Resource> {
	const wanted = readGroup(body);
	const sealer = await ports.keys.sealer(scope.organizationId);
	return await withOrganization(ports.database, scope.organizationId, async (scoped) => {
		await requireGroup(scoped, id);
		return await save(ports, scoped, { scope, sealer, id, wanted });
	});
}

/** @throws ScimError 404, 409, 400 */
export async function patchGroup(
	ports: ScimPorts,
	scope: ScimScope,
	id: string,
	{ operations }: z.infer<typeof patchBody>,
): Promise<Resource> {
	const sealer = await ports.keys.sealer(scope.organizationId);
	return await withOrganization(ports.database, scope.organizationId, async (scoped) => {
		const before = await resourceOf(scoped, sealer, scope, await requireGroup(scoped, id));
		return await save(ports, scoped, { scope, sealer, id, wanted: readGroup(applyPatch(before, operations)) });
	});
}

/** Removes a group; who held a role through it loses it. @throws ScimError 404; AppError `conflict` for the last owner */
export async function deleteGroup(ports: ScimPorts, scope: ScimScope, id: string): Promise<void> {
	await withOrganization(ports.database, scope.organizationId, async (scoped) => {
		await requireGroup(scoped, id);
		const members = await membersOf(scoped, id);
		await scoped.deleteFrom("scim_groups").where("id", "=", id).execute();
		await followGroups(scoped, members);
	});
}
