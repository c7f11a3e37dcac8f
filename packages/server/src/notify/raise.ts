import type { NoticeRule } from "@skyeworx/contract";
import type { Clock, Random } from "@skyeworx/core";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { type NoticePorts, type NoticeText, noticePlace } from "./read-notices.ts";

export interface RaisePorts extends NoticePorts {
	readonly clock: Clock;
	readonly random: Random;
	readonly queue: JobQueue;
}

/** Something to be told. */
export interface RaisedNotice extends NoticeText {
	readonly rule: NoticeRule;
	/** Of this rule and subject there is one notice while it lasts, and one for ever of what happened once. */
	readonly subject: string;
	readonly siteId: string | null;
	/** Whether it happened once, rather than goes on until it is cleared. */
	readonly once: boolean;
}

/** Raises what is not raised yet, and puts it into line for every target that wants it at once. */
export async function raise(ports: RaisePorts, organizationId: string, raised: RaisedNotice): Promise<boolean> {
	const sealer = await ports.keys.sealer(organizationId);
	const id = ports.random.uuid();
	const at = ports.clock.now();
	const deliveries = await withOrganization(ports.database, organizationId, async (scoped) => {
		let known = scoped.selectFrom("notices").select("id").where("rule", "=", raised.rule).where("subject", "=", raised.subject);
		if (!raised.once) known = known.where("cleared_at", "is", null);
		if ((await known.limit(1).executeTakeFirst()) !== undefined) return undefined;
		const { rule, subject, siteId: site_id, title, detail, once } = raised;
		const sealed_body = sealer.json(noticePlace(id), { title, detail });
		await scoped
			.insertInto("notices")
			.values({ id, organization_id: organizationId, site_id, rule, subject, sealed_body, raised_at: at, cleared_at: once ? at : null })
			.execute();
		const targets = await scoped.selectFrom("notice_targets").select(["id", "rules"]).where("digest_hour", "is", null).execute();
		const wanting = targets.filter((target) => target.rules.includes(rule));
		return await insertDeliveries(ports, scoped, { organizationId, noticeId: id, targetIds: wanting.map((target) => target.id) });
	});
	for (const deliveryId of deliveries ?? []) await ports.queue.sendNotice({ deliveryId, organizationId });
	return deliveries !== undefined;
}

/** Writes what is to be delivered; the queue is told after the transaction. */
export async function insertDeliveries(
	ports: Pick<RaisePorts, "random" | "clock">,
	scoped: Scoped,
	wanted: { readonly organizationId: string; readonly noticeId: string | null; readonly targetIds: readonly string[] },
): Promise<string[]> {
	const rows = wanted.targetIds.map((target_id) => ({
		id: ports.random.uuid(),
		organization_id: wanted.organizationId,
		notice_id: wanted.noticeId,
		target_id,
		status: "waiting",
		error_code: null,
		created_at: ports.clock.now(),
		ended_at: null,
	}));
	if (rows.length > 0) await scoped.insertInto("notice_deliveries").values(rows).execute();
	return rows.map((row) => row.id);
}

/** Says that open notices of a rule are over, but for these subjects. */
export async function clearOthers(
	ports: Pick<RaisePorts, "database" | "clock">,
	organizationId: string,
	rule: NoticeRule,
	stillOpen: ReadonlySet<string>,
): Promise<void> {
	await withOrganization(ports.database, organizationId, async (scoped) => {
		const open = await scoped
			.selectFrom("notices")
			.select(["id", "subject"])
			.where("rule", "=", rule)
			.where("cleared_at", "is", null)
			.execute();
		const over = open.filter((row) => !stillOpen.has(row.subject)).map((row) => row.id);
		if (over.length > 0) await scoped.updateTable("notices").set({ cleared_at: ports.clock.now() }).where("id", "in", over).execute();
	});
}
