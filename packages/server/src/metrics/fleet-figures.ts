import type { Clock } from "@skyeworx/core";
import { sql } from "kysely";
import type { Database } from "../data/database.ts";
import type { FleetFigures } from "./metrics.ts";

interface Row extends Omit<FleetFigures, "oldestQueuedSeconds"> {
	readonly oldest_queued_seconds: number;
}

/** Counts over all organizations. */
export async function readFleetFigures(ports: { readonly database: Database; readonly clock: Clock }): Promise<FleetFigures> {
	const { rows } = await sql<Row>`select * from fleet_figures(${ports.clock.now()})`.execute(ports.database);
	const [row] = rows;
	if (row === undefined) throw new Error("fleet_figures gave nothing");
	const { sites, paused, late, queued, running, oldest_queued_seconds } = row;
	return { sites, paused, late, queued, running, oldestQueuedSeconds: oldest_queued_seconds };
}
