import type { Log } from "@skyeworx/core";
import pg from "pg";

interface SiteLease {
	release(): Promise<void>;
}

/** Makes sure that one site is worked on by one job at a time, over all processes. */
export interface SiteLeases {
	/** Undefined while somebody else has the site. `onLost` is called when the database ended our hold on it. */
	take(siteId: string, onLost: () => void): Promise<SiteLease | undefined>;
	close(): Promise<void>;
}

/** A machine that vanished is noticed by the database within this time, and its sites are free again. */
const keepAlive =
	"set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3; set tcp_user_timeout = 25000";

/**
 * Holds advisory locks on one connection of its own: they go with the process however it ends, and whoever is cut off from the
 * database learns that it has lost them. The queue alone does not do it: it gives a job away when its heartbeat is late, while
 * a worker that was only slow still works on it.
 */
export function databaseLeases(options: { readonly url: string; readonly log: Log }): SiteLeases {
	const held = new Map<string, () => void>();
	let session: Promise<pg.Client> | undefined;
	let current: pg.Client | undefined;
	let turn: Promise<unknown> = Promise.resolve();

	const lose = (client: pg.Client) => {
		if (current !== client) return;
		current = undefined;
		session = undefined;
		const lost = [...held.values()];
		held.clear();
		if (lost.length > 0) options.log.warn("the hold on sites was lost with the database connection", { sites: lost.length });
		for (const tell of lost) tell();
		void client.end().catch(() => {});
	};
	const connect = async () => {
		const client = new pg.Client({ connectionString: options.url, application_name: "skyeworx-leases", keepAlive: true });
		client.once("error", () => lose(client));
		client.once("end", () => lose(client));
		await client.connect();
		await client.query(keepAlive);
		current = client;
		return client;
	};
	const opened = async () => {
		session ??= connect();
		const opening = session;
		try {
			return await opening;
		} catch (error) {
			if (session === opening) session = undefined;
			throw error;
		}
	};
	/** Locks of one connection are taken one after the other: a second lock of the same session would be granted. */
	const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
		const mine = turn.then(work, work);
		turn = mine.catch(() => {});
		return mine;
	};
	const key = (siteId: string) => `site-work/${siteId}`;
	return {
		take: (siteId, onLost) =>
			inTurn(async () => {
				if (held.has(siteId)) return undefined;
				const client = await opened();
				const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock(hashtextextended($1, 0)) as taken", [
					key(siteId),
				]);
				if (rows[0]?.taken !== true) return undefined;
				held.set(siteId, onLost);
				return {
					release: () =>
						inTurn(async () => {
							if (held.get(siteId) !== onLost) return;
							held.delete(siteId);
							await client.query("select pg_advisory_unlock(hashtextextended($1, 0))", [key(siteId)]);
						}),
				};
			}),
		close: () =>
			inTurn(async () => {
				const client = current;
				current = undefined;
				session = undefined;
				held.clear();
				await client?.end();
			}),
	};
}
