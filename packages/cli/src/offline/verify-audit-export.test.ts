import { generateKeyPairSync, sign } from "node:crypto";
import type { AuditExportLine, SignedCheckpoint } from "@skyeworx/contract";
import { auditChainStart, auditCheckpointBytes, auditEntryHash, auditNamesDigest } from "@skyeworx/core";
import { beforeEach, describe, expect, it } from "vitest";
import { verifyAuditExport } from "./verify-audit-export.ts";

const organization = "11111111-2222-4333-8444-555555555555";
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
const at = "2026-11-22T10:00:00.000Z";

type Entry = Extract<AuditExportLine, { readonly type: "entry" }>;

function checkpoint(entry: Entry, key = privateKey): SignedCheckpoint {
	const about = { organization, seq: entry.seq, hash: entry.hash, at };
	return { ...about, signature: sign(null, auditCheckpointBytes(about), key).toString("base64") };
}

function chained(entries: readonly Entry[]): Entry[] {
	let previousHash = auditChainStart;
	return entries.map((entry) => {
		const names = auditNamesDigest({
			salt: entry.salt,
			actor: entry.actor.name,
			target: entry.target?.label ?? null,
			reason: entry.reason,
		});
		const content = {
			format: entry.format,
			organization,
			seq: entry.seq,
			at: entry.at,
			actorType: entry.actor.type,
			actorId: entry.actor.id,
			names,
			ip: entry.ip,
			action: entry.action,
			targetType: entry.target?.type ?? null,
			targetId: entry.target?.id ?? null,
			outcome: entry.outcome,
			errorCode: entry.error?.code ?? null,
			errorDetail: entry.error?.detail ?? null,
			facts: entry.facts,
			request: entry.requestId,
		};
		const linked = { ...entry, previousHash, hash: auditEntryHash(previousHash, content) };
		previousHash = linked.hash;
		return linked;
	});
}

function entry(seq: number): Entry {
	return {
		type: "entry",
		format: 2,
		seq,
		at,
		actor: { type: "user", id: `user-${seq}`, name: `Person ${seq}` },
		ip: "203.0.113.7",
		action: "restore.run",
		target: { type: "restore", id: `restore-${seq}`, label: `ACME-${seq}` },
		reason: `Reason ${seq}`,
		outcome: seq % 2 === 0 ? "failure" : "success",
		error: seq % 2 === 0 ? { code: "site-unreachable", detail: "It does not answer" } : null,
		facts: { items: seq, via: "session" },
		requestId: `request-${seq}`,
		hash: "",
		previousHash: "",
		salt: "0a".repeat(16),
	};
}

let entries: Entry[];
let lines: AuditExportLine[];

beforeEach(() => {
	entries = chained([1, 2, 3, 4, 5, 6].map(entry));
	lines = exportOf(entries);
});

function exportOf(list: readonly Entry[], key = privateKey): AuditExportLine[] {
	const last = list.at(-1);
	return [
		{ type: "header", format: "skyeworx-audit-1", organization, exportedAt: at, complete: true, publicKey: pem },
		...list.flatMap((one): AuditExportLine[] => (one.seq === 3 ? [one, { type: "checkpoint", ...checkpoint(one, key) }] : [one])),
		{ type: "end", entries: list.length, checkpoint: last === undefined ? null : checkpoint(last, key) },
	];
}

async function* textOf(list: readonly unknown[]): AsyncIterable<string> {
	for (const line of list) yield typeof line === "string" ? line : JSON.stringify(line);
}

const verify = async (list: readonly unknown[] = lines, checkpoints: readonly SignedCheckpoint[] = []) =>
	await verifyAuditExport(textOf(list), { publicKey: pem, checkpoints });

/** The lines with one entry changed. */
const changed = (seq: number, change: Partial<Entry>) =>
	lines.map((line) => (line.type === "entry" && line.seq === seq ? { ...line, ...change } : line));

describe("an export of the audit log", () => {
	it("that is whole verifies, with every signature", async () => {
		expect(await verify()).toMatchObject({ ok: true, entries: 6, checkpoints: 2, broken: null, keyGiven: true });
		expect(await verify(exportOf([]))).toMatchObject({ ok: true, entries: 0 });
		expect(await verifyAuditExport(textOf(lines), {})).toMatchObject({ ok: true, keyGiven: false });
	});

	it.each([
		["who", { actor: { type: "user" as const, id: "user-4", name: "Somebody else" } }],
		["whose id", { actor: { type: "user" as const, id: "user-9", name: "Person 4" } }],
		["when", { at: "2026-11-22T10:00:00.001Z" }],
		["from where", { ip: null }],
		["what", { action: "restore.plan" }],
		["to what", { target: { type: "restore", id: "restore-4", label: "ACME-5" } }],
		["to no target", { target: null }],
		["why", { reason: "Another reason" }],
		["how it ended", { outcome: "success" as const }],
		["the error", { error: { code: "site-unreachable", detail: "It does answer" } }],
		["a fact", { facts: { items: 5, via: "session" } }],
		["a fact more", { facts: { items: 4, via: "session", more: true } }],
		["the request", { requestId: "request-5" }],
		["the hash", { hash: "00".repeat(32) }],
		["the hash before", { previousHash: "00".repeat(32) }],
		["the salt", { salt: "0b".repeat(16) }],
	])("shows that %s was changed", async (_what, change) => {
		expect(await verify(changed(4, change))).toMatchObject({ ok: false, broken: { seq: 4 } });
	});

	it("shows that an entry was removed, from anywhere", async () => {
		for (const seq of [1, 2, 3, 4, 5]) {
			const without = lines.filter((line) => line.type !== "entry" || line.seq !== seq);
			expect((await verify(without)).broken?.seq, String(seq)).toBe(seq);
		}
	});

	it("shows that an entry was put in", async () => {
		const between = { ...entry(4), previousHash: entries[2]?.hash ?? "", hash: "00".repeat(32) };
		expect((await verify(lines.toSpliced(5, 0, between))).ok).toBe(false);
		const [, copy] = lines;
		expect((await verify(lines.toSpliced(2, 0, copy as AuditExportLine))).broken?.seq).toBe(1);
	});

	it("shows that entries change places", async () => {
		const swapped = [...lines];
		[swapped[1], swapped[2]] = [lines[2] as AuditExportLine, lines[1] as AuditExportLine];
		expect((await verify(swapped)).ok).toBe(false);
	});

	it("shows that the end was cut off, however carefully", async () => {
		const end = lines.at(-1) as AuditExportLine;
		expect((await verify(lines.slice(0, -1))).broken?.what).toContain("end is missing");
		expect((await verify([...lines.slice(0, -2), end])).ok).toBe(false);
		const third = entries[2] as Entry;
		const shortened = exportOf(entries.slice(0, 3));
		expect((await verify(shortened)).ok).toBe(true);
		const fifth = checkpoint(entries[4] as Entry);
		expect((await verify(shortened, [checkpoint(third), fifth])).broken?.what).toContain("a store knows of more");
		expect((await verify(lines, [fifth])).checkpoints).toBe(3);
	});

	it("shows that the whole chain was written anew", async () => {
		const rewritten = chained(entries.map((one) => (one.seq === 2 ? { ...one, action: "nothing.at-all" } : one)));
		const other = generateKeyPairSync("ed25519");
		const resigned = exportOf(rewritten, other.privateKey);
		expect((await verify(resigned)).broken).toEqual({ seq: 3, what: "its checkpoint is not signed with this key" });
		const unsigned = [...lines.slice(0, 1), ...rewritten, { type: "end", entries: 6, checkpoint: null }];
		expect((await verify(unsigned)).broken?.what).toContain("not signed");
		const borrowed = [...lines.slice(0, 1), ...rewritten, lines.at(-1) as AuditExportLine];
		expect((await verify(borrowed)).broken?.what).toContain("differs from what was signed");
	});

	it("of another organization, signed by it, is not this one's", async () => {
		const foreign = { ...(lines[0] as AuditExportLine), organization: "99999999-2222-4333-8444-555555555555" };
		expect((await verify([foreign, ...lines.slice(1)])).ok).toBe(false);
	});

	it("that is none, or filtered, or torn is refused with what to do", async () => {
		await expect(verify(["nothing"])).rejects.toMatchObject({ code: "bad-input" });
		await expect(verify([])).rejects.toMatchObject({ code: "bad-input" });
		await expect(verify([{ ...(lines[0] as AuditExportLine), complete: false }])).rejects.toThrow(/only some/);
		await expect(verifyAuditExport(textOf(lines), { publicKey: "no key" })).rejects.toMatchObject({ code: "bad-input" });
		expect((await verify([...lines.slice(0, 3), '{"type":"entry"', ...lines.slice(4)])).ok).toBe(false);
		expect((await verify([...lines, entry(7)])).broken?.what).toContain("behind the end");
	});
});
