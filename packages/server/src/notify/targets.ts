import type { NoticeRule, NoticeTarget, NoticeTargetInput } from "@skyeworx/contract";
import { AppError, type Random, toAppError } from "@skyeworx/core";
import type { Selectable } from "kysely";
import { noSuch, type Principal } from "../access/principal.ts";
import { newSecret } from "../access/secrets.ts";
import { withOrganization } from "../data/database.ts";
import type { NoticeTargetRow } from "../data/tables.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { type DeliverPorts, send } from "./deliver.ts";
import { requireAllowedTarget } from "./post-webhook.ts";

/** A target with what is secret of it. */
export type OpenTarget =
	| { readonly type: "email"; readonly address: string }
	| { readonly type: "slack"; readonly url: string }
	| { readonly type: "webhook"; readonly url: string; readonly secret: string };

export type TargetPorts = DeliverPorts & { readonly random: Random };

const mostTargets = 50;

function place(id: string): string {
	return `notice_targets.target/${id}`;
}

/** Opens a stored target. */
export function openTarget(sealer: Sealer, row: Pick<Selectable<NoticeTargetRow>, "id" | "sealed_target">): OpenTarget {
	return sealer.openJson<OpenTarget>(place(row.id), row.sealed_target);
}

function targetBody(sealer: Sealer, row: Selectable<NoticeTargetRow>): NoticeTarget {
	const target = openTarget(sealer, row);
	return {
		id: row.id,
		type: target.type,
		to: target.type === "email" ? target.address : new URL(target.url).host,
		rules: row.rules as NoticeRule[],
		digestHour: row.digest_hour,
		createdAt: row.created_at.toISOString(),
	};
}

/** Where the organization's notices go. */
export async function listTargets(ports: TargetPorts, principal: Principal): Promise<NoticeTarget[]> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	const rows = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped.selectFrom("notice_targets").selectAll().orderBy("created_at").execute(),
	);
	return rows.map((row) => targetBody(sealer, row));
}

/** @throws AppError `bad-input` for an address that is not allowed, `conflict` when there are too many */
export async function createTarget(
	ports: TargetPorts,
	principal: Principal,
	input: NoticeTargetInput,
): Promise<{ readonly target: NoticeTarget; readonly signingSecret: string | null }> {
	const { organizationId } = principal;
	if (input.type === "email" && ports.noticeSettings.smtpUrl === undefined)
		throw new AppError("conflict", "This server sends no mail", { hint: "Set smtp-url, or use a webhook." });
	if (input.type !== "email") requireAllowedTarget(input.url, ports.noticeSettings.privateWebhooks);
	const signingSecret = input.type === "webhook" ? newSecret(ports.random, "whsec_") : null;
	const opened: OpenTarget =
		input.type === "email"
			? { type: input.type, address: input.address }
			: input.type === "slack"
				? { type: input.type, url: input.url }
				: { type: input.type, url: input.url, secret: signingSecret ?? "" };
	const id = ports.random.uuid();
	const sealer = await ports.keys.sealer(organizationId);
	const row = await withOrganization(ports.database, organizationId, async (scoped) => {
		const known = await scoped.selectFrom("notice_targets").select("id").execute();
		if (known.length >= mostTargets) throw new AppError("conflict", `There are ${mostTargets} targets already`);
		return await scoped
			.insertInto("notice_targets")
			.values({
				id,
				organization_id: organizationId,
				type: input.type,
				sealed_target: sealer.json(place(id), opened),
				rules: [...new Set(input.rules)],
				digest_hour: input.digestHour ?? null,
				digest_sent_at: null,
				created_at: ports.clock.now(),
			})
			.returningAll()
			.executeTakeFirstOrThrow();
	});
	return { target: targetBody(sealer, row), signingSecret };
}

/** @throws AppError `not-found` */
export async function deleteTarget(ports: TargetPorts, principal: Principal, id: string): Promise<void> {
	const gone = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped.deleteFrom("notice_targets").where("id", "=", id).executeTakeFirst(),
	);
	if (gone.numDeletedRows === 0n) throw noSuch("notice target");
}

/** Sends a test at once, and says how that went. @throws AppError `not-found` */
export async function testTarget(ports: TargetPorts, principal: Principal, id: string) {
	const { organizationId } = principal;
	const row = await withOrganization(ports.database, organizationId, (scoped) =>
		scoped.selectFrom("notice_targets").selectAll().where("id", "=", id).executeTakeFirst(),
	);
	if (row === undefined) throw noSuch("notice target");
	const target = openTarget(await ports.keys.sealer(organizationId), row);
	const raisedAt = ports.clock.now().toISOString();
	const test = {
		id: ports.random.uuid(),
		rule: "test",
		siteId: null,
		raisedAt,
		title: "A test of Skyeworx",
		detail: "Notices arrive here.",
	};
	try {
		await send(ports, target, { deliveryId: ports.random.uuid(), organizationId, notices: [test] });
		return { delivered: true, problem: null };
	} catch (error) {
		// What a mail server says may hold addresses and names; the caller gave them, and reads it alone.
		const problem =
			error instanceof AppError ? error.message : error instanceof Error ? error.message.slice(0, 300) : toAppError(error).message;
		return { delivered: false, problem };
	}
}
