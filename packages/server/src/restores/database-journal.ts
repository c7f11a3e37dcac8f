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

interface Waiting {
	readonly record: JournalRecord;
	written(): void;
	failed(error: unknown): void;
}

/** So many records go into one transaction at most. */
const mostAtOnce = 200;

/**
 * The engine's restore journal in PostgreSQL: sealed, append-only, durable when `append` resolves. What comes while a transaction is
 * under way goes into the next one together, so that items restored side by side don't wait for one commit each.
 */
export function databaseJournal(ports: JournalPorts, organizationId: string, of: keyof typeof books = "restores"): RestoreJournal {
	const { table, place }: Book = books[of];
	const lastSeq = new Map<string, number>();
	const waiting = new Map<string, Waiting[]>();

	const write = async (restoreId: string, records: readonly JournalRecord[]): Promise<void> => {
		const sealer = await ports.keys.sealer(organizationId);
		await withOrganization(ports.database, organizationId, async (scoped) => {
			const newest = async () => {
				const asked = sql<{
					seq: number;
				}>`select coalesce(max(seq), 0)::integer as seq from ${sql.table(table)} where restore_id = ${restoreId}`;
				return (await asked.execute(scoped)).rows[0]?.seq ?? 0;
			};
			const last = lastSeq.get(restoreId) ?? (await newest());
			const at = ports.clock.now();
			const rows = records.map((record, index) => {
				const seq = last + 1 + index;
				return sql`(${restoreId}, ${seq}, ${organizationId}, ${sealer.json(place(restoreId, seq), record)}, ${at})`;
			});
			await sql`insert into ${sql.table(table)} (restore_id, seq, organization_id, sealed_record, at) values ${sql.join(rows)}`.execute(
				scoped,
			);
			lastSeq.set(restoreId, last + records.length);
		});
	};

	const writeAll = async (restoreId: string, queue: Waiting[]): Promise<void> => {
		while (queue.length > 0) {
			const batch = queue.slice(0, mostAtOnce);
			try {
				await write(
					restoreId,
					batch.map(({ record }) => record),
				);
				for (const one of batch) one.written();
			} catch (error) {
				// Where another process went on with this restore, the number is taken and stays so: nothing more is written here.
				for (const one of batch) one.failed(error);
			}
			queue.splice(0, batch.length);
		}
		waiting.delete(restoreId);
	};

	return {
		append: (restoreId, record) =>
			new Promise((written, failed) => {
				const queue = waiting.get(restoreId) ?? [];
				queue.push({ record, written, failed });
				if (waiting.has(restoreId)) return;
				waiting.set(restoreId, queue);
				void writeAll(restoreId, queue);
			}),
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
