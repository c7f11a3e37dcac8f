import { createHash } from "node:crypto";
import type { ApiBudget, Connection, CredentialStore } from "@skyeworx/atlassian";
import type { Clock, Log } from "@skyeworx/core";
import type { Connector } from "@skyeworx/engine";
import { sql } from "kysely";
import type { Database } from "../data/database.ts";

export interface BudgetPorts {
	readonly database: Database;
	readonly clock: Clock;
	readonly log: Log;
}

export interface BudgetLimits {
	/** Of one OAuth app, over all sites and organizations. */
	readonly pointsPerHour: number;
	/** To one site, over all processes. */
	readonly requestsPerSecond: number;
}

/** A budget that gives back what it took and did not use. */
export interface SharedBudget extends ApiBudget {
	release(): Promise<void>;
}

/** Counts what all processes ask of Atlassian, in PostgreSQL. */
export interface ApiBudgets {
	/** The budget of one connector. */
	of(connection: Connection, credentials: CredentialStore): SharedBudget;
}

const hourSeconds = 3600;
/** Points and requests are taken in lots, so that the database is not asked for each call. */
const pointLot = 100;
const requestLots = 5;

/** Every connector takes from the same counters: points by OAuth app and hour, requests by site and second. */
export function databaseBudgets(ports: BudgetPorts, limits: BudgetLimits): ApiBudgets {
	return { of: (connection, credentials) => new DatabaseBudget(ports, limits, connection, credentials) };
}

/** Names the counter of an OAuth app's points. */
export function pointsBudgetId(clientId: string): string {
	return `points/${createHash("sha256").update(clientId).digest("hex").slice(0, 32)}`;
}

class DatabaseBudget implements SharedBudget {
	readonly #ports: BudgetPorts;
	readonly #limits: BudgetLimits;
	readonly #site: string;
	readonly #credentials: CredentialStore;
	readonly #countsPoints: boolean;
	#app: Promise<string> | undefined;
	#points = 0;
	#requests = { left: 0, until: 0 };
	#turn: Promise<void> = Promise.resolve();

	constructor(ports: BudgetPorts, limits: BudgetLimits, connection: Connection, credentials: CredentialStore) {
		this.#ports = ports;
		this.#limits = limits;
		this.#site = `requests/${connection.cloudId ?? connection.siteUrl}`;
		this.#credentials = credentials;
		this.#countsPoints = connection.type === "oauth";
	}

	/** Calls are admitted one after the other: two that find the lot empty must not both take one. */
	admit(signal: AbortSignal): Promise<void> {
		const mine = this.#turn.then(() => this.#admit(signal));
		this.#turn = mine.catch(() => {});
		return mine;
	}

	async #admit(signal: AbortSignal): Promise<void> {
		while (this.#countsPoints && this.#points < 1) await this.#takePoints(signal);
		const { clock } = this.#ports;
		while (this.#requests.left < 1 || clock.monotonic() >= this.#requests.until) await this.#takeRequests(signal);
		this.#requests.left -= 1;
	}

	async #takePoints(signal: AbortSignal): Promise<void> {
		const wanted = pointLot - this.#points;
		const { granted, againAt } = await this.#take(await this.#appId(), hourSeconds, wanted, this.#limits.pointsPerHour);
		this.#points += granted;
		if (granted > 0) return;
		this.#ports.log.info("waiting for Atlassian's points", { until: againAt.toISOString() });
		await this.#ports.clock.sleep(Math.max(1000, againAt.getTime() - this.#ports.clock.now().getTime()), signal);
	}

	async #takeRequests(signal: AbortSignal): Promise<void> {
		const { clock } = this.#ports;
		const most = this.#limits.requestsPerSecond;
		const { granted, againAt } = await this.#take(this.#site, 1, Math.max(1, Math.floor(most / requestLots)), most);
		if (granted >= 1) this.#requests = { left: Math.floor(granted), until: clock.monotonic() + 1000 };
		else await clock.sleep(Math.max(5, againAt.getTime() - clock.now().getTime()), signal);
	}

	async #take(budget: string, window: number, wanted: number, most: number): Promise<{ readonly granted: number; readonly againAt: Date }> {
		const at = this.#ports.clock.now();
		const { rows } = await sql<{
			granted: number;
			again_at: Date;
		}>`select * from take_api_budget(${budget}, ${at}, ${window}, ${wanted}, ${most})`.execute(this.#ports.database);
		const [row] = rows;
		return { granted: row?.granted ?? 0, againAt: row?.again_at ?? at };
	}

	spent(points: number): void {
		if (this.#countsPoints) this.#points -= points;
	}

	exhausted(until: Date): void {
		this.#points = Math.min(0, this.#points);
		const { database, clock, log } = this.#ports;
		const hold = async () => {
			const id = this.#countsPoints ? await this.#appId() : this.#site;
			await sql`select hold_api_budget(${id}, ${clock.now()}, ${until})`.execute(database);
		};
		hold().catch((error: unknown) => log.warn("a used-up quota could not be told to the others", { cause: String(error) }));
	}

	async release(): Promise<void> {
		if (!this.#countsPoints || this.#points === 0 || this.#app === undefined) return;
		const unused = this.#points;
		this.#points = 0;
		const { database, clock } = this.#ports;
		await sql`select settle_api_budget(${await this.#appId()}, ${clock.now()}, ${hourSeconds}, ${-unused})`.execute(database);
	}

	#appId(): Promise<string> {
		this.#app ??= this.#credentials.load().then((credential) => pointsBudgetId(credential.type === "oauth" ? credential.clientId : ""));
		return this.#app;
	}
}

/** A connector that settles its budget when it is closed. */
export function settling(connector: Connector, budget: SharedBudget): Connector {
	return {
		...connector,
		async close() {
			await connector.close();
			await budget.release();
		},
	};
}
