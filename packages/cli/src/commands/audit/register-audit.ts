import { createReadStream, createWriteStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type AuditVerification, auditCheckpoint, type SignedCheckpoint } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { Command } from "commander";
import { type AuditExportReport, verifyAuditExport } from "../../offline/verify-audit-export.ts";
import { moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { drawTable } from "../../output/table.ts";
import { type CliPorts, type GlobalOptions, openClient } from "../../session.ts";
import { oneOf, wholeNumber } from "../option-parsers.ts";

interface ListOptions extends GlobalOptions {
	readonly action?: string;
	readonly outcome?: "success" | "failure" | "denied";
	readonly limit: number;
}

interface ExportOptions extends GlobalOptions {
	readonly format: "csv" | "jsonl";
	readonly to: string;
}

interface VerifyOptions extends GlobalOptions {
	readonly file?: string;
	readonly publicKey?: string;
	readonly checkpoint?: readonly string[];
	readonly recent?: boolean;
}

/** `skyeworx audit list|key|export|verify` */
export function registerAudit(audit: Command, ports: CliPorts): void {
	audit
		.command("list")
		.description("list audit entries, newest first")
		.option("--action <action>", "only this action, for example restore.run")
		.option("--outcome <outcome>", "success, failure or denied", oneOf(["success", "failure", "denied"]))
		.option("--limit <number>", "at most so many", wholeNumber(1, 500), 50)
		.action(async (_options: unknown, command: Command) => {
			const { action, outcome, limit, ...options } = command.optsWithGlobals<ListOptions>();
			const query = { limit, ...(action !== undefined && { action }), ...(outcome !== undefined && { outcome }) };
			print(ports, options.json, await openClient(ports, options).listAudit({ query, signal: ports.signal }), ({ items }) =>
				drawTable(
					["no.", "when", "who", "from", "action", "outcome", "target", "reason"],
					items.map((entry) => [
						entry.seq,
						moment(entry.at),
						entry.actor.name,
						entry.ip ?? "-",
						entry.action,
						entry.outcome,
						entry.target?.label ?? entry.target?.id ?? "-",
						entry.reason ?? "-",
					]),
				),
			);
		});
	audit
		.command("key")
		.description("print the public key that signs the organization's checkpoints")
		.action(async (_options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			print(ports, options.json, await openClient(ports, options).getAuditKey({ signal: ports.signal }), (key) => key.publicKey);
		});
	audit
		.command("export")
		.description("write the whole audit log into a file: JSON lines that can be verified without any server, or CSV")
		.option("--format <format>", "jsonl or csv", oneOf(["jsonl", "csv"]), "jsonl")
		.requiredOption("--to <file>", "a file that does not exist yet")
		.action(async (_options: unknown, command: Command) => {
			const { format, to, ...options } = command.optsWithGlobals<ExportOptions>();
			await exportTo(ports, options, format, to);
			print(ports, options.json, { file: to }, (done) => `The audit log was written to ${done.file}\n`);
		});
	registerVerify(audit, ports);
}

async function exportTo(ports: CliPorts, options: GlobalOptions, format: "csv" | "jsonl", to: string): Promise<void> {
	const response = await openClient(ports, options).exportAudit({ query: { format }, signal: ports.signal });
	if (response.body === null) throw new AppError("internal", "The server answered nothing");
	try {
		await pipeline(
			Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
			createWriteStream(to, { flags: "wx", mode: 0o600 }),
		);
	} catch (cause) {
		if ((cause as NodeJS.ErrnoException).code === "EEXIST") {
			throw new AppError("bad-input", `${to} exists already`, { cause, hint: "Name another file." });
		}
		throw cause;
	}
}

function registerVerify(audit: Command, ports: CliPorts): void {
	const collect = (file: string, before: readonly string[] = []) => [...before, file];
	audit
		.command("verify")
		.description("verify the audit log on the server or, with --file, an export of it without any server")
		.option("--recent", "on the server: only what follows the newest signed checkpoint")
		.option("--file <file>", "an export as JSON lines; no server is asked")
		.option("--public-key <file>", "the key that the signatures must be of, had over another way than the export")
		.option("--checkpoint <file>", "a checkpoint from a store (audit/…/*.json); may be given again", collect)
		.action(async (_options: unknown, command: Command) => {
			const options = command.optsWithGlobals<VerifyOptions>();
			if (options.file === undefined) {
				const query = { depth: options.recent === true ? ("recent" as const) : ("all" as const) };
				const found = await openClient(ports, options).verifyAudit({ query, signal: ports.signal });
				print(ports, options.json, found, drawOnline);
				requireWhole(found.broken);
				return;
			}
			const report = await verifyAuditExport(createInterface({ input: createReadStream(options.file) }), {
				publicKey: options.publicKey === undefined ? undefined : readText(options.publicKey),
				checkpoints: (options.checkpoint ?? []).map(readCheckpoint),
			});
			print(ports, options.json, report, drawOffline);
			requireWhole(report.broken);
		});
}

function readText(file: string): string {
	try {
		return readFileSync(file, "utf8");
	} catch (cause) {
		throw new AppError("bad-input", `${file} can't be read`, { cause });
	}
}

function readCheckpoint(file: string): SignedCheckpoint {
	try {
		return auditCheckpoint.parse(JSON.parse(readText(file)));
	} catch (cause) {
		throw new AppError("bad-input", `${file} holds no checkpoint`, { cause, hint: "They lie in the store under audit/." });
	}
}

function requireWhole(broken: { readonly seq: number; readonly what: string } | null): void {
	if (broken === null) return;
	throw new AppError("verify-failed", `The audit log was tampered with at number ${broken.seq}: ${broken.what}`, {
		hint: "Keep what you have and compare it with other exports and with the checkpoints in the stores.",
	});
}

function drawOnline(found: AuditVerification): string {
	const head = found.head === null ? "no entry yet" : `up to number ${found.head.seq} (${found.head.hash.slice(0, 16)})`;
	const stores = found.stores.map(
		(store) =>
			`  ${store.siteId === null ? "the organization's store" : `store of site ${store.siteId}`}: ${store.problem ?? `${store.checked} checkpoints fit`}\n`,
	);
	return `${found.entries} entries computed again, ${head}; ${found.checkpoints.checked} signed checkpoints fit\n${stores.join("")}`;
}

function drawOffline(report: AuditExportReport): string {
	const trust = report.keyGiven
		? ""
		: "The key is the export's own: compare its fingerprint with the one that your organization published.\n";
	return `${report.entries} entries of organization ${report.organization}, ${report.checkpoints} signatures with key ${report.fingerprint}\n${trust}`;
}
