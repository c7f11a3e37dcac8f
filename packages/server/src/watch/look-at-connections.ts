import { toAppError } from "@skyeworx/core";
import type { Connector } from "@skyeworx/engine";
import { sql } from "kysely";
import { recordAudit } from "../audit/record.ts";
import { withOrganization } from "../data/database.ts";
import type { WorkPorts } from "../jobs/work-ports.ts";
import { saveProblem } from "../sites/site-problem.ts";
import { findWarnings, type Seen } from "./find-warnings.ts";
import { type SeenByCredential, seenPlace } from "./read-watch.ts";

/** A credential is looked at this often: often enough to be told before the next night's backup. */
const everyMilliseconds = 6 * 3_600_000;
/** Sites that are looked at in one turn, one after the other. */
const atOnce = 5;

const credentialCodes: ReadonlySet<string> = new Set(["credential-rejected", "credential-revoked", "scope-missing"]);

type WatchPorts = Pick<WorkPorts, "database" | "keys" | "clock" | "random" | "log" | "bus" | "sites">;
type Site = { readonly organizationId: string; readonly siteId: string };

/** Looks at the credentials that are due, over all organizations: who has to be told is told before a backup turns partial. */
export async function lookAtConnections(ports: WatchPorts, signal?: AbortSignal): Promise<void> {
	const { rows } = await sql<{
		organization_id: string;
		site_id: string;
	}>`select * from due_looks(${ports.clock.now()}, ${atOnce})`.execute(ports.database);
	for (const row of rows) {
		if (signal?.aborted === true) return;
		const site = { organizationId: row.organization_id, siteId: row.site_id };
		await lookAt(ports, site, signal).catch((error: unknown) =>
			ports.log.warn("a credential could not be looked at", { site: site.siteId, code: toAppError(error).code }),
		);
	}
}

async function lookAt(ports: WatchPorts, site: Site, signal: AbortSignal | undefined): Promise<void> {
	const before = await claim(ports, site);
	const connector = await ports.sites.connect(site.organizationId, site.siteId);
	try {
		await note(ports, site, before, await see(connector, signal));
	} catch (error) {
		// A site that does not answer now may in the night; one that refuses the credential will not.
		if (!credentialCodes.has(toAppError(error).code)) throw error;
		await saveProblem(ports, site, error);
	} finally {
		await connector.close();
	}
}

async function see(connector: Connector, signal: AbortSignal | undefined): Promise<Seen> {
	const facts = await connector.inspect(signal);
	const hidden = new Set(facts.gaps.map((gap) => gap.kind));
	const spaces = (await connector.visibleSpaces?.(signal)) ?? [];
	return {
		apps: facts.apps,
		kinds: connector.kinds.map((kind) => kind.id).filter((kind) => !hidden.has(kind)),
		scopes: facts.scopes ?? [],
		spaces: spaces.map(({ app, id, key }) => ({ name: `${app}:${id}`, key })),
		gaps: facts.gaps,
	};
}

/** Says that somebody looks at it now, so that no other process does too; answers what was seen before. */
async function claim(ports: WatchPorts, { organizationId, siteId }: Site): Promise<SeenByCredential | undefined> {
	const sealer = await ports.keys.sealer(organizationId);
	const now = ports.clock.now();
	const next = new Date(now.getTime() + everyMilliseconds);
	return await withOrganization(ports.database, organizationId, async (scoped) => {
		const row = await scoped.selectFrom("connection_watch").selectAll().where("site_id", "=", siteId).forUpdate().executeTakeFirst();
		const values = { organization_id: organizationId, looked_at: now, sealed_seen: sealer.json(seenPlace(siteId), null) };
		await scoped
			.insertInto("connection_watch")
			.values({ site_id: siteId, ...values, next_look_at: next })
			.onConflict((conflict) => conflict.column("site_id").doUpdateSet({ next_look_at: next }))
			.execute();
		return row === undefined ? undefined : (sealer.openJson<SeenByCredential | null>(seenPlace(siteId), row.sealed_seen) ?? undefined);
	});
}

async function note(ports: WatchPorts, { organizationId, siteId }: Site, before: SeenByCredential | undefined, now: Seen): Promise<void> {
	const sealer = await ports.keys.sealer(organizationId);
	const at = ports.clock.now();
	const changed = await withOrganization(ports.database, organizationId, async (scoped) => {
		const connection = await scoped.selectFrom("connections").select("expires_at").where("site_id", "=", siteId).executeTakeFirst();
		const warnings = findWarnings(before, now, { expiresAt: connection?.expires_at ?? null, at });
		const codes = [...new Set(warnings.map(({ code }) => code))].sort();
		const { gaps: _gaps, ...seen } = now;
		// What was seen once stays what is expected until it is seen again, or somebody checks the site.
		const kept: SeenByCredential = { ...(warnings.length === 0 || before === undefined ? seen : before), warnings };
		const values = {
			looked_at: at,
			next_look_at: new Date(at.getTime() + everyMilliseconds),
			warnings: codes,
			sealed_seen: sealer.json(seenPlace(siteId), kept),
		};
		await scoped
			.insertInto("connection_watch")
			.values({ site_id: siteId, organization_id: organizationId, ...values })
			.onConflict((conflict) => conflict.column("site_id").doUpdateSet(values))
			.execute();
		// It answers again: what a backup or an earlier look said of the credential is over.
		await scoped
			.updateTable("sites")
			.set({ problem_code: null, sealed_problem: null, checked_at: at })
			.where("id", "=", siteId)
			.where("problem_code", "in", [...credentialCodes])
			.execute();
		const known = (before?.warnings ?? []).map(({ code }) => code);
		return codes.filter((code) => !known.includes(code));
	});
	if (changed.length === 0) return;
	await recordAudit(ports, {
		organizationId,
		actor: { type: "system", id: "watch", name: "Skyeworx" },
		action: "credential.warn",
		target: { type: "site", id: siteId },
		outcome: "success",
		facts: { warnings: changed.join(",") },
	});
	await ports.bus.publish(organizationId, { type: "site.changed", at: at.toISOString(), siteId });
}
