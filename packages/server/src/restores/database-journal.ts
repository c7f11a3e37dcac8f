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
export function databaseJournal(ports: JournalPorts, organizationId: string): RestoreJournal {
	const lastSeq = new Map<string, number>();
	const waiting = new Map<string, Waiting[]>();

	const write = async (restoreId: string, records: readonly JournalRecord[]): Promise<void> => {
		const sealer = await ports.keys.sealer(organizationId);
		await withOrganization(ports.database, organizationId, async (scoped) => {
			const newest = async () =>
				(
					await scoped
						.selectFrom("restore_journal")
						.select((expression) => expression.fn.max("seq").as("seq"))
						.where("restore_id", "=", restoreId)
						.executeTakeFirst()
				)?.seq ?? 0;
			const last = lastSeq.get(restoreId) ?? (await newest());
			const at = ports.clock.now();
			const rows = records.map((record, index) => ({
				restore_id: restoreId,
				seq: last + 1 + index,
				organization_id: organizationId,
				sealed_record: sealer.json(places.record(restoreId, last + 1 + index), record),
				at,
			}));
			await scoped.insertInto("restore_journal").values(rows).execute();
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
			const rows = await withOrganization(ports.database, organizationId, (scoped) =>
				scoped.selectFrom("restore_journal").select(["seq", "sealed_record"]).where("restore_id", "=", restoreId).orderBy("seq").execute(),
			);
			return rows.map((row) => sealer.openJson<JournalRecord>(places.record(restoreId, row.seq), row.sealed_record));
		},
	};
}
