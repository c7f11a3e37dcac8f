import { AppError, isAppError } from "@skyeworx/core";
import { copyVault, type Store, type Unlock, type Vault } from "@skyeworx/vault";
import { recordAudit } from "../audit/record.ts";
import { withOrganization } from "../data/database.ts";
import type { SiteStorage, StoreLock, StorePlace } from "../data/storage-tables.ts";
import { othersWait } from "../jobs/others-wait.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import { RunRecord } from "../runs/run-record.ts";
import type { StoreLocation } from "../sites/backends.ts";
import { vaultPlace } from "../sites/site-runtimes.ts";
import { besideVault } from "./beside-vault.ts";
import { lockOf } from "./store-place.ts";
import { locateVault, readStore, unlockOfSite } from "./stored-choice.ts";

/**
 * Moves a site's vault: copies it, checks the copy down to its structure, ends all writing in the old place with an entry of the
 * vault's own log, and switches. Called again after a kill, it goes on with what is there: at every moment one place takes writes, or none
 * does and the next call switches. A backup or restore that waits for the
 * site is let through between two objects; what it wrote is copied after it.
 */
export async function runMoveJob(ports: WorkPorts, context: JobContext): Promise<void> {
	const record = new RunRecord(ports, context);
	const run = await record.begin();
	if (run === undefined) return;
	const leaving: Leaving = { begun: false };
	try {
		const move = await loadMove(ports, context);
		leaving.begun = move.switched;
		if (!move.switched) {
			if ((await moveVault(ports, context, { move, record, leaving })) === "paused") {
				record.phase("Waiting for the site's other runs");
				await ports.queue.send({ type: "move", id: context.id, siteId: context.siteId, organizationId: context.organizationId });
				return;
			}
			record.phase("Switching");
			await switchTo(ports, context, move);
		}
		// Also when the process that switched was killed right after: nobody here goes on with the old place.
		await ports.sites.forget(context.organizationId, context.siteId);
		await audit(ports, context, { outcome: "success", facts: { store: storeName(move.target) } });
		await record.finish("succeeded", {}, null);
		await ports.bus.publish(context.organizationId, { type: "site.changed", at: ports.clock.now().toISOString(), siteId: context.siteId });
	} catch (error) {
		// No way leads back from the last entry of the old place's log: the queue gives the job out again until it is through.
		if (leaving.begun && !isAppError(error, "vault-damaged")) throw error;
		const ended = record.failure(error);
		if (ended === undefined) return;
		await audit(ports, context, { outcome: "failure", error: { code: ended.error.code, detail: ended.error.detail } });
		await record.finish(ended.status, { error: ended.error }, null);
	}
}

interface Move {
	readonly target: SiteStorage;
	readonly switched: boolean;
	readonly source: StoreLocation;
	readonly location: StoreLocation;
	readonly lock: StoreLock | undefined;
	readonly unlock: Unlock;
}

async function loadMove(ports: WorkPorts, { organizationId, siteId, id }: JobContext): Promise<Move> {
	const sealer = await ports.keys.sealer(organizationId);
	return await withOrganization(ports.database, organizationId, async (scoped) => {
		const row = await scoped.selectFrom("vault_moves").selectAll().where("run_id", "=", id).executeTakeFirstOrThrow();
		const target = row.new_storage;
		const place: StorePlace | undefined = target.type === "folder" ? undefined : (await readStore(scoped, sealer, target.storeId)).place;
		return {
			target,
			switched: row.switched_at !== null,
			source: await locateVault(scoped, sealer, row.old_storage),
			location: await locateVault(scoped, sealer, target),
			lock: place === undefined ? undefined : lockOf(place),
			unlock: await unlockOfSite(scoped, sealer, siteId),
		};
	});
}

/** Whether the old place may have taken its last entry: whoever has asked for that and got no answer can't know. */
interface Leaving {
	begun: boolean;
}

interface Moving {
	readonly move: Move;
	readonly record: RunRecord;
	readonly leaving: Leaving;
}

/** Ends when the old place takes no more writes and the new one holds everything that was written there. */
async function moveVault(ports: WorkPorts, context: JobContext, { move, record, leaving }: Moving): Promise<"moved" | "paused"> {
	const { vault } = await ports.sites.open(context.organizationId, context.siteId);
	const source = ports.backends.openStore(move.source);
	const target = ports.backends.openStore(move.location);
	for (;;) {
		await vault.refresh();
		// A process that was killed between the last two steps: the copy was whole and checked before this entry was written.
		if (vault.movedAway()) {
			leaving.begun = true;
			if (await holdsAllBut(ports, context, { move, head: vault.head().seq })) return "moved";
			throw new AppError("vault-damaged", "The vault was moved, but its new place does not hold all of it", {
				hint: "Nothing is lost: everything lies in the old place. Open that with the recovery kit and ask for help.",
			});
		}
		if ((await copy(ports, context, { vault, source, target, move, record, leaving })) === "paused") return "paused";
		record.phase("Checking the copy");
		if (await leaveWhenWhole(ports, context, { vault, move, record, leaving })) return "moved";
	}
}

interface Left {
	readonly move: Move;
	/** Number of the old log's last entry, which says that the vault was moved. */
	readonly head: number;
}

/** Whether the new place holds everything up to the old log's last entry. */
async function holdsAllBut(ports: WorkPorts, context: JobContext, { move, head }: Left): Promise<boolean> {
	const copy = await openCopy(ports, context, move).catch((error: unknown) => {
		if (isAppError(error, "not-found")) return undefined;
		throw error;
	});
	const found = copy?.head().seq;
	await copy?.close();
	return found === head - 1;
}

interface Copying extends Moving {
	readonly vault: Vault;
	readonly source: Store;
	readonly target: Store;
}

async function copy(ports: WorkPorts, context: JobContext, { vault, source, target, move, record }: Copying): Promise<"copied" | "paused"> {
	const retainUntil = longestPromise(vault, move.lock, ports.clock.now());
	const { complete } = await copyVault(source, target, {
		clock: ports.clock,
		signal: context.signal,
		onProgress: (done, total) => record.phase("Copying", { done, total, kinds: [] }),
		...(retainUntil !== undefined && { retainUntil }),
		damaged: new Set(vault.quarantined().map((name) => name.slice(name.lastIndexOf("/") + 1))),
		beside: besideVault,
		pause: async () => await othersWait(ports, context),
	});
	return complete ? "copied" : "paused";
}

/** What the snapshots were promised, as far as the new store's own rule goes. */
function longestPromise(vault: Vault, lock: StoreLock | undefined, now: Date): Date | undefined {
	if (lock === undefined) return undefined;
	const promised = Math.max(0, ...vault.snapshots().map(({ lockUntil }) => lockUntil?.getTime() ?? 0));
	const until = Math.min(promised, now.getTime() + lock.days * 86_400_000);
	return until > now.getTime() ? new Date(until) : undefined;
}

/** False when somebody wrote into the old place since it was copied: then the rest is to be copied too. */
async function leaveWhenWhole(
	ports: WorkPorts,
	context: JobContext,
	{ vault, move, record, leaving }: Moving & { readonly vault: Vault },
): Promise<boolean> {
	const copied = await openCopy(ports, context, move);
	try {
		const report = await copied.verify({
			level: "structure",
			signal: context.signal,
			onProgress: (done, total) => record.phase("Checking the copy", { done, total, kinds: [] }),
		});
		const fresh = report.damage.filter(({ object }) => !vault.quarantined().some((name) => object.includes(name)));
		if (fresh.length > 0) {
			throw new AppError("vault-damaged", `The copy is not whole: ${fresh.length} objects lack or are damaged, ${fresh[0]?.object} first`, {
				hint: "Nothing was switched. Verify and repair the vault where it lies, then move it again.",
			});
		}
		const head = copied.head();
		const same = vault.head().seq !== head.seq || vault.head().sha256 === head.sha256;
		if (!same) throw new AppError("vault-damaged", "The copy's log differs from the vault's");
		leaving.begun = true;
		leaving.begun = await vault.leave(head);
		return leaving.begun;
	} finally {
		await copied.close();
	}
}

async function openCopy(ports: WorkPorts, { siteId }: JobContext, move: Move): Promise<Vault> {
	return await ports.backends.openVault(vaultPlace(ports.dataFolder, siteId, move.location), move.unlock, undefined);
}

/** From this transaction on the site's vault is the new one; the old one takes no writes any more. */
async function switchTo(ports: WorkPorts, context: JobContext, move: Move): Promise<void> {
	const { organizationId, siteId, id } = context;
	const copied = await openCopy(ports, context, move);
	const head = copied.head();
	await copied.close();
	await withOrganization(ports.database, organizationId, async (scoped) => {
		await scoped
			.updateTable("sites")
			.set({ storage: JSON.stringify(move.target), head_seq: head.seq, head_sha256: head.sha256 })
			.where("id", "=", siteId)
			.execute();
		await scoped.updateTable("vault_moves").set({ switched_at: ports.clock.now() }).where("run_id", "=", id).execute();
	});
}

function storeName(storage: SiteStorage): string {
	return storage.type === "store" ? storage.storeId : "folder";
}

type Ending = Pick<Parameters<typeof recordAudit>[1], "outcome" | "error" | "facts">;

async function audit(ports: WorkPorts, context: JobContext, ending: Ending): Promise<void> {
	await recordAudit(ports, {
		organizationId: context.organizationId,
		actor: { type: "system", id: "worker", name: "Skyeworx" },
		action: "storage.move.finish",
		target: { type: "run", id: context.id },
		...ending,
	});
}
