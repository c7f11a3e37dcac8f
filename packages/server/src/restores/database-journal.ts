import type { Clock } from "@skyeworx/core";
import type { JournalRecord, RestoreJournal } from "@skyeworx/engine";
import { sql } from "kysely";
import { type Database, withOrganization } from "../data/database.ts";
import type { OrganizationKeys } from "../keys/organization-keys.ts";
import { places } from "./places.ts";

export interface JournalPorts {
	readonly database: Database;
	readonly keys: OrganizationKeys;
	readonly clock: Clock;
}

/** Where a journal is written: what a drill tries out is no restore that anybody asked for. */
interface Book {
	readonly table: "restore_journal" | "drill_journal";
	readonly place: (restoreId: string, seq: number) => string;
}

const books = {
	restores: { table: "restore_journal", place: places.record },
	drills: { table: "drill_journal", place: places.trialRecord },
} as const satisfies Record<string, Book>;

/** The engine's restore journal in PostgreSQL: sealed, append-only, durable when `append` resolves. */
export function databaseJournal(ports: JournalPorts, organizationId: string, of: keyof typeof books = "restores"): RestoreJournal {
	const { table, place }: Book = books[of];
	const lastSeq = new Map<string, number>();
	return {
		async append(restoreId, record) {
			const sealer = await ports.keys.sealer(organizationId);
			await withOrganization(ports.database, organizationId, async (scoped) => {
				const newest = async () => {
					const asked = sql<{
						seq: number;
					}>`select coalesce(max(seq), 0)::integer as seq from ${sql.table(table)} where restore_id = ${restoreId}`;
					return (await asked.execute(scoped)).rows[0]?.seq ?? 0;
				};
				const seq = (lastSeq.get(restoreId) ?? (await newest())) + 1;
				const sealed = sealer.json(place(restoreId, seq), record);
				await sql`insert into ${sql.table(table)} (restore_id, seq, organization_id, sealed_record, at)
					values (${restoreId}, ${seq}, ${organizationId}, ${sealed}, ${ports.clock.now()})`.execute(scoped);
				lastSeq.set(restoreId, seq);
			});
		},
		async read(restoreId) {
			const sealer = await ports.keys.sealer(organizationId);
			const { rows } = await withOrganization(ports.database, organizationId, async (scoped) =>
				sql<{ seq: number; sealed_record: Buffer }>`
					select seq, sealed_record from ${sql.table(table)} where restore_id = ${restoreId} order by seq`.execute(scoped),
			);
			return rows.map((row) => sealer.openJson<JournalRecord>(place(restoreId, row.seq), row.sealed_record));
		},
	};
}
