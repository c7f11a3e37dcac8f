import { type Clock, toAppError } from "@skyeworx/core";
import { createTransport } from "nodemailer";
import { type Database, withOrganization } from "../data/database.ts";
import type { NoticeJob } from "../jobs/queue.ts";
import type { OrganizationKeys } from "../keys/organization-keys.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { postWebhook, signatureOf } from "./post-webhook.ts";
import { noticesSince, type SaidNotice } from "./read-notices.ts";
import { type OpenTarget, openTarget } from "./targets.ts";

/** How this server sends notices. */
export interface NoticeSettings {
	/** Undefined sends no mail. */
	readonly smtpUrl: string | undefined;
	readonly mailFrom: string;
	readonly privateWebhooks: boolean;
	/** Put before links. */
	readonly publicUrl: string | undefined;
}

export interface DeliverPorts {
	readonly database: Database;
	readonly keys: OrganizationKeys;
	readonly clock: Clock;
	readonly metrics: Metrics;
	readonly noticeSettings: NoticeSettings;
}

const digestHours = 24;

/** Brings one notice, or a day's digest, to one target; what was delivered before is not delivered again. @throws AppError to be tried again */
export async function deliver(ports: DeliverPorts, { deliveryId, organizationId }: NoticeJob, last: boolean): Promise<void> {
	const found = await withOrganization(ports.database, organizationId, async (scoped) => {
		const delivery = await scoped.selectFrom("notice_deliveries").selectAll().where("id", "=", deliveryId).executeTakeFirst();
		if (delivery === undefined || delivery.status === "delivered") return undefined;
		const target = await scoped.selectFrom("notice_targets").selectAll().where("id", "=", delivery.target_id).executeTakeFirst();
		await scoped
			.updateTable("notice_deliveries")
			.set({ attempts: delivery.attempts + 1 })
			.where("id", "=", deliveryId)
			.execute();
		return target === undefined ? undefined : { delivery, target };
	});
	if (found === undefined) return;
	const sealer = await ports.keys.sealer(organizationId);
	const target = openTarget(sealer, found.target);
	const since = new Date(found.delivery.created_at.getTime() - digestHours * 3_600_000);
	const about = found.delivery.notice_id === null ? { since, rules: found.target.rules } : { id: found.delivery.notice_id };
	const notices = await noticesSince(ports, organizationId, about);
	const end = async (status: string, code: string | null) =>
		await withOrganization(ports.database, organizationId, async (scoped) => {
			const values = { status, error_code: code, ended_at: ports.clock.now() };
			await scoped.updateTable("notice_deliveries").set(values).where("id", "=", deliveryId).execute();
		});
	try {
		if (notices.length > 0) await send(ports, target, { deliveryId, organizationId, notices });
		await end("delivered", null);
		ports.metrics.notice(target.type, "delivered");
	} catch (error) {
		ports.metrics.notice(target.type, "failed");
		await end(last ? "failed" : "waiting", toAppError(error).code);
		throw error;
	}
}

interface Message {
	readonly deliveryId: string;
	readonly organizationId: string;
	readonly notices: readonly SaidNotice[];
}

/** Sends in the target's own way. @throws AppError when it was not taken */
export async function send(ports: Pick<DeliverPorts, "clock" | "noticeSettings">, target: OpenTarget, message: Message): Promise<void> {
	const { noticeSettings: settings, clock } = ports;
	const link = settings.publicUrl;
	const subject = message.notices.length === 1 ? (message.notices[0]?.title ?? "") : `${message.notices.length} notices of the last day`;
	const text = message.notices.map((notice) => `${notice.title}\n${notice.detail}`).join("\n\n");
	if (target.type === "email") {
		if (settings.smtpUrl === undefined) throw toAppError(new Error("this server sends no mail"));
		const transport = createTransport(settings.smtpUrl);
		try {
			await transport.sendMail({
				from: settings.mailFrom,
				to: target.address,
				subject: `Skyeworx: ${subject}`,
				text: `${text}\n${link === undefined ? "" : `\n${link}\n`}`,
				headers: { "auto-submitted": "auto-generated", "x-skyeworx-delivery": message.deliveryId },
			});
		} finally {
			transport.close();
		}
		return;
	}
	const allowPrivate = settings.privateWebhooks;
	if (target.type === "slack") {
		const lines = message.notices.map((notice) => `*${slackText(notice.title)}*\n${slackText(notice.detail)}`);
		const body = JSON.stringify({ text: [...lines, ...(link === undefined ? [] : [`<${link}>`])].join("\n\n") });
		await postWebhook({ url: target.url, body, allowPrivate });
		return;
	}
	const { deliveryId, organizationId, notices } = message;
	const at = clock.now();
	const body = JSON.stringify({ deliveryId, organizationId, sentAt: at.toISOString(), url: link ?? null, notices });
	const headers = { "skyeworx-delivery": deliveryId, "skyeworx-signature": signatureOf(target.secret, body, at) };
	await postWebhook({ url: target.url, body, headers, allowPrivate });
}

/** Slack takes three characters for its own. */
function slackText(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
