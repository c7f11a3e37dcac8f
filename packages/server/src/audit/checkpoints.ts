import { sign } from "node:crypto";
import { auditCheckpoint, type SignedCheckpoint } from "@skyeworx/contract";
import { AppError, AuditWalk, auditCheckpointBytes, type Log, toAppError } from "@skyeworx/core";
import type { Store } from "@skyeworx/vault";
import type { Selectable } from "kysely";
import { z } from "zod";
import { readCursor, writeCursor } from "../api/cursor.ts";
import type { AuditCheckpointRow } from "../data/access-tables.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import { linkOf } from "./chain.ts";
import { type CheckpointStorePorts, storesToWrite } from "./checkpoint-stores.ts";
import type { RecordPorts } from "./record.ts";
import { signingKey } from "./signing-key.ts";

export interface CheckpointPorts extends RecordPorts, CheckpointStorePorts {
	readonly log: Log;
}

/** Where signatures lie in a store. */
export const checkpointsFolder = "audit/";
const batch = 1000;

/** A row as the API shows it. */
export function checkpointBody(row: Selectable<AuditCheckpointRow>): SignedCheckpoint {
	return {
		organization: row.organization_id,
		seq: row.seq,
		hash: row.hash.toString("hex"),
		at: row.at.toISOString(),
		signature: row.signature.toString("base64"),
	};
}

/** The newest checkpoint, which a check may begin behind. */
export async function newestCheckpoint(scoped: Scoped): Promise<SignedCheckpoint | undefined> {
	const row = await scoped.selectFrom("audit_checkpoints").selectAll().orderBy("seq", "desc").limit(1).executeTakeFirst();
	return row === undefined ? undefined : checkpointBody(row);
}

/**
 * Signs the newest entry, once what follows the checkpoint before was computed again: nothing is signed that was tampered with.
 * @throws AppError `verify-failed` when the chain is broken; `not-found` when there is no entry yet
 */
export async function signCheckpoint(ports: CheckpointPorts, organizationId: string): Promise<SignedCheckpoint> {
	const { privateKey } = await signingKey(ports, organizationId);
	return await withOrganization(ports.database, organizationId, async (scoped) => {
		const before = await newestCheckpoint(scoped);
		const head = await scoped.selectFrom("audit_heads").select(["seq", "hash"]).executeTakeFirst();
		if (head === undefined) throw new AppError("not-found", "There is no audit entry yet");
		if (before !== undefined && before.seq === head.seq && before.hash === head.hash.toString("hex")) return before;
		await requireWhole(scoped, before, head.seq);
		const about = { organization: organizationId, seq: head.seq, hash: head.hash.toString("hex"), at: ports.clock.now().toISOString() };
		const signature = sign(null, auditCheckpointBytes(about), privateKey);
		await scoped
			.insertInto("audit_checkpoints")
			.values({ organization_id: organizationId, seq: head.seq, hash: head.hash, at: new Date(about.at), signature })
			.onConflict((conflict) => conflict.doNothing())
			.execute();
		const row = await scoped.selectFrom("audit_checkpoints").selectAll().where("seq", "=", head.seq).executeTakeFirstOrThrow();
		return checkpointBody(row);
	});
}

async function requireWhole(scoped: Scoped, before: SignedCheckpoint | undefined, to: number): Promise<void> {
	const chain = new AuditWalk(before);
	while (chain.seq < to) {
		const rows = await scoped
			.selectFrom("audit_entries")
			.selectAll()
			.where("seq", ">", chain.seq)
			.where("seq", "<=", to)
			.orderBy("seq")
			.limit(batch)
			.execute();
		const broken = rows.map((row) => chain.next(linkOf(row))).find((found) => found !== undefined);
		if (broken !== undefined || rows.length === 0) {
			throw new AppError("verify-failed", `The audit chain is broken at number ${broken?.seq ?? chain.seq + 1}: it is not signed`, {
				hint: "Verify the audit log and compare it with the checkpoints in the stores.",
			});
		}
	}
}

/** The folder of an organization's checkpoints in a store. */
export function checkpointFolder(organizationId: string): string {
	return `${checkpointsFolder}${organizationId}/`;
}

/**
 * Signs the newest entry and writes the signature where nobody can take it back: into the organization's store. Without one, into the stores
 * of these sites, or of all.
 */
export async function keepCheckpoint(
	ports: CheckpointPorts,
	organizationId: string,
	siteIds?: readonly string[],
): Promise<SignedCheckpoint> {
	const checkpoint = await signCheckpoint(ports, organizationId);
	const stores = await withOrganization(ports.database, organizationId, async (scoped) => {
		const places = await storesToWrite(ports, scoped, organizationId, { siteIds });
		return await Promise.all(places.map(async ({ open, lockedDays }) => ({ store: await open(), lockedDays })));
	});
	const bytes = new TextEncoder().encode(`${JSON.stringify(checkpoint)}\n`);
	const name = `${checkpointFolder(organizationId)}${String(checkpoint.seq).padStart(12, "0")}.json`;
	for (const { store, lockedDays } of stores) {
		const retainUntil = new Date(ports.clock.now().getTime() + lockedDays * 86_400_000);
		await store.create(name, bytes, { retainUntil }).catch((error: unknown) => {
			ports.log.warn("an audit checkpoint could not be written into a store", { seq: checkpoint.seq, code: toAppError(error).code });
		});
	}
	return checkpoint;
}

/** After a backup the site's store is at hand; what goes wrong here must not spoil the backup. */
export async function checkpointAfterBackup(ports: CheckpointPorts, organizationId: string, siteId: string): Promise<void> {
	try {
		await keepCheckpoint(ports, organizationId, [siteId]);
	} catch (error) {
		ports.log.error("the audit log could not be signed", { code: toAppError(error).code });
	}
}

/** Checkpoints that lie in a store, oldest first; what is no checkpoint is passed over. */
export async function checkpointsIn(store: Store, organizationId: string, newest: number): Promise<SignedCheckpoint[]> {
	const names: string[] = [];
	for await (const { name } of store.list(checkpointFolder(organizationId))) names.push(name);
	const found: SignedCheckpoint[] = [];
	for (const name of names.toSorted().slice(-newest)) {
		const text = new TextDecoder().decode(await store.read(name));
		const parsed = auditCheckpoint.safeParse(jsonOf(text));
		if (parsed.success) found.push(parsed.data);
	}
	return found;
}

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Pages through checkpoints, newest first. */
export async function listCheckpoints(
	ports: RecordPorts,
	organizationId: string,
	page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ items: SignedCheckpoint[]; nextCursor: string | null }> {
	const before = page.cursor === undefined ? undefined : readCursor(page.cursor, "checkpoints", z.tuple([z.int().min(0)]))[0];
	const rows = await withOrganization(ports.database, organizationId, async (scoped) => {
		const select = scoped.selectFrom("audit_checkpoints").selectAll();
		const older = before === undefined ? select : select.where("seq", "<", before);
		return await older
			.orderBy("seq", "desc")
			.limit(page.limit + 1)
			.execute();
	});
	const items = rows.slice(0, page.limit).map(checkpointBody);
	const last = items.at(-1);
	return { items, nextCursor: rows.length > page.limit && last !== undefined ? writeCursor("checkpoints", [last.seq]) : null };
}
