import type { Clock } from "@skyeworx/core";
import type { JournalRecord, RestoreJournal } from "@skyeworx/engine";
import { type Database, withOrganization } from "../data/database.ts";
import type { OrganizationKeys } from "../keys/organization-keys.ts";
import { places } from "./places.ts";

export interface JournalPorts {
	readonly database: Database;
	readonly keys: OrganizationKeys;
	readonly clock: Clock;
}

/** The engine's restore journal in PostgreSQL: sealed, append-only, durable when `append` resolves. */
export function databaseJournal(ports: JournalPorts, organizationId: string): RestoreJournal {
	const lastSeq = new Map<string, number>();
	return {
		async append(restoreId, record) {
			const sealer = await ports.keys.sealer(organizationId);
			await withOrganization(ports.database, organizationId, async (scoped) => {
				const known = lastSeq.get(restoreId);
				const newest = async () =>
					(
						await scoped
							.selectFrom("restore_journal")
							.select((expression) => expression.fn.max("seq").as("seq"))
							.where("restore_id", "=", restoreId)
							.executeTakeFirst()
					)?.seq ?? 0;
				const seq = (known ?? (await newest())) + 1;
				await scoped
					.insertInto("restore_journal")
					.values({
						restore_id: restoreId,
						seq,
						organization_id: organizationId,
						sealed_record: sealer.json(places.record(restoreId, seq), record),
						at: ports.clock.now(),
					})
					.execute();
				lastSeq.set(restoreId, seq);
			});
		},
		async read(restoreId) {
			const sealer = await ports.keys.sealer(organizationId);
			const rows = await withOrganization(ports.database, organizationId, (scoped) =>
				scoped.selectFrom("restore_journal").select(["seq", "sealed_record"]).where("restore_id", "=", restoreId).orderBy("seq").execute(),
			);
			return rows.map((row) => sealer.openJson<JournalRecord>(places.record(restoreId, row.seq), row.sealed_record));
		},
	};
}
