import { anomalyNames, auditActionName, type Insights, type NoticeRule } from "@skyeworx/contract";
import type { Log } from "@skyeworx/core";
import { sql } from "kysely";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { ageText } from "../overview/attention.ts";
import { warningsOf } from "../watch/read-watch.ts";
import { clearOthers, insertDeliveries, type RaisedNotice, type RaisePorts, raise } from "./raise.ts";

/** Runs in a row that failed before somebody is told. */
const failuresInARow = 3;
/** What happened once is looked for so far back: longer than any process is away. */
const lookBackMilliseconds = 6 * 3_600_000;
const securityActions = [
	"api-key.create",
	"member.update",
	"member.delete",
	"invitation.create",
	"role.update",
	"role.create",
	"organization.update",
	"organization.export",
	"organization.deletion-request",
	"organization.deletion-confirm",
	"passkey.create",
	"notice-target.create",
	"session.replay",
];

type AnomalyCode = Insights["anomalies"][number]["code"];

const restoreEnds: Readonly<Record<string, string>> = {
	succeeded: "is complete",
	incomplete: "did not bring everything back",
	failed: "failed",
	undone: "was undone",
};

const itemsText = (number: number): string => `${number} ${number === 1 ? "item" : "items"}`;
/** `2026-11-22 09:14 UTC` */
const momentText = (at: Date): string => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** Looks at what the database says of every organization, raises what is new, clears what is over, and sends digests. */
export async function watchForNotices(ports: RaisePorts & { readonly log: Log }): Promise<void> {
	const { rows } = await sql<{ organization_ids: string }>`select organization_ids()`.execute(ports.database);
	for (const { organization_ids: id } of rows) {
		await watchOrganization(ports, id).catch((error: unknown) =>
			ports.log.error("notices of an organization could not be looked for", { organization: id, cause: String(error) }),
		);
	}
}

async function watchOrganization(ports: RaisePorts, organizationId: string): Promise<void> {
	const targets = await withOrganization(ports.database, organizationId, (scoped) =>
		scoped.selectFrom("notice_targets").select("id").limit(1).execute(),
	);
	if (targets.length === 0) return;
	const lasting: readonly NoticeRule[] = ["late", "failing", "credential", "damage"];
	const found = await foundIn(ports, organizationId);
	for (const notice of found) await raise(ports, organizationId, notice);
	for (const rule of lasting) {
		await clearOthers(ports, organizationId, rule, new Set(found.filter((one) => one.rule === rule).map((one) => one.subject)));
	}
	await sendDigests(ports, organizationId);
}

async function foundIn(ports: RaisePorts, organizationId: string): Promise<RaisedNotice[]> {
	const sealer = await ports.keys.sealer(organizationId);
	return await withOrganization(ports.database, organizationId, async (scoped) => {
		const troubles = await troublesOf(scoped, sealer);
		const sites = await scoped.selectFrom("sites").selectAll().execute();
		const names = new Map(sites.map((site) => [site.id, sealer.openText(`sites.name/${site.id}`, site.sealed_name)]));
		const nameOf = (id: string) => names.get(id) ?? "A site";
		const now = ports.clock.now().getTime();
		const found: RaisedNotice[] = [];
		for (const site of sites) found.push(...troubles(site.id, nameOf(site.id)));
		for (const site of sites.filter((one) => !one.paused)) {
			const about = { subject: site.id, siteId: site.id, once: false };
			const age = Math.floor((now - (site.last_good_at ?? site.created_at).getTime()) / 1000);
			if (age > site.promise_seconds) {
				const detail = `The newest good snapshot is ${ageText(age)} old; the promise is one at least every ${ageText(site.promise_seconds)}.`;
				found.push({ ...about, rule: "late", title: `The backup of ${nameOf(site.id)} is late`, detail });
			}
			if (site.problem_code?.startsWith("credential-") === true || site.problem_code === "scope-missing") {
				const detail = "Until it is renewed, the site is not backed up, or not wholly.";
				found.push({ ...about, rule: "credential", title: `The credential of ${nameOf(site.id)} does not work`, detail });
			}
			const last = await lastBackups(scoped, site.id);
			if (last.length === failuresInARow && last.every((run) => run.status === "failed")) {
				const causes = [...new Set(last.map((run) => (run.error_code ?? "unknown").replaceAll("-", " ")))].join(", ");
				const title = `The last ${failuresInARow} backups of ${nameOf(site.id)} failed`;
				found.push({ ...about, rule: "failing", title, detail: `Because of: ${causes}. The runs say more.` });
			}
		}
		return [...found, ...(await happened(scoped, new Date(now - lookBackMilliseconds), nameOf))];
	});
}

/** What lasts and is not the backups' own: a damaged vault, a credential that will not do for long. */
async function troublesOf(scoped: Scoped, sealer: Sealer): Promise<(siteId: string, name: string) => RaisedNotice[]> {
	const damaged = await scoped.selectFrom("site_upkeep").select(["site_id", "damaged"]).where("damaged", ">", 0).execute();
	const watched = await scoped.selectFrom("connection_watch").selectAll().where(sql<boolean>`warnings <> '{}'`).execute();
	return (siteId, name) => [
		...damaged
			.filter((row) => row.site_id === siteId)
			.map((row): RaisedNotice => {
				const detail = `${row.damaged} of its objects can't be read; the site's page names what is lost with them. The next backup reads again what the site still has.`;
				return { rule: "damage", subject: siteId, siteId, once: false, title: `The vault of ${name} is damaged`, detail };
			}),
		...watched
			.filter((row) => row.site_id === siteId)
			.flatMap((row) => warningsOf(sealer, row))
			.map(({ code, detail }): RaisedNotice => {
				const title = `The credential of ${name} needs somebody`;
				return { rule: "credential", subject: `${siteId}/${code}`, siteId, once: false, title, detail };
			}),
	];
}

async function lastBackups(scoped: Scoped, siteId: string) {
	return await scoped
		.selectFrom("runs")
		.select(["status", "error_code"])
		.where("site_id", "=", siteId)
		.where("type", "=", "backup")
		.where("status", "in", ["succeeded", "incomplete", "failed"])
		.orderBy("created_at", "desc")
		.limit(failuresInARow)
		.execute();
}

async function happened(scoped: Scoped, since: Date, nameOf: (siteId: string) => string): Promise<RaisedNotice[]> {
	const restores = await scoped
		.selectFrom("restores")
		.select(["id", "site_id", "status", "restored", "failed"])
		.where("finished_at", ">=", since)
		.where("status", "in", ["succeeded", "incomplete", "failed", "undone"])
		.execute();
	const anomalies = await scoped.selectFrom("anomalies").selectAll().where("at", ">=", since).execute();
	const drills = await scoped
		.selectFrom("drill_figures")
		.selectAll()
		.where("at", ">=", since)
		.where("status", "in", ["incomplete", "failed"])
		.execute();
	const entries = await scoped
		.selectFrom("audit_entries")
		.select(["seq", "action", "outcome", "at"])
		.where("at", ">=", since)
		.where("action", "in", securityActions)
		.where((where) => where.or([where("outcome", "=", "success"), where("action", "=", "session.replay")]))
		.orderBy("seq", "desc")
		.limit(500)
		.execute();
	const once = true;
	return [
		...restores.map((row): RaisedNotice => {
			const title = `A restore on ${nameOf(row.site_id)} ${restoreEnds[row.status] ?? "has ended"}`;
			const detail = `${itemsText(row.restored)} restored, ${row.failed} failed.`;
			return { rule: "restore-finished", subject: `${row.id}/${row.status}`, siteId: row.site_id, once, title, detail };
		}),
		...drills.map((row): RaisedNotice => {
			const title = `A restore drill on ${nameOf(row.site_id)} failed`;
			const left =
				row.left_behind === 0 ? "" : ` Copies of ${itemsText(row.left_behind)} are still in the drill space; they are tried again.`;
			const detail = `Tried with ${itemsText(row.items)}; faults found: ${row.faults}.${left} The run says which.`;
			return { rule: "drill", subject: row.run_id, siteId: row.site_id, once, title, detail };
		}),
		...anomalies.map((row): RaisedNotice => {
			const title = `Unusual changes on ${nameOf(row.site_id)}: ${(anomalyNames[row.code as AnomalyCode] ?? row.code).toLowerCase()}`;
			const detail = `${Math.round(row.measured)} in one backup; usual are ${Math.round(row.usual)}. What was there before is kept.`;
			return { rule: "anomaly", subject: row.id, siteId: row.site_id, once, title, detail };
		}),
		...entries.map((row): RaisedNotice => {
			const title = `Security: ${auditActionName(row.action)}`;
			const detail = `Entry ${row.seq} of the audit log, ${momentText(row.at)}, says who did it.`;
			return { rule: "security", subject: `audit/${row.seq}`, siteId: null, once, title, detail };
		}),
	];
}

/** Once a day, at each target's own hour. */
async function sendDigests(ports: RaisePorts, organizationId: string): Promise<void> {
	const now = ports.clock.now();
	const deliveries = await withOrganization(ports.database, organizationId, async (scoped) => {
		const due = await scoped
			.selectFrom("notice_targets")
			.select("id")
			.where("digest_hour", "=", now.getUTCHours())
			.where((where) =>
				where.or([where("digest_sent_at", "is", null), where("digest_sent_at", "<", new Date(now.getTime() - 2 * 3_600_000))]),
			)
			.execute();
		const targetIds = due.map((target) => target.id);
		if (targetIds.length === 0) return [];
		await scoped.updateTable("notice_targets").set({ digest_sent_at: now }).where("id", "in", targetIds).execute();
		return await insertDeliveries(ports, scoped, { organizationId, noticeId: null, targetIds });
	});
	for (const deliveryId of deliveries) await ports.queue.sendNotice({ deliveryId, organizationId });
}
