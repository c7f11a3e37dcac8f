import { Readable } from "node:stream";
import type { AuditEntry, AuditExportLine, CallInput, Endpoints, SignedCheckpoint } from "@skyeworx/contract";
import { isAppError } from "@skyeworx/core";
import type { Selectable } from "kysely";
import { withOrganization } from "../data/database.ts";
import type { AuditEntryRow } from "../data/tables.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { namesOf } from "./chain.ts";
import { type CheckpointPorts, checkpointBody, signCheckpoint } from "./checkpoints.ts";
import { csvLine } from "./csv.ts";
import { type AuditFilter, auditBody, filtered, numbersOf } from "./list.ts";
import { signingKey } from "./signing-key.ts";

const batch = 1000;

export type ExportQuery = CallInput<Endpoints["exportAudit"]>["query"];

/** Streams entries, oldest first. What is added meanwhile is not in it. */
export async function exportAudit(
	ports: CheckpointPorts,
	organizationId: string,
	{ format, ...filter }: ExportQuery,
): Promise<{ readonly stream: Readable; readonly headers: Readonly<Record<string, string>> }> {
	// Signed first: the export ends with a signature over its last entry. A broken chain is exported all the same, to be looked at.
	const end = await signCheckpoint(ports, organizationId).catch((error: unknown) => {
		if (isAppError(error, "verify-failed") || isAppError(error, "not-found")) return undefined;
		throw error;
	});
	const about: Export = { organizationId, filter, end };
	const lines = format === "csv" ? csvLines(ports, about) : jsonLines(ports, about);
	const date = ports.clock.now().toISOString().slice(0, 10);
	return {
		stream: Readable.from(lines, { objectMode: false }),
		headers: {
			"content-type": format === "csv" ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8",
			"content-disposition": `attachment; filename="skyeworx-audit-${date}.${format}"`,
		},
	};
}

interface Export {
	readonly organizationId: string;
	readonly filter: AuditFilter;
	readonly end: SignedCheckpoint | undefined;
}

type Row = Selectable<AuditEntryRow>;

async function* rowsOf(ports: CheckpointPorts, { organizationId, filter, end }: Export): AsyncIterable<Row[]> {
	let after = 0;
	const numbers = await withOrganization(ports.database, organizationId, (scoped) => numbersOf(scoped, filter));
	for (;;) {
		const rows = await withOrganization(ports.database, organizationId, (scoped) =>
			filtered(scoped.selectFrom("audit_entries").selectAll(), filter, numbers)
				.where("seq", ">", after)
				.where("seq", "<=", end?.seq ?? Number.MAX_SAFE_INTEGER)
				.orderBy("seq")
				.limit(batch)
				.execute(),
		);
		if (rows.length > 0) yield rows;
		const last = rows.at(-1);
		if (rows.length < batch || last === undefined) return;
		after = last.seq;
	}
}

function jsonLine(line: AuditExportLine): string {
	return `${JSON.stringify(line)}\n`;
}

async function* jsonLines(ports: CheckpointPorts, about: Export): AsyncIterable<string> {
	const { organizationId, filter, end } = about;
	const sealer = await ports.keys.sealer(organizationId);
	const { publicKey } = await signingKey(ports, organizationId);
	const complete = Object.values(filter).every((value) => value === undefined);
	const exportedAt = ports.clock.now().toISOString();
	yield jsonLine({ type: "header", format: "skyeworx-audit-1", organization: organizationId, exportedAt, complete, publicKey });
	let entries = 0;
	for await (const rows of rowsOf(ports, about)) {
		const marks = complete ? await marksBetween(ports, organizationId, rows) : new Map<number, SignedCheckpoint>();
		for (const row of rows) {
			entries += 1;
			yield jsonLine(entryLine(sealer, row));
			const mark = marks.get(row.seq);
			if (mark !== undefined) yield jsonLine({ type: "checkpoint", ...mark });
		}
	}
	yield jsonLine({ type: "end", entries, checkpoint: end ?? null });
}

async function marksBetween(ports: CheckpointPorts, organizationId: string, rows: readonly Row[]): Promise<Map<number, SignedCheckpoint>> {
	const found = await withOrganization(ports.database, organizationId, (scoped) =>
		scoped
			.selectFrom("audit_checkpoints")
			.selectAll()
			.where("seq", ">=", rows[0]?.seq ?? 0)
			.where("seq", "<=", rows.at(-1)?.seq ?? 0)
			.execute(),
	);
	return new Map(found.map((row) => [row.seq, checkpointBody(row)]));
}

function entryLine(sealer: Sealer, row: Row): AuditExportLine {
	const salt = row.format === 1 ? row.sealed_actor_name.toString("hex") : namesOf(sealer, row).salt;
	return { type: "entry", format: row.format, ...auditBody(sealer, row), salt };
}

const columns: readonly (readonly [string, (entry: AuditEntry) => string | number | null])[] = [
	["number", (entry) => entry.seq],
	["time", (entry) => entry.at],
	["actor type", (entry) => entry.actor.type],
	["actor id", (entry) => entry.actor.id],
	["actor", (entry) => entry.actor.name],
	["address", (entry) => entry.ip],
	["action", (entry) => entry.action],
	["target type", (entry) => entry.target?.type ?? null],
	["target id", (entry) => entry.target?.id ?? null],
	["target", (entry) => entry.target?.label ?? null],
	["outcome", (entry) => entry.outcome],
	["error", (entry) => entry.error?.code ?? null],
	["error detail", (entry) => entry.error?.detail ?? null],
	["reason", (entry) => entry.reason],
	["facts", (entry) => JSON.stringify(entry.facts)],
	["request", (entry) => entry.requestId],
	["hash", (entry) => entry.hash],
];

async function* csvLines(ports: CheckpointPorts, about: Export): AsyncIterable<string> {
	const sealer = await ports.keys.sealer(about.organizationId);
	yield csvLine(columns.map(([name]) => name));
	for await (const rows of rowsOf(ports, about)) {
		yield rows
			.map((row) => auditBody(sealer, row))
			.map((entry) => csvLine(columns.map(([, cell]) => cell(entry))))
			.join("");
	}
}
