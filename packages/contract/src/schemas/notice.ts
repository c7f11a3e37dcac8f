import { z } from "zod";
import { moment, uuid } from "./primitives.ts";

/** What somebody may want to be told. */
const noticeRule = z
	.enum(["late", "failing", "anomaly", "credential", "damage", "drill", "restore-finished", "security"])
	.meta({ id: "NoticeRule" });
export type NoticeRule = z.infer<typeof noticeRule>;

/** The rules, as people say them. */
export const noticeRuleNames: Readonly<Record<NoticeRule, string>> = {
	late: "A backup is late",
	failing: "Backups keep failing",
	anomaly: "Something unusual was found",
	credential: "A credential fails, expires or lost a scope",
	damage: "A vault is damaged",
	drill: "A restore drill failed",
	"restore-finished": "A restore has finished",
	security: "Something about people, keys or security changed",
};

const address = z.url({ protocol: /^https?$/ }).max(500);
const rules = z.array(noticeRule).min(1).max(10);
/** Hour of the day (UTC) at which everything of the day before is told at once; left out, each thing is told when it happens. */
const digestHour = z.int().min(0).max(23).optional();

/** Where notices go. */
export const noticeTargetInput = z
	.discriminatedUnion("type", [
		z.object({ type: z.literal("email"), address: z.email().max(200), rules, digestHour }),
		/** Anything that takes Slack's incoming webhooks. */
		z.object({ type: z.literal("slack"), url: address, rules, digestHour }),
		z.object({ type: z.literal("webhook"), url: address, rules, digestHour }),
	])
	.meta({ id: "NoticeTargetInput" });
export type NoticeTargetInput = z.infer<typeof noticeTargetInput>;

export const noticeTarget = z
	.object({
		id: uuid,
		type: z.enum(["email", "slack", "webhook"]),
		/** The e-mail address, or the host of the webhook: the rest of that address is a secret. */
		to: z.string(),
		rules: z.array(noticeRule),
		digestHour: z.int().nullable(),
		createdAt: moment,
	})
	.meta({ id: "NoticeTarget" });
export type NoticeTarget = z.infer<typeof noticeTarget>;

export const noticeTargetCreated = z
	.object({
		target: noticeTarget,
		/** For webhooks, this once: the key of `Skyeworx-Signature: t=SECONDS,v1=HMAC-SHA256(secret, t + "." + body)`. */
		signingSecret: z.string().nullable(),
	})
	.meta({ id: "NoticeTargetCreated" });

export const noticeTest = z.object({ delivered: z.boolean(), problem: z.string().nullable() }).meta({ id: "NoticeTest" });

export const notice = z
	.object({
		id: uuid,
		rule: noticeRule,
		siteId: uuid.nullable(),
		title: z.string(),
		detail: z.string(),
		raisedAt: moment,
		/** When it was over; the same as `raisedAt` for what happened once. */
		clearedAt: moment.nullable(),
	})
	.meta({ id: "Notice" });
export type Notice = z.infer<typeof notice>;
