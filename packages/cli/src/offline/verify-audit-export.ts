import { createHash, createPublicKey } from "node:crypto";
import { type AuditExportLine, auditExportLine, type SignedCheckpoint } from "@skyeworx/contract";
import { AppError, type AuditBreak, type AuditLink, AuditWalk, auditNamesDigest, isCheckpointSigned } from "@skyeworx/core";

/** What checking an export found. */
export interface AuditExportReport {
	readonly ok: boolean;
	readonly organization: string;
	readonly entries: number;
	readonly head: { readonly seq: number; readonly hash: string } | null;
	/** Signed checkpoints that fit. */
	readonly checkpoints: number;
	/** SHA-256 of the public key that the signatures were checked with. */
	readonly fingerprint: string;
	/** Whether that key was given; the export's own vouches for itself only. */
	readonly keyGiven: boolean;
	readonly broken: AuditBreak | null;
}

export interface AuditExportOptions {
	/** PEM, had over another way than the export. */
	readonly publicKey?: string | undefined;
	/** From the stores: they show an end that was cut off together with its signature. */
	readonly checkpoints?: readonly SignedCheckpoint[];
}

type Line<T extends AuditExportLine["type"]> = Extract<AuditExportLine, { readonly type: T }>;

/**
 * Checks an export as JSON lines, without any server: every entry, their order, every signature and the end.
 * @throws AppError `bad-input` when it is no export, or holds only some entries
 */
export async function verifyAuditExport(lines: AsyncIterable<string>, options: AuditExportOptions): Promise<AuditExportReport> {
	let check: ExportCheck | undefined;
	let broken: AuditBreak | undefined;
	for await (const text of lines) {
		if (text.trim() === "") continue;
		if (check === undefined) check = new ExportCheck(headerOf(text), options);
		else broken ??= check.next(text);
		if (broken !== undefined) break;
	}
	if (check === undefined) throw new AppError("bad-input", "The file is empty", { hint: "Export the audit log as JSON lines." });
	return check.report(broken ?? check.end());
}

function headerOf(text: string): Line<"header"> {
	const line = lineOf(text);
	if (line?.type !== "header") {
		throw new AppError("bad-input", "This is no export of an audit log", { hint: "Export it with skyeworx audit export --format jsonl." });
	}
	if (!line.complete) {
		throw new AppError("bad-input", "This export holds only some of the entries, so their chain can't be computed", {
			hint: "Export the audit log without filters.",
		});
	}
	return line;
}

function lineOf(text: string): AuditExportLine | undefined {
	try {
		return auditExportLine.safeParse(JSON.parse(text)).data;
	} catch {
		return undefined;
	}
}

class ExportCheck {
	readonly #header: Line<"header">;
	readonly #publicKey: string;
	readonly #given: boolean;
	readonly #chain = new AuditWalk();
	/** From the stores, by number. */
	readonly #expected: Map<number, SignedCheckpoint>;
	#checkpoints = 0;
	#end: Line<"end"> | undefined;

	constructor(header: Line<"header">, { publicKey, checkpoints = [] }: AuditExportOptions) {
		this.#header = header;
		this.#given = publicKey !== undefined;
		this.#publicKey = publicKey ?? header.publicKey;
		this.#expected = new Map(checkpoints.map((mark) => [mark.seq, mark]));
	}

	next(text: string): AuditBreak | undefined {
		const line = lineOf(text);
		if (line === undefined) return this.#here("a line can't be read");
		if (this.#end !== undefined) return this.#here("something stands behind the end");
		switch (line.type) {
			case "header":
				return this.#here("a second header stands between the entries");
			case "entry":
				return this.#entry(line);
			case "checkpoint":
				return this.#mark(line);
			case "end":
				this.#end = line;
				return undefined;
		}
	}

	#here(what: string): AuditBreak {
		return { seq: this.#chain.seq + 1, what };
	}

	#entry(line: Line<"entry">): AuditBreak | undefined {
		const broken = this.#chain.next(linkOf(this.#header.organization, line));
		if (broken !== undefined) return broken;
		const expected = this.#expected.get(line.seq);
		this.#expected.delete(line.seq);
		return expected === undefined ? undefined : this.#mark(expected);
	}

	#mark(mark: SignedCheckpoint): AuditBreak | undefined {
		const signed = mark.organization === this.#header.organization && isCheckpointSigned(mark, mark.signature, this.#publicKey);
		if (!signed) return { seq: mark.seq, what: "its checkpoint is not signed with this key" };
		if (mark.seq !== this.#chain.seq) return { seq: mark.seq, what: "a checkpoint does not stand behind its entry" };
		if (mark.hash !== this.#chain.hash) return { seq: mark.seq, what: "the chain differs from what was signed" };
		this.#checkpoints += 1;
		return undefined;
	}

	/** What is wrong with how it ends. */
	end(): AuditBreak | undefined {
		const end = this.#end;
		if (end === undefined || end.entries !== this.#chain.seq) return this.#here("the end is missing");
		if (this.#expected.size > 0) return this.#here("entries at the end are missing: a checkpoint of a store knows of more");
		if (this.#chain.seq === 0) return undefined;
		return end.checkpoint === null ? this.#here("the end is not signed") : this.#mark(end.checkpoint);
	}

	report(broken: AuditBreak | undefined): AuditExportReport {
		const { seq, hash } = this.#chain;
		return {
			ok: broken === undefined,
			organization: this.#header.organization,
			entries: seq,
			head: seq === 0 ? null : { seq, hash },
			checkpoints: this.#checkpoints,
			fingerprint: fingerprintOf(this.#publicKey),
			keyGiven: this.#given,
			broken: broken ?? null,
		};
	}
}

function linkOf(organization: string, line: Line<"entry">): AuditLink {
	const { actor, target, salt, format } = line;
	const names = format === 1 ? salt : auditNamesDigest({ salt, actor: actor.name, target: target?.label ?? null, reason: line.reason });
	return {
		format,
		organization,
		seq: line.seq,
		at: line.at,
		actorType: actor.type,
		actorId: actor.id,
		names,
		ip: line.ip,
		action: line.action,
		targetType: target?.type ?? null,
		targetId: target?.id ?? null,
		outcome: line.outcome,
		errorCode: line.error?.code ?? null,
		errorDetail: line.error?.detail ?? null,
		facts: line.facts,
		request: line.requestId,
		previousHash: line.previousHash,
		hash: line.hash,
	};
}

/** @throws AppError `bad-input` when it is no public key */
function fingerprintOf(publicKey: string): string {
	try {
		return createHash("sha256")
			.update(createPublicKey(publicKey).export({ format: "der", type: "spki" }))
			.digest("hex");
	} catch (cause) {
		throw new AppError("bad-input", "That is no public key", { cause, hint: "Use the PEM that skyeworx audit key prints." });
	}
}
