import type { RunStatement } from "../data/stored-rows.ts";

/** What only the moment needs: nobody is signed in, connects a site, or repeats a request after the database came back. */
const passing: ReadonlySet<string> = new Set(["sessions", "sign_in_codes", "idempotency_keys", "site_grants"]);

/** A table of the control plane, and the order in which its rows are read. */
export interface ControlTable {
	readonly name: string;
	readonly key: readonly string[];
}

/**
 * Every table that belongs to organizations, each after the ones that it refers to: asked of the database, so that a table which a
 * later version adds is never forgotten.
 */
export async function controlTables(run: RunStatement): Promise<ControlTable[]> {
	const owned = await run<{ name: string; key: string[] }>(
		`select c.table_name::text as name, coalesce((
			select array_agg(a.attname::text order by array_position(i.indkey::int[], a.attnum::int)) from pg_index i
			join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
			where i.indrelid = format('public.%I', c.table_name)::regclass and i.indisprimary
		), '{}') as key
		from information_schema.columns c
		join information_schema.tables t using (table_schema, table_name)
		where c.table_schema = 'public' and c.column_name = 'organization_id' and t.table_type = 'BASE TABLE' order by 1`,
		[],
	);
	const refers = await run<{ table_name: string; to_name: string }>(
		`select conrelid::regclass::text as table_name, confrelid::regclass::text as to_name from pg_constraint
		where contype = 'f' and conrelid <> confrelid`,
		[],
	);
	const left = new Map(owned.filter(({ name }) => !passing.has(name)).map((table) => [table.name, table]));
	const ordered: ControlTable[] = [];
	while (left.size > 0) {
		const ready = [...left.values()].filter(
			({ name }) => !refers.some(({ table_name, to_name }) => table_name === name && to_name !== name && left.has(to_name)),
		);
		if (ready.length === 0) throw new Error(`tables refer to each other in a circle: ${[...left.keys()].join(", ")}`);
		for (const table of ready) {
			left.delete(table.name);
			ordered.push(table);
		}
	}
	return ordered;
}
