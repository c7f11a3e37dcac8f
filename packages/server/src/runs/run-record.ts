import type { Failure, Run, RunStatus } from "@skyeworx/contract";
import { AppError, toAppError } from "@skyeworx/core";
import { withOrganization } from "../data/database.ts";
import type { RunPhaseJson, RunProgressJson } from "../data/tables.ts";
import { type Throttled, throttled } from "../jobs/throttle.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import { failureOf } from "../sites/site-facts.ts";
import { selectRuns } from "./read-runs.ts";
import { publishRun } from "./request-run.ts";
import { type RunResult, resultPlace, runBody } from "./run-body.ts";

const progressMilliseconds = 300;

/** Keeps a run's row, and through it everyone who watches, in step with the work. */
export class RunRecord {
	readonly #ports: WorkPorts;
	readonly #context: JobContext;
	readonly #progress: Throttled<RunProgressJson>;
	#phases: RunPhaseJson[] = [];

	constructor(ports: WorkPorts, context: JobContext) {
		this.#ports = ports;
		this.#context = context;
		this.#progress = throttled(ports.clock, progressMilliseconds, {
			write: async (progress) => await this.#save({ progress: JSON.stringify(progress), phases: JSON.stringify(this.#phases) }),
			onError: (error) => ports.log.warn("progress could not be written", { id: context.id, code: toAppError(error).code }),
		});
	}

	/** Marks the run as running; undefined when there is nothing to do (any more). */
	async begin(): Promise<Run | undefined> {
		const { organizationId, id } = this.#context;
		const row = await withOrganization(this.#ports.database, organizationId, async (scoped) => {
			const before = await selectRuns(scoped).where("runs.id", "=", id).executeTakeFirst();
			if (before === undefined || (before.status !== "queued" && before.status !== "running")) return undefined;
			const started_at = before.started_at ?? this.#ports.clock.now();
			await scoped.updateTable("runs").set({ status: "running", started_at }).where("id", "=", id).execute();
			return { ...before, status: "running" as const, started_at };
		});
		if (row === undefined) return undefined;
		this.#phases = row.phases.map((phase) => ({ ...phase, finishedAt: phase.finishedAt ?? this.#now() }));
		const run = runBody(await this.#ports.keys.sealer(organizationId), row);
		await publishRun(this.#ports, organizationId, run);
		return run;
	}

	/** Says what is being done now. */
	phase(name: string, progress: Omit<RunProgressJson, "phase"> = { done: 0, total: null, kinds: [] }): void {
		const last = this.#phases.at(-1);
		if (last === undefined || last.name !== name || last.finishedAt !== null) {
			this.#closePhase();
			this.#phases.push({ name, startedAt: this.#now(), finishedAt: null });
		}
		this.#progress.say({ phase: name, ...progress });
	}

	#closePhase(): void {
		const last = this.#phases.at(-1);
		if (last !== undefined && last.finishedAt === null) this.#phases[this.#phases.length - 1] = { ...last, finishedAt: this.#now() };
	}

	/** Ends the run with an outcome. */
	async finish(status: RunStatus, result: RunResult, snapshotId: number | null): Promise<void> {
		await this.#progress.settle();
		this.#closePhase();
		const sealer = await this.#ports.keys.sealer(this.#context.organizationId);
		await this.#save({
			status,
			finished_at: this.#ports.clock.now(),
			phases: JSON.stringify(this.#phases),
			snapshot_id: snapshotId,
			error_code: result.error?.code ?? null,
			sealed_result: sealer.json(resultPlace(this.#context.id), result),
		});
	}

	/** What an error means for the run; undefined when the server is only stopping: then it stays as it is, and is taken up again. */
	failure(error: unknown): { readonly status: "failed" | "cancelled"; readonly error: Failure } | undefined {
		const reason = this.#context.stopReason();
		if (reason === "shutdown") return undefined;
		if (reason === "cancelled") return { status: "cancelled", error: failureOf(new AppError("cancelled", "It was cancelled")) };
		return { status: "failed", error: failureOf(error) };
	}

	async #save(values: Record<string, unknown>): Promise<void> {
		const { organizationId, id } = this.#context;
		const row = await withOrganization(this.#ports.database, organizationId, async (scoped) => {
			await scoped.updateTable("runs").set(values).where("id", "=", id).execute();
			return await selectRuns(scoped).where("runs.id", "=", id).executeTakeFirstOrThrow();
		});
		await publishRun(this.#ports, organizationId, runBody(await this.#ports.keys.sealer(organizationId), row));
	}

	#now(): string {
		return this.#ports.clock.now().toISOString();
	}
}
