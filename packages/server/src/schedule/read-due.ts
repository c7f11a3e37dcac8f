import type { DueSite } from "@skyeworx/engine";
import { sql } from "kysely";
import type { Database } from "../data/database.ts";
import { pointsBudgetId } from "../sites/api-budget.ts";
import { type CredentialPorts, databaseCredentials } from "../sites/credentials.ts";

interface DueRow {
	readonly organization_id: string;
	readonly site_id: string;
	readonly due_at: Date;
	readonly last_good_at: Date | null;
	readonly promise_seconds: number;
	readonly connection_type: string;
	readonly expected_points: number;
}

const mostDue = 20_000;

/** A due site, with what tells whether it was backed up since it became due. */
export interface ReadDueSite extends DueSite {
	readonly lastGoodAt: Date | null;
}

type Site = { readonly organizationId: string; readonly siteId: string };

/** Says which OAuth app a site's points count against; opens each site's credential once. */
export class SiteApps {
	readonly #ports: CredentialPorts;
	readonly #known = new Map<string, Promise<string | undefined>>();

	constructor(ports: CredentialPorts) {
		this.#ports = ports;
	}

	async budgetOf(site: Site): Promise<string | undefined> {
		const known = this.#known.get(site.siteId) ?? this.#load(site);
		this.#known.set(site.siteId, known);
		return await known;
	}

	async #load(site: Site): Promise<string | undefined> {
		try {
			const credential = await databaseCredentials(this.#ports, site).load();
			return credential.type === "oauth" ? pointsBudgetId(credential.clientId) : undefined;
		} catch {
			// The run itself will say what is wrong with the credential; the next look asks again.
			this.#known.delete(site.siteId);
			return undefined;
		}
	}
}

/** Every site that is due, over all organizations. */
export async function readDue(database: Database, apps: SiteApps, now: Date): Promise<ReadDueSite[]> {
	const { rows } = await sql<DueRow>`select * from due_sites(${now}, ${mostDue})`.execute(database);
	const due: ReadDueSite[] = [];
	for (const row of rows) {
		const site = { organizationId: row.organization_id, siteId: row.site_id };
		const promise = row.promise_seconds * 1000;
		due.push({
			...site,
			dueAt: row.due_at,
			lastGoodAt: row.last_good_at,
			deadline: new Date((row.last_good_at ?? row.due_at).getTime() + promise),
			promise,
			budget: row.connection_type === "oauth" ? await apps.budgetOf(site) : undefined,
			points: row.expected_points,
		});
	}
	return due;
}

interface BudgetRow {
	readonly window_at: Date;
	readonly used: number;
	readonly held_until: Date | null;
}

/** What is left of each budget in this hour. */
export async function readBudgets(
	database: Database,
	ids: ReadonlySet<string>,
	{ whole, now }: { readonly whole: number; readonly now: Date },
): Promise<Map<string, { readonly left: number; readonly whole: number }>> {
	const hour = Math.floor(now.getTime() / 3_600_000) * 3_600_000;
	const budgets = new Map<string, { readonly left: number; readonly whole: number }>();
	for (const id of ids) {
		const { rows } = await sql<BudgetRow>`select * from read_api_budget(${id})`.execute(database);
		const [row] = rows;
		const held = row !== undefined && row.held_until !== null && row.held_until > now;
		const used = row !== undefined && row.window_at.getTime() >= hour ? row.used : 0;
		budgets.set(id, { left: held ? 0 : Math.max(0, whole - used), whole });
	}
	return budgets;
}
