import type { AuditVerification } from "@skyeworx/contract";
import { AuditWalk } from "@skyeworx/core";
import { type Scoped, withOrganization } from "../data/database.ts";
import { deriveKey } from "../keys/seal.ts";
import { headMac, linkOf } from "./chain.ts";
import type { AuditPorts } from "./record.ts";

const batch = 1000;

interface Walked {
	readonly entries: number;
	readonly seq: number;
	readonly hash: Buffer;
	readonly broken: AuditVerification["broken"];
}

/** Computes an organization's chain again from its first entry and says where it breaks, if it does. */
export async function verifyAudit(ports: AuditPorts, organizationId: string): Promise<AuditVerification> {
	const sealer = await ports.keys.sealer(organizationId);
	return await withOrganization(ports.database, organizationId, async (scoped) => {
		const head = await scoped.selectFrom("audit_heads").selectAll().executeTakeFirst();
		const walked = await walk(scoped, head?.seq ?? 0);
		let { broken } = walked;
		if (broken === null && head !== undefined) {
			const mac = headMac(deriveKey(sealer.key, "audit"), head);
			if (!mac.equals(head.mac)) broken = { seq: head.seq, what: "the record of the newest entry was changed" };
			else if (walked.seq !== head.seq || !walked.hash.equals(head.hash))
				broken = { seq: walked.seq + 1, what: "entries at the end are missing" };
		}
		if (broken === null && head === undefined && walked.entries > 0)
			broken = { seq: walked.seq, what: "the record of the newest entry is missing" };
		return {
			ok: broken === null,
			entries: walked.entries,
			head: walked.entries === 0 ? null : { seq: walked.seq, hash: walked.hash.toString("hex") },
			broken,
			checkedAt: ports.clock.now().toISOString(),
		};
	});
}

/** Entries after the head that was read belong to others writing at this moment. */
async function walk(scoped: Scoped, headSeq: number): Promise<Walked> {
	const chain = new AuditWalk();
	const walked = (broken: Walked["broken"]): Walked => ({
		entries: chain.seq,
		seq: chain.seq,
		hash: Buffer.from(chain.hash, "hex"),
		broken,
	});
	for (;;) {
		const rows = await scoped.selectFrom("audit_entries").selectAll().where("seq", ">", chain.seq).orderBy("seq").limit(batch).execute();
		for (const row of rows) {
			if (headSeq > 0 && row.seq > headSeq) return walked(null);
			const broken = chain.next(linkOf(row));
			if (broken !== undefined) return walked(broken);
		}
		if (rows.length < batch) return walked(null);
	}
}
