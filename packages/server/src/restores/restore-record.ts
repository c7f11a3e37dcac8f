import { toAppError } from "@skyeworx/core";
import type { RestorePlan } from "@skyeworx/engine";
import type { Selectable } from "kysely";
import { recordAudit } from "../audit/record.ts";
import { withOrganization } from "../data/database.ts";
import type { RestoreRow, RestoreStatusName } from "../data/tables.ts";
import { type Throttled, throttled } from "../jobs/throttle.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import { failureOf } from "../sites/site-facts.ts";
import { saveProblem } from "../sites/site-problem.ts";
import { places } from "./places.ts";

const progressMilliseconds = 250;

interface Progress {
	readonly done: number;
	readonly total: number;
}

/** Keeps a restore's row, and through it everyone who watches, in step with the work. */
export class RestoreRecord {
	readonly #ports: WorkPorts;
	readonly #context: JobContext;
	readonly #progress: Throttled<Progress>;
	#status: RestoreStatusName = "running";
	#cancelled = false;

	constructor(ports: WorkPorts, context: JobContext) {
		this.#ports = ports;
		this.#context = context;
		this.#progress = throttled(ports.clock, progressMilliseconds, {
			write: async ({ done, total }) => {
				await this.#saveProgress(done);
				await this.#publish(done, total);
			},
			onError: (error) => ports.log.warn("progress could not be written", { id: context.id, code: toAppError(error).code }),
		});
	}

	/** Marks the restore as begun and gives its plan; undefined when there is nothing to do (any more). */
	async begin(from: readonly RestoreStatusName[], to: RestoreStatusName): Promise<RestorePlan | undefined> {
		const { organizationId, id } = this.#context;
		this.#status = to;
		const found = await withOrganization(this.#ports.database, organizationId, async (scoped) => {
			const row = await scoped.selectFrom("restores").selectAll().where("id", "=", id).executeTakeFirst();
			if (row === undefined || !from.includes(row.status)) return undefined;
			const plan = await scoped.selectFrom("restore_plans").select("sealed_plan").where("id", "=", row.plan_id).executeTakeFirstOrThrow();
			await scoped
				.updateTable("restores")
				.set({ status: to, started_at: row.started_at ?? this.#ports.clock.now() })
				.where("id", "=", id)
				.execute();
			return { row, sealedPlan: plan.sealed_plan };
		});
		if (found === undefined || found.sealedPlan === null) return undefined;
		this.#cancelled = found.row.error_code === "cancelled";
		await this.#publish(found.row.done, found.row.total);
		const sealer = await this.#ports.keys.sealer(organizationId);
		return sealer.openJson<RestorePlan>(places.plan(found.row.plan_id), found.sealedPlan);
	}

	/** Whether what is undone is a restore that somebody cancelled. */
	get cancelled(): boolean {
		return this.#cancelled;
	}

	progress(done: number, total: number): void {
		this.#progress.say({ done, total });
	}

	async #saveProgress(done: number): Promise<void> {
		await withOrganization(this.#ports.database, this.#context.organizationId, async (scoped) => {
			await scoped.updateTable("restores").set({ done }).where("id", "=", this.#context.id).execute();
		});
	}

	/** Ends it with an outcome, unless somebody cancelled it in the last moment: then its undoing says how it ended. */
	async finish(status: RestoreStatusName, values: Partial<Selectable<RestoreRow>>, total: number): Promise<void> {
		await this.#progress.settle();
		const ended = await withOrganization(this.#ports.database, this.#context.organizationId, (scoped) =>
			scoped
				.updateTable("restores")
				.set({ ...values, status, done: total, finished_at: this.#ports.clock.now() })
				.where("id", "=", this.#context.id)
				.where("status", "=", this.#status)
				.executeTakeFirst(),
		);
		if (ended.numUpdatedRows === 0n) return;
		this.#status = status;
		await this.#publish(total, total);
	}

	/** Ends it with an error, unless the server is only stopping, when it is taken up again, or it was cancelled, when it is undone. */
	async fail(action: string, error: unknown, total: number): Promise<void> {
		await this.#progress.settle();
		const reason = this.#context.stopReason();
		// Who cancelled it has put its undoing into line already, which says how it ended.
		if (reason === "shutdown" || (reason === "cancelled" && this.#status === "running")) return;
		const { organizationId, id } = this.#context;
		const failure = failureOf(error);
		const sealer = await this.#ports.keys.sealer(organizationId);
		const kept = { error_code: failure.code, sealed_error: sealer.json(places.error(id), failure) };
		if (reason === undefined) await saveProblem(this.#ports, this.#context, error);
		await this.audit(action, { outcome: "failure", error: { code: failure.code, detail: failure.detail } });
		await this.finish("failed", kept, total);
	}

	async audit(action: string, ending: Pick<Parameters<typeof recordAudit>[1], "outcome" | "error" | "facts">): Promise<void> {
		await recordAudit(this.#ports, {
			organizationId: this.#context.organizationId,
			actor: { type: "system", id: "worker", name: "Skyeworx" },
			action,
			target: { type: "restore", id: this.#context.id },
			...ending,
		});
	}

	async #publish(done: number, total: number): Promise<void> {
		const { organizationId, siteId, id } = this.#context;
		const at = this.#ports.clock.now().toISOString();
		await this.#ports.bus.publish(organizationId, {
			type: "restore.progress",
			at,
			siteId,
			restoreId: id,
			status: this.#status,
			done,
			total,
		});
	}
}
