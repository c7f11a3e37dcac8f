import type { AuditVerification, SignedCheckpoint } from "@skyeworx/contract";
import { type AuditBreak, AuditWalk, isCheckpointSigned, toAppError } from "@skyeworx/core";
import { type Scoped, withOrganization } from "../data/database.ts";
import { deriveKey } from "../keys/seal.ts";
import { headMac, linkOf } from "./chain.ts";
import { storesToRead } from "./checkpoint-stores.ts";
import { type CheckpointPorts, checkpointBody, checkpointsIn, newestCheckpoint } from "./checkpoints.ts";
import { signingKey } from "./signing-key.ts";

const batch = 1000;
/** Of each store only the newest are read: they vouch for all before them. */
const readOfStore = 20;

/** Whoever only opens the page does not wait for the stores of a thousand sites. */
const mostRecentStores = 10;

type Depth = AuditVerification["depth"];
type Checked = Pick<AuditVerification, "checkpoints" | "stores" | "broken" | "head" | "entries">;

/** Computes an organization's chain again, compares it with what was signed, and says where it breaks, if it does. */
export async function verifyAudit(ports: CheckpointPorts, organizationId: string, depth: Depth): Promise<AuditVerification> {
	const sealer = await ports.keys.sealer(organizationId);
	const { publicKey } = await signingKey(ports, organizationId);
	const macKey = deriveKey(sealer.key, "audit");
	const checked = await withOrganization(ports.database, organizationId, (scoped) =>
		check(ports, scoped, { organizationId, publicKey, macKey, depth }),
	);
	return { ok: checked.broken === null, depth, ...checked, checkedAt: ports.clock.now().toISOString() };
}

interface About {
	readonly organizationId: string;
	readonly publicKey: string;
	readonly macKey: Uint8Array;
	readonly depth: Depth;
}

async function check(ports: CheckpointPorts, scoped: Scoped, about: About): Promise<Checked> {
	const head = await scoped.selectFrom("audit_heads").selectAll().executeTakeFirst();
	const start = about.depth === "recent" ? await newestCheckpoint(scoped) : undefined;
	const trusted = start !== undefined && isCheckpointSigned(start, start.signature, about.publicKey) ? start : undefined;
	const chain = new AuditWalk(trusted);
	const marks = new Marks(about.organizationId, about.publicKey);
	let broken: AuditBreak | undefined;
	if (start !== undefined && trusted === undefined)
		broken = { seq: start.seq, what: "the newest checkpoint is not signed by this organization" };
	broken ??= await walk(scoped, chain, head?.seq ?? 0, marks);
	broken ??= headBreak(about.macKey, head, chain);
	broken ??= marks.beyond(chain.seq);
	const stores = await checkStores(ports, scoped, about, chain);
	broken ??= stores.broken;
	return {
		entries: chain.seq - (trusted?.seq ?? 0),
		head: chain.seq === 0 ? null : { seq: chain.seq, hash: chain.hash },
		broken: broken ?? null,
		checkpoints: { checked: marks.checked, newest: marks.newest },
		stores: stores.found,
	};
}

/** The checkpoints of the database, met on the way. */
class Marks {
	readonly #organizationId: string;
	readonly #publicKey: string;
	checked = 0;
	newest: { readonly seq: number; readonly at: string } | null = null;
	#waiting: SignedCheckpoint[] = [];

	constructor(organizationId: string, publicKey: string) {
		this.#organizationId = organizationId;
		this.#publicKey = publicKey;
	}

	async load(scoped: Scoped, from: number, to: number): Promise<void> {
		const rows = await scoped
			.selectFrom("audit_checkpoints")
			.selectAll()
			.where("seq", ">=", from)
			.where("seq", "<=", to)
			.orderBy("seq")
			.execute();
		this.#waiting.push(...rows.map(checkpointBody));
	}

	/** Compares the checkpoints up to where the chain is now. */
	meet(chain: AuditWalk): AuditBreak | undefined {
		while (this.#waiting[0] !== undefined && this.#waiting[0].seq <= chain.seq) {
			const mark = this.#waiting.shift();
			if (mark === undefined || mark.seq !== chain.seq) continue;
			const broken = breakOf(mark, { organizationId: this.#organizationId, publicKey: this.#publicKey, hash: chain.hash });
			if (broken !== undefined) return broken;
			this.checked += 1;
			this.newest = { seq: mark.seq, at: mark.at };
		}
		return undefined;
	}

	/** A checkpoint behind the end says that the end was cut off. */
	beyond(seq: number): AuditBreak | undefined {
		return this.#waiting.some((mark) => mark.seq > seq) ? cutOff(seq) : undefined;
	}
}

function cutOff(seq: number): AuditBreak {
	return { seq: seq + 1, what: "entries at the end are missing: a signed checkpoint knows of more" };
}

interface Expected {
	readonly organizationId: string;
	readonly publicKey: string;
	readonly hash: string;
}

function breakOf(mark: SignedCheckpoint, expected: Expected): AuditBreak | undefined {
	const signed = mark.organization === expected.organizationId && isCheckpointSigned(mark, mark.signature, expected.publicKey);
	if (!signed) return { seq: mark.seq, what: "its checkpoint is not signed by this organization" };
	return mark.hash === expected.hash ? undefined : { seq: mark.seq, what: "the chain differs from what was signed" };
}

/** Entries after the head that was read belong to others writing at this moment. */
async function walk(scoped: Scoped, chain: AuditWalk, headSeq: number, marks: Marks): Promise<AuditBreak | undefined> {
	await marks.load(scoped, chain.seq, chain.seq);
	const first = marks.meet(chain);
	if (first !== undefined) return first;
	for (;;) {
		const rows = await scoped.selectFrom("audit_entries").selectAll().where("seq", ">", chain.seq).orderBy("seq").limit(batch).execute();
		await marks.load(scoped, chain.seq + 1, rows.length < batch ? Number.MAX_SAFE_INTEGER : (rows.at(-1)?.seq ?? chain.seq));
		for (const row of rows) {
			if (headSeq > 0 && row.seq > headSeq) return undefined;
			const broken = chain.next(linkOf(row)) ?? marks.meet(chain);
			if (broken !== undefined) return broken;
		}
		if (rows.length < batch) return undefined;
	}
}

interface Head {
	readonly seq: number;
	readonly hash: Buffer;
	readonly mac: Buffer;
}

function headBreak(macKey: Uint8Array, head: Head | undefined, chain: AuditWalk): AuditBreak | undefined {
	if (head === undefined) return chain.seq > 0 ? { seq: chain.seq, what: "the record of the newest entry is missing" } : undefined;
	if (!headMac(macKey, head).equals(head.mac)) return { seq: head.seq, what: "the record of the newest entry was changed" };
	const same = chain.seq === head.seq && chain.hash === head.hash.toString("hex");
	return same ? undefined : { seq: chain.seq + 1, what: "entries at the end are missing" };
}

interface Stores {
	readonly found: AuditVerification["stores"];
	readonly broken: AuditBreak | undefined;
}

/** What lies in the stores can't be taken back with the database: it shows a chain that was cut off or written anew as a whole. */
async function checkStores(ports: CheckpointPorts, scoped: Scoped, about: About, chain: AuditWalk): Promise<Stores> {
	const found: AuditVerification["stores"] = [];
	let broken: AuditBreak | undefined;
	const places = await storesToRead(ports, scoped, about.organizationId);
	for (const { siteId, open } of about.depth === "recent" ? places.slice(0, mostRecentStores) : places) {
		try {
			const marks = await checkpointsIn(await open(), about.organizationId, readOfStore);
			for (const mark of marks) broken ??= await storeBreak(scoped, mark, about, chain);
			found.push({ siteId, checked: marks.length, newest: marks.at(-1)?.seq ?? null, problem: null });
		} catch (error) {
			found.push({ siteId, checked: 0, newest: null, problem: toAppError(error).message });
		}
	}
	return { found, broken };
}

async function storeBreak(scoped: Scoped, mark: SignedCheckpoint, about: About, chain: AuditWalk): Promise<AuditBreak | undefined> {
	// Whoever can write a store can put nonsense there: only what is signed counts.
	if (mark.organization !== about.organizationId || !isCheckpointSigned(mark, mark.signature, about.publicKey)) return undefined;
	const row = await scoped.selectFrom("audit_entries").select("hash").where("seq", "=", mark.seq).executeTakeFirst();
	if (row === undefined && mark.seq > chain.seq) return cutOff(chain.seq);
	return row?.hash.toString("hex") === mark.hash ? undefined : { seq: mark.seq, what: "the chain differs from what was signed" };
}
