import { AppError } from "@skyeworx/core";
import Database from "better-sqlite3-multiple-ciphers";

const rebuildHint = "The catalog can be rebuilt from the vault: remove the file and start again.";

type Value = string | number | bigint | null | Uint8Array;

/** Says in our words what SQLite says in its own; other errors pass. */
function translate(error: unknown): unknown {
	if (!(error instanceof Database.SqliteError)) return error;
	const { code } = error;
	if (code === "SQLITE_NOTADB") {
		return new AppError("vault-key-wrong", "The catalog does not open with this key", { hint: rebuildHint, cause: error });
	}
	if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_IOERR")) {
		return new AppError("vault-damaged", "The catalog's file is damaged", { hint: rebuildHint, facts: { code }, cause: error });
	}
	if (code === "SQLITE_FULL") {
		return new AppError("store-full", "There is no room left for the catalog", {
			hint: "Free some disk space and try again.",
			cause: error,
		});
	}
	if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
		return new AppError("data-folder-busy", "Another process works on the catalog", { hint: "Stop the other process.", cause: error });
	}
	if (code.startsWith("SQLITE_CANTOPEN") || code.startsWith("SQLITE_READONLY")) {
		return new AppError("store-unreachable", "The catalog's file can't be opened for writing", {
			hint: "Check the folder and its permissions.",
			facts: { code },
			cause: error,
		});
	}
	return error;
}

/** Runs a piece of work on the database; its errors come out as AppErrors. */
function translated<T>(work: () => T): T {
	try {
		return work();
	} catch (error) {
		throw translate(error);
	}
}

export interface ConnectionOptions {
	readonly path: string;
	/** 32 bytes. */
	readonly key: Uint8Array;
	/** Memory for pages, in KB. */
	readonly cacheKilobytes: number;
	/** An absent file is not created. */
	readonly mustExist?: boolean;
}

/** One connection to the encrypted file; keeps its prepared statements. */
export class Connection {
	readonly #database: Database;
	readonly #statements = new Map<string, Database.Statement>();

	/**
	 * Opens or creates the file.
	 * @throws AppError `vault-key-wrong`, `vault-damaged`, `store-unreachable`, `data-folder-busy`
	 */
	constructor({ path, key, cacheKilobytes, mustExist = false }: ConnectionOptions) {
		if (key.length !== 32) throw new AppError("internal", "A catalog's key has a wrong length", { facts: { length: key.length } });
		this.#database = openFile(path, mustExist);
		try {
			// The key is random already: "raw" spares a derivation that makes opening slow.
			this.#pragma("cipher='aegis'");
			this.#pragma(`key='raw:${Buffer.from(key).toString("hex")}'`);
			this.get("SELECT count(*) AS tables FROM sqlite_schema");
			this.#pragma("journal_mode=wal");
			this.#pragma("synchronous=normal");
			// Checkpoints come when the catalog says so, not within a commit.
			this.#pragma("wal_autocheckpoint=0");
			this.#pragma("mmap_size=0");
			// Sorting must never spill plaintext into a temporary file.
			this.#pragma("temp_store=memory");
			this.#pragma(`cache_size=-${cacheKilobytes}`);
		} catch (error) {
			this.#database.close();
			throw error;
		}
	}

	#pragma(text: string): void {
		translated(() => this.#database.pragma(text));
	}

	#statement(sql: string): Database.Statement {
		const known = this.#statements.get(sql);
		if (known !== undefined) return known;
		const statement = this.#database.prepare(sql);
		this.#statements.set(sql, statement);
		return statement;
	}

	/** All rows; the caller says their shape, the schema guarantees it. */
	all<Row>(sql: string, ...values: readonly Value[]): Row[] {
		return translated(() => this.#statement(sql).all(...values) as Row[]);
	}

	get<Row>(sql: string, ...values: readonly Value[]): Row | undefined {
		return translated(() => this.#statement(sql).get(...values) as Row | undefined);
	}

	/** Runs a change and answers the last row id. */
	run(sql: string, ...values: readonly Value[]): number {
		return translated(() => Number(this.#statement(sql).run(...values).lastInsertRowid));
	}

	/** Runs several statements without values. */
	execute(sql: string): void {
		translated(() => this.#database.exec(sql));
	}

	/** Moves the log into the file as far as readers allow, and cuts the log off when all of it was moved. */
	checkpoint(): void {
		this.#pragma("wal_checkpoint(truncate)");
	}

	close(): void {
		this.#statements.clear();
		this.#database.close();
	}
}

function openFile(path: string, fileMustExist: boolean): Database {
	try {
		return new Database(path, { timeout: 5000, fileMustExist });
	} catch (error) {
		if (error instanceof TypeError) {
			throw new AppError("store-unreachable", "The catalog's folder does not exist", { hint: "Create the folder first.", cause: error });
		}
		throw translate(error);
	}
}
