import type { LiveEvent } from "@skyeworx/contract";
import type { Clock, Log } from "@skyeworx/core";
import { sql } from "kysely";
import pg from "pg";
import type { Database } from "../data/database.ts";

const channel = "skyeworx_live";
/** PostgreSQL refuses 8,000 bytes and more. */
const maxPayload = 7900;
const reconnectMilliseconds = 1000;

/** What goes over the channel: an event for the browsers of one organization, or a word between servers. */
type Message =
	| { readonly to: "organization"; readonly organizationId: string; readonly event: LiveEvent }
	| { readonly to: "workers"; readonly cancel: string };

export interface EventBusPorts {
	readonly database: Database;
	/** For the one connection that listens. */
	readonly url: string;
	readonly clock: Clock;
	readonly log: Log;
}

/** Tells every server process, and through them every browser, what is going on. Nothing is kept: whoever was away asks. */
export interface EventBus {
	publish(organizationId: string, event: LiveEvent): Promise<void>;
	/** Asks whichever worker has this run or restore to stop it. */
	cancel(id: string): Promise<void>;
	/** Calls back for each event of one organization; gives the way to stop. */
	subscribe(organizationId: string, listener: (event: LiveEvent) => void): () => void;
	onCancel(listener: (id: string) => void): () => void;
	close(): Promise<void>;
}

/** Listens over PostgreSQL, so that any number of processes hear each other. */
export async function openEventBus(ports: EventBusPorts): Promise<EventBus> {
	const events = new Map<string, Set<(event: LiveEvent) => void>>();
	const cancels = new Set<(id: string) => void>();
	const receive = (payload: string) => {
		const message = JSON.parse(payload) as Message;
		if (message.to === "workers") for (const listener of cancels) listener(message.cancel);
		else for (const listener of events.get(message.organizationId) ?? []) listener(message.event);
	};
	const connection = new Listening(ports, receive);
	await connection.open();
	const send = async (message: Message) => {
		await sql`select pg_notify(${channel}, ${JSON.stringify(message)})`.execute(ports.database);
	};
	return {
		publish: async (organizationId, event) => await send({ to: "organization", organizationId, event: fitting(event) }),
		cancel: async (id) => await send({ to: "workers", cancel: id }),
		subscribe(organizationId, listener) {
			const listeners = events.get(organizationId) ?? new Set();
			events.set(organizationId, listeners.add(listener));
			return () => {
				listeners.delete(listener);
				if (listeners.size === 0) events.delete(organizationId);
			};
		},
		onCancel(listener) {
			cancels.add(listener);
			return () => cancels.delete(listener);
		},
		close: async () => await connection.close(),
	};
}

/** A progress over very many kinds is told without the kinds. */
function fitting(event: LiveEvent): LiveEvent {
	if (event.type !== "run.progress" || event.progress === null || Buffer.byteLength(JSON.stringify(event)) < maxPayload - 200) return event;
	return { ...event, progress: { ...event.progress, kinds: [] } };
}

class Listening {
	readonly #ports: EventBusPorts;
	readonly #receive: (payload: string) => void;
	#client: pg.Client | undefined;
	#closed = false;

	constructor(ports: EventBusPorts, receive: (payload: string) => void) {
		this.#ports = ports;
		this.#receive = receive;
	}

	async open(): Promise<void> {
		const client = new pg.Client({ connectionString: this.#ports.url, application_name: "skyeworx-live", keepAlive: true });
		client.on("notification", (notification) => {
			if (notification.payload !== undefined) this.#receive(notification.payload);
		});
		client.once("error", () => void this.#reopen(client));
		client.once("end", () => void this.#reopen(client));
		await client.connect();
		await client.query(`listen ${channel}`);
		this.#client = client;
	}

	async #reopen(lost: pg.Client): Promise<void> {
		if (this.#closed || (this.#client !== undefined && this.#client !== lost)) return;
		this.#client = undefined;
		while (!this.#closed && this.#client === undefined) {
			try {
				await this.#ports.clock.sleep(reconnectMilliseconds);
				await this.open();
			} catch {
				this.#ports.log.warn("the live channel is away, trying again");
			}
		}
	}

	async close(): Promise<void> {
		this.#closed = true;
		await this.#client?.end();
	}
}
