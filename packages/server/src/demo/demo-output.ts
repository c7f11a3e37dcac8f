import type { Run } from "@skyeworx/contract";
import type { AppError } from "@skyeworx/core";

interface Ready {
	readonly url: string;
	readonly signInUrl: string;
	readonly simulatorUrl: string;
	readonly apiKey: string;
	readonly password: string;
	readonly site: string;
	readonly dataFolder: string;
}

/** What `npm start` says, for people or as JSON lines for programs. */
export interface DemoOutput {
	step(text: string): void;
	progress(run: Run): void;
	backedUp(run: Run): void;
	recoveryKit(text: string): void;
	ready(ready: Ready): void;
	stopped(): void;
	failed(error: AppError): void;
}

export interface Screen {
	write(text: string): void;
	writeError(text: string): void;
	/** A terminal, on which a line can be drawn again. */
	readonly drawing: boolean;
}

/** One JSON object a line, each with a `type`. */
export function jsonOutput(screen: Screen): DemoOutput {
	const line = (type: string, facts: object = {}) => screen.write(`${JSON.stringify({ type, ...facts })}\n`);
	return {
		step: (text) => line("step", { text }),
		progress: (run) => line("progress", { runId: run.id, ...run.progress }),
		backedUp: (run) => line("backup", { runId: run.id, status: run.status, snapshotId: run.snapshotId, error: run.error }),
		recoveryKit: (text) => line("recovery-kit", { text }),
		ready: (ready) => line("ready", ready),
		stopped: () => line("stopped"),
		failed: (error) => line("error", { code: error.code, message: error.message, hint: error.hint }),
	};
}

const barWidth = 30;
const clearLine = "\r\u001b[2K";

/** Lines for people; on a terminal the backup is one bar that grows. */
export function peopleOutput(screen: Screen): DemoOutput {
	let drawn = false;
	let lastPhase = "";
	const line = (text: string) => {
		screen.write(`${drawn ? clearLine : ""}${text}\n`);
		drawn = false;
	};
	return {
		step: (text) => line(text),
		progress(run) {
			const { progress } = run;
			if (progress === null) return;
			if (screen.drawing) {
				screen.write(`${clearLine}${bar(progress.done, progress.total)} ${progress.phase}`);
				drawn = true;
			} else if (progress.phase !== lastPhase) {
				lastPhase = progress.phase;
				line(`  ${progress.phase}`);
			}
		},
		backedUp(run) {
			const items = run.counts.reduce((sum, kind) => sum + kind.total, 0);
			if (run.error !== null)
				line(`The first backup ended with: ${run.error.detail}${run.error.hint === null ? "" : `\n  ${run.error.hint}`}`);
			else line(`  ${items.toLocaleString("en")} items are in the first snapshot.`);
		},
		recoveryKit: (text) => line(`\n${text.replace(/^/gm, "  | ").trimEnd()}`),
		ready: (ready) => line(readyText(ready)),
		stopped: () => line("Stopped."),
		failed(error) {
			screen.writeError(`${drawn ? "\n" : ""}error: ${error.message}\n${error.hint === undefined ? "" : `  ${error.hint}\n`}`);
		},
	};
}

function bar(done: number, total: number | null): string {
	if (total === null || total === 0) return `  ${done.toLocaleString("en")} items`;
	const full = Math.min(barWidth, Math.round((done / total) * barWidth));
	return `  ${"█".repeat(full)}${"░".repeat(barWidth - full)} ${done.toLocaleString("en")} of ${total.toLocaleString("en")}`;
}

function readyText(ready: Ready): string {
	return [
		"",
		"Skyeworx is ready.",
		"",
		`  Skyeworx         ${ready.signInUrl}`,
		`                   (the link signs in once; afterwards: ${ready.url}, password ${ready.password})`,
		`  Simulated site   ${ready.simulatorUrl}`,
		`  API              ${ready.url}/api/docs`,
		`  API key          ${ready.apiKey}`,
		`  Data             ${ready.dataFolder}`,
		"",
		"Delete something in the simulated site, back up, and bring it back. Ctrl-C stops everything; the data stays.",
	].join("\n");
}
