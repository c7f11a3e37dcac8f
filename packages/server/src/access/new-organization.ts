import { withOrganization } from "../data/database.ts";
import { sealerOf } from "../keys/organization-keys.ts";
import type { AccessPorts } from "./sessions.ts";

export interface NewOrganization {
	readonly organizationId: string;
	readonly userId: string;
}

/** Makes an organization with keys of its own and its first owner. */
export async function createOrganization(
	ports: AccessPorts,
	about: { readonly name: string; readonly ownerName: string },
): Promise<NewOrganization> {
	const organizationId = ports.random.uuid();
	const userId = ports.random.uuid();
	const key = ports.random.bytes(32);
	const sealer = sealerOf(key);
	const created_at = ports.clock.now();
	await withOrganization(ports.database, organizationId, async (scoped) => {
		await scoped
			.insertInto("organizations")
			.values({
				organization_id: organizationId,
				sealed_name: sealer.text(`organizations.name/${organizationId}`, about.name),
				sealed_key: ports.keys.wrap(organizationId, key),
				created_at,
			})
			.execute();
		await scoped
			.insertInto("users")
			.values({
				id: userId,
				organization_id: organizationId,
				sealed_name: sealer.text(`users.name/${userId}`, about.ownerName),
				sealed_email: null,
				role: "owner",
				created_at,
			})
			.execute();
	});
	return { organizationId, userId };
}
