import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError, type ItemRef } from "@skyeworx/core";
import type { CatalogChange, CatalogSnapshot, ItemFacts } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import { type BodyColumns, bodyOf, type FilterColumns, filterColumns, headOf, parseHead } from "./facts-row.ts";
import { formerNames, indexItem, linkItem, nameItem } from "./index-item.ts";

/** Changes between two breaths of the event loop: some 10 ms of work. */
const stepLength = 64;

interface ItemRow extends FilterColumns {
	readonly n: number;
	readonly versions: number;
	readonly version: number;
}

interface VersionRow extends FilterColumns {
	readonly n: number;
	readonly hash: string;
	readonly head: string;
	readonly body: number;
	readonly change: "created" | "changed" | "deleted";
}

/**
 * Takes in a snapshot on a connection of its own: readers see all of it or nothing.
 * @throws AppError `conflict` when a newer snapshot has been taken in already
 */
export async function applySnapshot(writer: Connection, snapshot: CatalogSnapshot, changes: AsyncIterable<CatalogChange>): Promise<void> {
	writer.execute("BEGIN IMMEDIATE");
	try {
		if (beginSnapshot(writer, snapshot)) {
			const intake = new Intake(writer, snapshot.id);
			let count = 0;
			for await (const change of changes) {
				intake.take(change);
				if (++count % stepLength === 0) await nextTurn();
			}
			storeKindCounts(writer, snapshot.id);
		}
		writer.execute("COMMIT");
	} catch (error) {
		writer.execute("ROLLBACK");
		throw error;
	}
}

/** False when it has been taken in before. */
function beginSnapshot(writer: Connection, snapshot: CatalogSnapshot): boolean {
	if (writer.get("SELECT id FROM snapshot WHERE id = ?", snapshot.id) !== undefined) return false;
	const newest = writer.get<{ id: number | null }>("SELECT max(id) AS id FROM snapshot")?.id ?? -1;
	if (newest > snapshot.id) {
		throw new AppError("conflict", "The catalog has taken in a newer snapshot already", {
			hint: "Rebuild the catalog to take in snapshots in order.",
			facts: { newest, snapshot: snapshot.id },
		});
	}
	writer.run("INSERT INTO snapshot (id, at) VALUES (?, ?)", snapshot.id, snapshot.at.toISOString());
	return true;
}

/** Counts the kinds as of this snapshot, so that a list of snapshots with their counts costs nothing. */
function storeKindCounts(writer: Connection, snapshot: number): void {
	writer.run(
		`INSERT INTO kind_count (snapshot, kind, live, deleted)
		SELECT ?, kind, sum(state = 'live'), sum(state = 'deleted') FROM item GROUP BY kind`,
		snapshot,
	);
}

/** Writes the changes of one snapshot, one by one. */
class Intake {
	readonly #writer: Connection;
	readonly #snapshot: number;
	/** The snapshot before: the last that held what is deleted now. */
	readonly #before: number | null;

	constructor(writer: Connection, snapshot: number) {
		this.#writer = writer;
		this.#snapshot = snapshot;
		this.#before = writer.get<{ id: number | null }>("SELECT max(id) AS id FROM snapshot WHERE id < ?", snapshot)?.id ?? null;
	}

	take(change: CatalogChange): void {
		const item = this.#writer.get<ItemRow>("SELECT * FROM item WHERE kind = ? AND id = ?", change.ref.kind, change.ref.id);
		if (change.type === "delete") {
			if (item !== undefined && item.state === "live") this.#delete(item);
			return;
		}
		if (item === undefined) this.#create(change.ref, change.facts, change.contentHash);
		else this.#change(item, change.facts, change.contentHash);
	}

	#create(ref: ItemRef, facts: ItemFacts, hash: string): void {
		const columns = filterColumns(ref, facts, this.#snapshot);
		const n = this.#writer.run(
			`INSERT INTO item (first, last, versions, version, ${names}) VALUES (?, NULL, 1, 0, ${places})`,
			this.#snapshot,
			...valuesOf(columns),
		);
		const body = this.#addBody(bodyOf(facts));
		const version = this.#addVersion(n, { change: "created", hash, head: headOf(facts), body, ...columns });
		this.#writer.run("UPDATE item SET version = ? WHERE n = ?", version, n);
		nameItem(this.#writer, n, ref, { facts, seen: this.#snapshot });
		linkItem(this.#writer, n, facts.references);
		indexItem(this.#writer, n, { facts, id: ref.id, former: "" });
	}

	#change(item: ItemRow, facts: ItemFacts, hash: string): void {
		const current = this.#version(item.version);
		const columns = filterColumns(item, facts, item.seen);
		const head = headOf(facts);
		const old = this.#body(current.body);
		const fresh = bodyOf(facts);
		const sameBody = old.text === fresh.text && old.people === fresh.people && old.links === fresh.links;
		const body = sameBody ? current.body : this.#addBody(fresh);
		const inPlace = current.seen === this.#snapshot || (item.state === "live" && current.hash === hash);
		if (inPlace && sameBody && item.state === "live" && current.head === head && current.hash === hash) return;
		const version = inPlace
			? this.#overwrite(item, current, { ...columns, hash, head, body, change: current.change === "deleted" ? "changed" : current.change })
			: this.#succeed(item, current, {
					...columns,
					seen: this.#snapshot,
					hash,
					head,
					body,
					change: item.state === "live" ? "changed" : "created",
				});
		if (!sameBody && inPlace) this.#dropBodyIfUnused(current.body);
		this.#writer.run(
			`UPDATE item SET last = NULL, version = ?, versions = ?, ${assignments} WHERE n = ?`,
			version,
			this.#countVersions(item.n),
			...valuesOf({ ...columns, seen: inPlace ? current.seen : this.#snapshot }),
			item.n,
		);
		this.#reindex({ item, facts, sameBody, oldHead: parseHead(current.head) });
	}

	#reindex(change: {
		item: ItemRow;
		facts: ItemFacts;
		sameBody: boolean;
		oldHead: Pick<ItemFacts, "title" | "key" | "space" | "updatedBy" | "files">;
	}): void {
		const { item, facts, sameBody, oldHead } = change;
		const sameNames = oldHead.title === facts.title && oldHead.key === facts.key && oldHead.space?.key === facts.space?.key;
		if (!sameNames) nameItem(this.#writer, item.n, item, { facts, seen: this.#snapshot });
		if (!sameBody) linkItem(this.#writer, item.n, facts.references);
		const fileNames = (files: ItemFacts["files"]) => files.map((file) => file.name).join("\n");
		const sameFiles = fileNames(oldHead.files) === fileNames(facts.files);
		if (sameNames && sameBody && sameFiles && oldHead.updatedBy?.name === facts.updatedBy?.name) return;
		indexItem(this.#writer, item.n, { facts, id: item.id, former: formerNames(this.#writer, item.n, facts) });
	}

	#delete(item: ItemRow): void {
		const current = this.#version(item.version);
		const { n: _n, ...last } = { ...current, state: "deleted" as const, change: "deleted" as const };
		const version =
			current.seen === this.#snapshot
				? this.#overwrite(item, current, last)
				: this.#succeed(item, current, { ...last, seen: this.#snapshot });
		this.#writer.run(
			"UPDATE item SET state = 'deleted', seen = ?, last = ?, version = ?, versions = ? WHERE n = ?",
			this.#snapshot,
			this.#before,
			version,
			this.#countVersions(item.n),
			item.n,
		);
	}

	#version(n: number): VersionRow {
		const row = this.#writer.get<VersionRow>(
			"SELECT version.*, head.facts AS head FROM version JOIN head ON head.version = version.n WHERE n = ?",
			n,
		);
		if (row === undefined)
			throw new AppError("vault-damaged", "The catalog misses a version", { hint: "Rebuild the catalog from the vault." });
		return row;
	}

	#body(n: number): BodyColumns {
		const row = this.#writer.get<BodyColumns>("SELECT text, people, links FROM body WHERE n = ?", n);
		return row ?? { text: "", people: "[]", links: "[]" };
	}

	#addBody(body: BodyColumns): number {
		return this.#writer.run("INSERT INTO body (text, people, links) VALUES (?, ?, ?)", body.text, body.people, body.links);
	}

	#dropBodyIfUnused(n: number): void {
		this.#writer.run("DELETE FROM body WHERE n = ? AND NOT EXISTS (SELECT 1 FROM version WHERE body = ?)", n, n);
	}

	#addVersion(item: number, row: Omit<VersionRow, "n">): number {
		const version = this.#writer.run(
			`INSERT INTO version (item, until, change, hash, body, ${names}) VALUES (?, NULL, ?, ?, ?, ${places})`,
			item,
			row.change,
			row.hash,
			row.body,
			...valuesOf(row),
		);
		this.#writer.run("INSERT INTO head (version, facts) VALUES (?, ?)", version, row.head);
		return version;
	}

	#succeed(item: ItemRow, current: VersionRow, row: Omit<VersionRow, "n">): number {
		this.#writer.run("UPDATE version SET until = ? WHERE n = ?", this.#snapshot, current.n);
		return this.#addVersion(item.n, row);
	}

	#overwrite(item: ItemRow, current: VersionRow, row: Omit<VersionRow, "n">): number {
		this.#writer.run("DELETE FROM version WHERE n = ?", current.n);
		this.#writer.run("DELETE FROM head WHERE version = ?", current.n);
		return this.#addVersion(item.n, { ...row, seen: current.seen });
	}

	#countVersions(item: number): number {
		return (
			this.#writer.get<{ count: number }>("SELECT count(*) AS count FROM version WHERE item = ? AND change <> 'deleted'", item)?.count ?? 0
		);
	}
}

const columnNames = ["kind", "id", "app", "space", "parent", "position", "state", "seen", "updated", "sort_key"] as const;
const names = columnNames.join(", ");
const places = columnNames.map(() => "?").join(", ");
const assignments = columnNames.map((name) => `${name} = ?`).join(", ");

function valuesOf(columns: FilterColumns): (string | number | null)[] {
	return columnNames.map((name) => columns[name]);
}
