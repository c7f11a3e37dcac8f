import { AppError } from "@skyeworx/core";

/** A row as PostgreSQL writes it in JSON: bytes as `\x…`, times with their zone. */
export type StoredRow = Readonly<Record<string, unknown>>;

/** What both drivers offer: a statement with its values. */
export type RunStatement = <R>(text: string, values: readonly unknown[]) => Promise<readonly R[]>;

const safeName = /^[a-z][a-z0-9_]*$/;

/** A table's or column's name as it may stand in a statement. @throws AppError `bad-input` */
export function quoted(name: string): string {
	if (!safeName.test(name)) throw new AppError("bad-input", "A stored row names no table or column of ours");
	return `"${name}"`;
}

/**
 * Puts stored rows of one table back. Columns that they lack get the table's usual value: the rows may be of an older version.
 * Rows whose key is there already stay as they are. Answers how many came.
 * @throws AppError `bad-input` for rows of a newer version, which name columns that this one does not have
 */
export async function insertStored(run: RunStatement, table: string, rows: readonly StoredRow[]): Promise<number> {
	if (rows.length === 0) return 0;
	const known = await run<{ column_name: string }>(
		"select column_name from information_schema.columns where table_schema = 'public' and table_name = $1",
		[table],
	);
	const names = new Set(known.map((row) => row.column_name));
	const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
	if (columns.some((column) => !names.has(column)))
		throw new AppError("bad-input", `Rows of ${table} are of a newer version of Skyeworx`, {
			hint: "Use the version that wrote them, or a newer one.",
		});
	const list = columns.map(quoted).join(", ");
	const done = await run<{ n: number }>(
		`with put as (
			insert into ${quoted(table)} (${list}) select ${list} from jsonb_populate_recordset(null::${quoted(table)}, $1::jsonb)
			on conflict do nothing returning 1
		) select count(*)::integer as n from put`,
		[JSON.stringify(rows)],
	);
	return done[0]?.n ?? 0;
}
