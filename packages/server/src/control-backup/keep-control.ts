import { type Clock, type Log, toAppError } from "@skyeworx/core";
import { Client } from "pg";
import { type ControlPorts, exportControl, forgetExports, listExports } from "./export-control.ts";

export interface KeepControlPorts extends ControlPorts {
	readonly log: Log;
}

export interface KeepControlOptions {
	readonly everyHours: number;
	/** Exports that stay. */
	readonly keep: number;
}

const lookEveryMilliseconds = 10 * 60_000;
/** One process at a time exports; the others find the newest export young enough. */
const advisoryLock = 0x5c7e_0006;

/** Exports the control plane on a schedule until it is stopped; several processes may do so on one database. */
export function keepControl(ports: KeepControlPorts, options: KeepControlOptions): { stop(): Promise<void> } {
	const ended = new AbortController();
	const loop = (async () => {
		while (!ended.signal.aborted) {
			await exportIfDue(ports, options).catch((error: unknown) =>
				ports.log.error("the control plane could not be exported", { code: toAppError(error).code }),
			);
			await ports.clock.sleep(lookEveryMilliseconds, ended.signal).catch(() => {});
		}
	})();
	return {
		async stop() {
			ended.abort();
			await loop;
		},
	};
}

/** Exports when the newest export is old enough; says whether it did. */
export async function exportIfDue(ports: KeepControlPorts, { everyHours, keep }: KeepControlOptions): Promise<boolean> {
	const lock = new Client({ connectionString: ports.ownerUrl });
	await lock.connect();
	try {
		const { rows } = await lock.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [advisoryLock]);
		if (rows[0]?.taken !== true) return false;
		const newest = (await listExports(ports.store)).at(-1);
		if (newest !== undefined && age(ports.clock, newest) < everyHours * 3_600_000) return false;
		const { id, parts } = await exportControl(ports);
		ports.log.info("the control plane was exported", { export: id, rows: parts.reduce((sum, part) => sum + part.rows, 0) });
		await forgetExports(ports.store, keep);
		return true;
	} finally {
		await lock.end();
	}
}

/** Ids are times without their punctuation: 20261122T100000000Z. */
function age(clock: Clock, id: string): number {
	const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/.exec(id) ?? [];
	return clock.now().getTime() - Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
