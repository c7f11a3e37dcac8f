import { AppError } from "@skyeworx/core";
import type { Connection } from "./connection.ts";

/** Grows whenever tables change; an older file is rebuilt, never migrated. */
const schemaVersion = 2;

/*
 * [Note: Catalog tables]
 * `item` has one row for each item ever seen, with the columns that a search filters and orders by, as they are now.
 * `version` has one row for each state of an item: valid from snapshot `seen` until before snapshot `until` (null: still).
 * A deletion is a version too, with the facts of the last living one. Both have the same filter columns, so that one search
 * runs on either: on `item` for now, on `version` for the world as an older snapshot saw it. Both are narrow: what is only
 * shown lies in `head` (small facts, one for each version) and `body` (text, people, links; shared while they stay the same).
 * `words` is the full-text index over the newest version (of a deleted item: the last before its deletion) and former titles
 * and keys; it keeps no text of its own.
 */
const filterColumns = `
	kind TEXT NOT NULL, id TEXT NOT NULL, app TEXT NOT NULL, space TEXT, parent TEXT, position REAL, state TEXT NOT NULL,
	seen INTEGER NOT NULL, updated TEXT NOT NULL, sort_key TEXT NOT NULL`;

const tables = `
CREATE TABLE snapshot (id INTEGER PRIMARY KEY, at TEXT NOT NULL) STRICT;
CREATE TABLE kind_count (
	snapshot INTEGER NOT NULL, kind TEXT NOT NULL, live INTEGER NOT NULL, deleted INTEGER NOT NULL, PRIMARY KEY (snapshot, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE item (
	n INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER, versions INTEGER NOT NULL, version INTEGER NOT NULL, ${filterColumns},
	UNIQUE (kind, id)
) STRICT;
CREATE INDEX item_by_facets ON item (kind, state);
CREATE INDEX item_by_space ON item (space, app, kind, state);
CREATE INDEX item_by_parent ON item (parent);
CREATE INDEX item_by_update ON item (updated, n);
CREATE INDEX item_by_change ON item (seen);
CREATE TABLE version (
	n INTEGER PRIMARY KEY, item INTEGER NOT NULL, until INTEGER, change TEXT NOT NULL, hash TEXT NOT NULL, body INTEGER NOT NULL,
	${filterColumns},
	UNIQUE (item, seen)
) STRICT;
CREATE TABLE head (version INTEGER PRIMARY KEY, facts TEXT NOT NULL) STRICT;
CREATE TABLE body (n INTEGER PRIMARY KEY, text TEXT NOT NULL, people TEXT NOT NULL, links TEXT NOT NULL) STRICT;
CREATE TABLE name (name TEXT NOT NULL, item INTEGER NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY (name, item)) STRICT, WITHOUT ROWID;
CREATE TABLE link (item INTEGER NOT NULL, target TEXT NOT NULL, PRIMARY KEY (target, item)) STRICT, WITHOUT ROWID;
CREATE INDEX link_by_item ON link (item);
CREATE TABLE lineage (n INTEGER PRIMARY KEY, source TEXT NOT NULL, target TEXT NOT NULL, UNIQUE (source, target)) STRICT;
CREATE INDEX lineage_by_target ON lineage (target);
CREATE VIRTUAL TABLE words USING fts5 (
	title, key, text, people, former, content='', contentless_delete=1, prefix='2 3', tokenize="unicode61 remove_diacritics 2"
);
PRAGMA user_version = ${schemaVersion};
`;

/**
 * Creates the tables in a new file and checks the version of an old one.
 * @throws AppError `vault-unsupported` when the file has another version
 */
export function ensureSchema(connection: Connection): void {
	const version = connection.get<{ user_version: number }>("PRAGMA user_version")?.user_version ?? 0;
	if (version === schemaVersion) return;
	const isNew = connection.get<{ tables: number }>("SELECT count(*) AS tables FROM sqlite_schema")?.tables === 0;
	if (version !== 0 || !isNew) {
		throw new AppError("vault-unsupported", "The catalog was made by another version of Skyeworx", {
			hint: "Remove the file; the catalog is rebuilt from the vault.",
			facts: { found: version, expected: schemaVersion },
		});
	}
	connection.execute(`BEGIN IMMEDIATE; ${tables} COMMIT;`);
}
