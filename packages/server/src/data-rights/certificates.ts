import { AppError } from "@skyeworx/core";
import { Client } from "pg";

interface OperatorEntry {
	readonly seq: number;
	readonly at: string;
	readonly action: string;
	readonly organization: string;
	readonly facts: unknown;
}

/**
 * The operator's own log: one certificate for each organization that was deleted, its hash chain computed again.
 * @throws AppError `verify-failed` where an entry was changed or taken out
 */
export async function readCertificates(ownerUrl: string): Promise<OperatorEntry[]> {
	const client = new Client({ connectionString: ownerUrl });
	await client.connect();
	try {
		const { rows } = await client.query<{ seq: string; at: Date; action: string; subject: string; facts: string; whole: boolean }>(
			`select seq, at, action, subject, facts, hash = operator_audit_hash(o)
				and previous_hash = coalesce(lag(hash) over (order by seq), '\\x') and seq = row_number() over (order by seq) as whole
			from operator_audit o order by seq`,
		);
		const broken = rows.find((row) => !row.whole);
		if (broken !== undefined) throw new AppError("verify-failed", `The operator's log was tampered with at number ${broken.seq}`);
		return rows.map((row) => ({
			seq: Number(row.seq),
			at: row.at.toISOString(),
			action: row.action,
			organization: row.subject,
			facts: JSON.parse(row.facts) as unknown,
		}));
	} finally {
		await client.end();
	}
}
