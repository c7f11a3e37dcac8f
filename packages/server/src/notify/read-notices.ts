import type { Notice, NoticeRule } from "@skyeworx/contract";
import { maySeeSite, type Principal } from "../access/principal.ts";
import { type Database, withOrganization } from "../data/database.ts";
import type { OrganizationKeys } from "../keys/organization-keys.ts";

export interface NoticePorts {
	readonly database: Database;
	readonly keys: OrganizationKeys;
}

/** What a notice says; kept sealed, for it names sites. */
export interface NoticeText {
	readonly title: string;
	readonly detail: string;
}

/** A notice as targets get it. */
export interface SaidNotice extends NoticeText {
	readonly id: string;
	readonly rule: string;
	readonly siteId: string | null;
	readonly raisedAt: string;
}

/** Names the place that a notice's text is bound to. */
export function noticePlace(id: string): string {
	return `notices.body/${id}`;
}

/** One notice, or those of some rules since a time, oldest first. */
export async function noticesSince(
	ports: NoticePorts,
	organizationId: string,
	about: { readonly id: string } | { readonly since: Date; readonly rules: readonly string[] },
): Promise<SaidNotice[]> {
	const sealer = await ports.keys.sealer(organizationId);
	const rows = await withOrganization(ports.database, organizationId, async (scoped) => {
		const all = scoped.selectFrom("notices").selectAll().orderBy("raised_at").limit(200);
		return await ("id" in about
			? all.where("id", "=", about.id)
			: all.where("raised_at", ">=", about.since).where("rule", "in", [...about.rules])
		).execute();
	});
	return rows.map((row) => {
		const { title, detail } = sealer.openJson<NoticeText>(noticePlace(row.id), row.sealed_body);
		return { id: row.id, rule: row.rule, siteId: row.site_id, raisedAt: row.raised_at.toISOString(), title, detail };
	});
}

/** What was noticed, newest first; of the sites that the caller may see. */
export async function listNotices(ports: NoticePorts, principal: Principal, limit: number): Promise<Notice[]> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	const rows = await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		let select = scoped.selectFrom("notices").selectAll().orderBy("raised_at", "desc").limit(limit);
		if (principal.siteIds !== null) select = select.where("site_id", "in", [...principal.siteIds]);
		if (!principal.permissions.has("audit.read")) select = select.where("rule", "!=", "security");
		return await select.execute();
	});
	return rows
		.filter((row) => row.site_id === null || maySeeSite(principal, row.site_id))
		.map((row) => ({
			id: row.id,
			rule: row.rule as NoticeRule,
			siteId: row.site_id,
			...sealer.openJson<NoticeText>(noticePlace(row.id), row.sealed_body),
			raisedAt: row.raised_at.toISOString(),
			clearedAt: row.cleared_at?.toISOString() ?? null,
		}));
}
