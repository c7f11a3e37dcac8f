import { AppError, type ItemRef, itemRefText } from "@skyeworx/core";
import { applySnapshot } from "./apply-snapshot.ts";
import type {
	Catalog,
	CatalogChange,
	CatalogItem,
	CatalogPage,
	CatalogQuery,
	CatalogSnapshot,
	CatalogSpace,
	CatalogVersion,
	OpenCatalogOptions,
} from "./catalog.ts";
import { Connection } from "./connection.ts";
import { normalizeName } from "./facts-row.ts";
import { type LineageLink, readLineage, storeLineage } from "./lineage.ts";
import { countKinds, readSpaces } from "./overview.ts";
import { findRow, newestSnapshot, readItem, readReferrers, readVersions } from "./read-items.ts";
import { ensureSchema } from "./schema.ts";
import { search } from "./search.ts";

const readerCache = 16_384;
const writerCache = 32_768;

/**
 * Opens the catalog file of a vault, or creates it.
 * @throws AppError `vault-key-wrong`, `vault-damaged` or `vault-unsupported`: then remove the file and take in every snapshot again
 */
export function openCatalog({ path, key }: OpenCatalogOptions): Catalog {
	const writer = new Connection({ path, key, cacheKilobytes: writerCache });
	try {
		ensureSchema(writer);
		return new SqliteCatalog(writer, new Connection({ path, key, cacheKilobytes: readerCache }));
	} catch (error) {
		writer.close();
		throw error;
	}
}

/** Reads on one connection what another has committed: a snapshot being taken in is never seen half. */
class SqliteCatalog implements Catalog {
	readonly #writer: Connection;
	readonly #reader: Connection;
	/** The last of the works waiting for the writer. */
	#writing: Promise<void> = Promise.resolve();
	#works = 0;
	/** Recorded while the writer was busy. */
	#pendingLineage: LineageLink[] = [];
	#closed = false;

	constructor(writer: Connection, reader: Connection) {
		this.#writer = writer;
		this.#reader = reader;
	}

	position(): number | undefined {
		return newestSnapshot(this.#reader);
	}

	apply(snapshot: CatalogSnapshot, changes: AsyncIterable<CatalogChange>): Promise<void> {
		this.#works++;
		const work = this.#writing.then(async () => {
			try {
				this.#checkOpen();
				await applySnapshot(this.#writer, snapshot, this.#whileOpen(changes));
			} finally {
				this.#works--;
				if (this.#works === 0) this.#becomeIdle();
			}
		});
		this.#writing = work.catch(() => undefined);
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

	#becomeIdle(): void {
		for (const link of this.#pendingLineage) storeLineage(this.#writer, link);
		this.#pendingLineage = [];
		if (this.#closed) this.#writer.close();
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

	referencedBy(ref: ItemRef): readonly ItemRef[] {
		return readReferrers(this.#reader, itemRefText(ref));
	}

	recordLineage(from: ItemRef, to: ItemRef): void {
		const link = { source: itemRefText(from), target: itemRefText(to) };
		if (this.#works > 0) this.#pendingLineage.push(link);
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
		if (this.#works === 0) this.#writer.close();
	}
}
