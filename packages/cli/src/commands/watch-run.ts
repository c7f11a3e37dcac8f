import type { Client, Run } from "@skyeworx/contract";
import { failureError } from "../output/failure-error.ts";
import { progressLine } from "../output/printer.ts";
import type { CliPorts } from "../session.ts";
import { pollUntil } from "./poll.ts";

/** Waits until a run has ended, saying how far it is. @throws AppError `cancelled` */
export async function waitForRun(ports: CliPorts, client: Client, started: Run, json: boolean | undefined): Promise<Run> {
	const line = progressLine(ports, json);
	try {
		return await pollUntil(ports.signal, async () => {
			const run = await client.getRun({ params: { runId: started.id }, signal: ports.signal });
			const { progress } = run;
			if (progress !== null) line.say(`${progress.phase} ${progress.done}${progress.total === null ? "" : ` of ${progress.total}`}`);
			return run.finishedAt === null ? undefined : run;
		});
	} finally {
		line.end();
	}
}

/** Ends the command as the run ended. @throws AppError the run's own error, when it failed or was cancelled */
export function failLike(run: Run, name: string): void {
	if (run.status !== "failed" && run.status !== "cancelled") return;
	throw failureError(run.error, { code: run.status === "cancelled" ? "cancelled" : "internal", message: `The ${name} was ${run.status}` });
}
