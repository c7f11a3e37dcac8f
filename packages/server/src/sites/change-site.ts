import type { Connection, Credential } from "@skyeworx/atlassian";
import type { SitePatch } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { SiteFacts } from "@skyeworx/engine";
import { noSuch, type Principal } from "../access/principal.ts";
import { withOrganization } from "../data/database.ts";
import type { EventBus } from "../live/event-bus.ts";
import { type ConnectPorts, checkCredential, expiryOf, requireAllowed, splitConnection } from "./connect-site.ts";
import { credentialPlace } from "./credentials.ts";
import { keptFacts } from "./site-facts.ts";
import { saveProblem } from "./site-problem.ts";
import type { SiteRuntimes } from "./site-runtimes.ts";

export interface ChangePorts extends ConnectPorts {
	readonly sites: SiteRuntimes;
	readonly bus: EventBus;
}

/** Changes a site's settings; a new credential is checked before the old one is let go. */
export async function changeSite(ports: ChangePorts, principal: Principal, siteId: string, patch: SitePatch): Promise<void> {
	const { organizationId } = principal;
	const sealer = await ports.keys.sealer(organizationId);
	if (patch.connection !== undefined) await replaceCredential(ports, principal, siteId, patch.connection);
	const values = {
		...(patch.name !== undefined && { sealed_name: sealer.text(`sites.name/${siteId}`, patch.name) }),
		...(patch.promiseSeconds !== undefined && { promise_seconds: patch.promiseSeconds }),
		...(patch.paused !== undefined && { paused: patch.paused }),
	};
	if (Object.keys(values).length > 0) {
		const changed = await withOrganization(ports.database, organizationId, (scoped) =>
			scoped.updateTable("sites").set(values).where("id", "=", siteId).executeTakeFirst(),
		);
		if (changed.numUpdatedRows === 0n) throw noSuch("site");
	}
	await ports.bus.publish(organizationId, { type: "site.changed", at: ports.clock.now().toISOString(), siteId });
}

async function replaceCredential(
	ports: ChangePorts,
	principal: Principal,
	siteId: string,
	input: NonNullable<SitePatch["connection"]>,
): Promise<void> {
	const { organizationId } = principal;
	const site = await withOrganization(ports.database, organizationId, (scoped) =>
		scoped.selectFrom("sites").select(["url", "cloud_id"]).where("id", "=", siteId).executeTakeFirst(),
	);
	if (site === undefined) throw noSuch("site");
	requireAllowed(ports, { url: site.url, connection: input });
	const { connection, credential } = splitConnection({ url: site.url, connection: input });
	const checked = await checkCredential(ports, connection, credential);
	await storeCredential(ports, { organizationId, siteId, cloudId: site.cloud_id }, { connection, ...checked, expiresAt: expiryOf(input) });
}

interface CheckedCredential {
	readonly connection: Connection;
	readonly credential: Credential;
	readonly facts: SiteFacts;
	readonly expiresAt: Date | null;
}

/**
 * Puts a credential that was checked in the place of the one before.
 * @throws AppError `conflict` when it belongs to another site
 */
export async function storeCredential(
	ports: ChangePorts,
	{ organizationId, siteId, cloudId }: { readonly organizationId: string; readonly siteId: string; readonly cloudId: string },
	{ connection, credential, facts, expiresAt }: CheckedCredential,
): Promise<void> {
	if (facts.cloudId !== cloudId) {
		throw new AppError("conflict", "The credential belongs to another site", { hint: "Connect that site as a new one." });
	}
	const sealer = await ports.keys.sealer(organizationId);
	const { authUrl, apiUrl } = connection;
	const address = { ...(authUrl !== undefined && { authUrl }), ...(apiUrl !== undefined && { apiUrl }), cloudId };
	await withOrganization(ports.database, organizationId, async (scoped) => {
		await scoped
			.updateTable("connections")
			.set({
				type: connection.type,
				address: JSON.stringify(address),
				sealed_credential: sealer.json(credentialPlace(siteId), credential),
				updated_at: ports.clock.now(),
				expires_at: expiresAt,
			})
			.where("site_id", "=", siteId)
			.execute();
	});
	await saveFacts(ports, { organizationId, siteId }, facts);
	await ports.sites.reconnect(organizationId, siteId);
}

/** Asks the site what the credential can see now, and keeps the answer or the problem. @throws AppError what the site answers */
export async function checkSite(ports: ChangePorts, principal: Principal, siteId: string): Promise<void> {
	const about = { organizationId: principal.organizationId, siteId };
	const runtime = await ports.sites.open(about.organizationId, siteId);
	try {
		await saveFacts(ports, about, await runtime.live.inspect());
	} catch (error) {
		await saveProblem(ports, about, error);
		throw error;
	}
}

async function saveFacts(
	ports: ChangePorts,
	about: { readonly organizationId: string; readonly siteId: string },
	facts: SiteFacts,
): Promise<void> {
	const sealer = await ports.keys.sealer(about.organizationId);
	await withOrganization(ports.database, about.organizationId, async (scoped) => {
		await scoped
			.updateTable("sites")
			.set({
				sealed_facts: sealer.json(`sites.facts/${about.siteId}`, keptFacts(facts)),
				apps: [...facts.apps],
				time_zone: facts.timeZone,
				checked_at: ports.clock.now(),
				problem_code: null,
				sealed_problem: null,
			})
			.where("id", "=", about.siteId)
			.execute();
		// What somebody has looked at is how it is: the next look of the watch begins from here.
		await scoped.deleteFrom("connection_watch").where("site_id", "=", about.siteId).execute();
	});
	await ports.bus.publish(about.organizationId, { type: "site.changed", at: ports.clock.now().toISOString(), siteId: about.siteId });
}
