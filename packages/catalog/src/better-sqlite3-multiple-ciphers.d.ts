/** The part of the package that the catalog uses; its own declarations are hidden by its `exports`. */
declare module "better-sqlite3-multiple-ciphers" {
	class Database {
		constructor(path: string, options?: { readonly timeout?: number; readonly fileMustExist?: boolean });
		static readonly SqliteError: new (
			message: string,
			code: string,
		) => Error & { readonly code: string };
		prepare(sql: string): Database.Statement;
		exec(sql: string): this;
		pragma(text: string): unknown;
		close(): this;
	}

	namespace Database {
		interface Statement {
			all(...values: unknown[]): unknown[];
			get(...values: unknown[]): unknown;
			run(...values: unknown[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
		}
	}

	export = Database;
}
