import type { Credential, CredentialStore } from "@skyeworx/atlassian";
import { AppError, type Clock } from "@skyeworx/core";
import { sql } from "kysely";
import { type Database, withOrganization } from "../data/database.ts";
import type { OrganizationKeys } from "../keys/organization-keys.ts";

export interface CredentialPorts {
	readonly database: Database;
	readonly keys: OrganizationKeys;
	readonly clock: Clock;
}

/** Names the place that a site's sealed credential is bound to. */
export function credentialPlace(siteId: string): string {
	return `connections.credential/${siteId}`;
}

/** Keeps a site's credential in PostgreSQL, sealed with its organization's key. */
export function databaseCredentials(
	ports: CredentialPorts,
	site: { readonly organizationId: string; readonly siteId: string },
): CredentialStore {
	const { organizationId, siteId } = site;
	return {
		async load() {
			const sealer = await ports.keys.sealer(organizationId);
			const row = await withOrganization(ports.database, organizationId, (scoped) =>
				scoped.selectFrom("connections").select("sealed_credential").where("site_id", "=", siteId).executeTakeFirst(),
			);
			if (row === undefined) throw new AppError("not-found", "The site's connection was removed");
			return sealer.openJson<Credential>(credentialPlace(siteId), row.sealed_credential);
		},
		async replace(_previous, next) {
			const sealer = await ports.keys.sealer(organizationId);
			await withOrganization(ports.database, organizationId, async (scoped) => {
				await scoped
					.updateTable("connections")
					.set({ sealed_credential: sealer.json(credentialPlace(siteId), next), updated_at: ports.clock.now() })
					.where("site_id", "=", siteId)
					.execute();
			});
		},
		// An advisory lock and not the row's: a rotated token must be durable when `replace` returns, not when the work ends.
		exclusive: (work) =>
			withOrganization(ports.database, organizationId, async (scoped) => {
				await sql`select pg_advisory_xact_lock(hashtextextended(${`credential/${siteId}`}, 0))`.execute(scoped);
				return await work();
			}),
	};
}

/** Holds a credential while a site is being connected, before anything is stored. */
export function memoryCredentials(first: Credential): CredentialStore {
	let held = first;
	let queue: Promise<unknown> = Promise.resolve();
	return {
		load: async () => held,
		replace: async (_previous, next) => {
			held = next;
		},
		exclusive(work) {
			const turn = queue.then(work, work);
			queue = turn.catch(() => {});
			return turn;
		},
	};
}
