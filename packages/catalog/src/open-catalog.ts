import { rmSync, statSync } from "node:fs";
import { AppError, type ItemRef, itemRefText, type Random } from "@skyeworx/core";
import { applySnapshot } from "./apply-snapshot.ts";
import type {
	Catalog,
	CatalogChange,
	CatalogItem,
	CatalogPage,
	CatalogQuery,
	CatalogSample,
	CatalogSnapshot,
	CatalogSpace,
	CatalogVersion,
	OpenCatalogOptions,
} from "./catalog.ts";
import { checkpointAside } from "./checkpoint.ts";
import { Connection } from "./connection.ts";
import { drawSample } from "./draw-sample.ts";
import { normalizeName } from "./facts-row.ts";
import { type LineageLink, readLineage, storeLineage } from "./lineage.ts";
import { countKinds, readSpaces } from "./overview.ts";
import { findRow, newestSnapshot, readItem, readReferrers, readVersions } from "./read-items.ts";
import { retainSnapshots } from "./retain-snapshots.ts";
import { ensureSchema } from "./schema.ts";
import { search } from "./search.ts";

const readerCache = 16_384;
const writerCache = 32_768;
/** Bytes of log that move within some 10 ms. */
const longLog = 4_000_000;

/**
 * Opens the catalog file of a vault, or creates it.
 * @throws AppError `vault-key-wrong`, `vault-damaged` or `vault-unsupported`: then remove the file and take in every snapshot again
 */
export function openCatalog({ path, key }: OpenCatalogOptions): Catalog {
	const writer = new Connection({ path, key, cacheKilobytes: writerCache });
	try {
		ensureSchema(writer);
		const reader = new Connection({ path, key, cacheKilobytes: readerCache });
		return new SqliteCatalog({ writer, reader, shortenLog: () => shortenLog({ path, key }, writer) });
	} catch (error) {
		writer.close();
		throw error;
	}
}

/** Moves the log into the file: at once while that is short work, else on a thread of its own, which the answer waits for. */
function shortenLog(options: OpenCatalogOptions, writer: Connection): Promise<void> | undefined {
	const log = statSync(`${options.path}-wal`, { throwIfNoEntry: false });
	if (log !== undefined && log.size > longLog) return checkpointAside(options);
	try {
		writer.checkpoint();
	} catch {
		// The snapshot is committed all the same; the log stays, and the next move or the closing takes it along.
	}
	return undefined;
}

/**
 * Removes the file of a closed catalog with its log: when it can't be opened, the next one is filled from the vault.
 * An absent file is no error.
 */
export function removeCatalog(path: string): void {
	for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
}

interface CatalogParts {
	readonly writer: Connection;
	readonly reader: Connection;
	readonly shortenLog: () => Promise<void> | undefined;
}

/** Reads on one connection what another has committed: a snapshot being taken in is never seen half. */
class SqliteCatalog implements Catalog {
	readonly #writer: Connection;
	readonly #reader: Connection;
	readonly #shortenLog: () => Promise<void> | undefined;
	/** The last of the works waiting for the writer. */
	#writing: Promise<void> = Promise.resolve();
	/** Snapshots being taken in or let go, or waiting for it. */
	#applies = 0;
	/** While a thread moves the log: who writes would wait for it. */
	#shortened: Promise<void> | undefined;
	/** Recorded while the writer was busy. */
	#pendingLineage: LineageLink[] = [];
	#closed = false;

	constructor({ writer, reader, shortenLog }: CatalogParts) {
		this.#writer = writer;
		this.#reader = reader;
		this.#shortenLog = shortenLog;
	}

	position(): number | undefined {
		return newestSnapshot(this.#reader);
	}

	apply(snapshot: CatalogSnapshot, changes: AsyncIterable<CatalogChange>): Promise<void> {
		return this.#write(async () => await applySnapshot(this.#writer, snapshot, this.#whileOpen(changes)));
	}

	retain(snapshots: readonly number[]): Promise<void> {
		return this.#write(async () => {
			await retainSnapshots(this.#writer, new Set(snapshots));
		});
	}

	#write(change: () => Promise<void>): Promise<void> {
		this.#applies++;
		const work = this.#writing.then(async () => {
			try {
				this.#checkOpen();
				await change();
			} finally {
				this.#applies--;
				this.#afterApply();
			}
		});
		// The caller need not wait for the log; who writes next must.
		this.#writing = work.then(() => this.#shortened).catch(() => undefined);
		return work;
	}

	#checkOpen(): void {
		if (this.#closed) throw new AppError("cancelled", "The catalog was closed");
	}

	async *#whileOpen(changes: AsyncIterable<CatalogChange>): AsyncGenerator<CatalogChange> {
		for await (const change of changes) {
			this.#checkOpen();
			yield change;
		}
		this.#checkOpen();
	}

	#afterApply(): void {
		if (this.#closed) {
			if (this.#applies === 0) this.#closeWriter();
			return;
		}
		const shortening = this.#shortenLog();
		if (shortening === undefined) {
			if (this.#applies === 0) this.#storePending();
			return;
		}
		this.#shortened = shortening.then(() => {
			this.#shortened = undefined;
			if (this.#applies === 0 && !this.#closed) this.#storePending();
		});
	}

	#storePending(): void {
		for (const link of this.#pendingLineage) storeLineage(this.#writer, link);
		this.#pendingLineage = [];
	}

	#closeWriter(): void {
		this.#storePending();
		this.#writer.close();
	}

	search(query: CatalogQuery): CatalogPage {
		return search(this.#reader, query);
	}

	item(ref: ItemRef, asOf?: number): CatalogItem | undefined {
		const row = findRow(this.#reader, ref);
		return row === undefined ? undefined : readItem(this.#reader, row, asOf);
	}

	findByKey(key: string): readonly CatalogItem[] {
		const rows = this.#reader.all<{ item: number }>(
			"SELECT name.item FROM name JOIN item ON item.n = name.item WHERE name.name = ? ORDER BY item.state = 'live' DESC, name.seen DESC, item.n DESC LIMIT 100",
			normalizeName(key),
		);
		return rows.flatMap(({ item }) => readItem(this.#reader, item, undefined) ?? []);
	}

	versions(ref: ItemRef): readonly CatalogVersion[] {
		return readVersions(this.#reader, ref);
	}

	spaces(asOf?: number): readonly CatalogSpace[] {
		return readSpaces(this.#reader, asOf);
	}

	sample(wanted: CatalogSample, random: Random): readonly ItemRef[] {
		return drawSample(this.#reader, wanted, random);
	}

	referencedBy(ref: ItemRef): readonly ItemRef[] {
		return readReferrers(this.#reader, itemRefText(ref));
	}

	recordLineage(from: ItemRef, to: ItemRef): void {
		const link = { source: itemRefText(from), target: itemRefText(to) };
		if (this.#applies > 0 || this.#shortened !== undefined) this.#pendingLineage.push(link);
		else storeLineage(this.#writer, link);
	}

	lineage(ref: ItemRef): readonly ItemRef[] {
		return readLineage(this.#reader, ref, this.#pendingLineage);
	}

	counts(asOf?: number): Readonly<Record<string, { readonly live: number; readonly deleted: number }>> {
		return countKinds(this.#reader, asOf);
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#reader.close();
		// A snapshot being taken in ends at its next change; then the writer closes too.
		if (this.#applies === 0) this.#closeWriter();
	}
}
