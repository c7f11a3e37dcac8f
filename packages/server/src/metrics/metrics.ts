import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** How the whole installation stands: counts only. */
export interface FleetFigures {
	readonly sites: number;
	readonly paused: number;
	readonly late: number;
	readonly queued: number;
	readonly running: number;
	readonly oldestQueuedSeconds: number;
}

/** What is counted for operators: routes, types and outcomes; never an organization, a site or a name. */
export interface Metrics {
	request(method: string, route: string, status: number, seconds: number): void;
	job(type: string, outcome: string, seconds: number): void;
	/** Notices by the way they went and how that ended. */
	notice(type: string, outcome: string): void;
	/** Asked for figures of the database with each {@link text}. */
	watch(figures: () => Promise<FleetFigures>): void;
	/** In Prometheus' text format. */
	text(): Promise<string>;
	readonly contentType: string;
}

const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const jobBuckets = [1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600];

/** Counts from now on, for this process. */
export function createMetrics({ version, role }: { readonly version: string; readonly role: string }): Metrics {
	const registry = new Registry();
	registry.setDefaultLabels({ role });
	collectDefaultMetrics({ register: registry });
	const registers = [registry];
	const build = new Gauge({ name: "skyeworx_build_info", help: "Version that runs", labelNames: ["version"], registers });
	build.set({ version }, 1);
	const requests = new Histogram({
		name: "skyeworx_http_request_seconds",
		help: "Time to answer API requests",
		labelNames: ["method", "route", "status"],
		buckets: requestBuckets,
		registers,
	});
	const jobs = new Histogram({
		name: "skyeworx_job_seconds",
		help: "Time that jobs took, by how they ended",
		labelNames: ["type", "outcome"],
		buckets: jobBuckets,
		registers,
	});
	const notices = new Counter({ name: "skyeworx_notices_total", help: "Notices sent", labelNames: ["type", "outcome"], registers });
	const fleet = fleetGauges(registry);
	let figures: (() => Promise<FleetFigures>) | undefined;
	return {
		request: (method, route, status, seconds) => requests.observe({ method, route, status: String(status) }, seconds),
		job: (type, outcome, seconds) => jobs.observe({ type, outcome }, seconds),
		notice: (type, outcome) => notices.inc({ type, outcome }),
		watch(ask) {
			figures = ask;
		},
		async text() {
			// A database that is away must not take the other figures along.
			const now = await figures?.().catch(() => undefined);
			if (now !== undefined) fleet(now);
			return await registry.metrics();
		},
		contentType: registry.contentType,
	};
}

function fleetGauges(registry: Registry): (figures: FleetFigures) => void {
	const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
	const gauges: Readonly<Record<keyof FleetFigures, Gauge>> = {
		sites: gauge("skyeworx_sites", "Connected sites"),
		paused: gauge("skyeworx_sites_paused", "Sites that are paused"),
		late: gauge("skyeworx_sites_late", "Sites whose newest good snapshot is older than promised"),
		queued: gauge("skyeworx_runs_queued", "Runs that wait"),
		running: gauge("skyeworx_runs_running", "Runs under way"),
		oldestQueuedSeconds: gauge("skyeworx_oldest_queued_run_seconds", "Age of the run that waits longest"),
	};
	return (figures) => {
		for (const name of Object.keys(gauges) as (keyof FleetFigures)[]) gauges[name].set(figures[name]);
	};
}
