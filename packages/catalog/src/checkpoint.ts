import { Worker } from "node:worker_threads";
import type { OpenCatalogOptions } from "./catalog.ts";

/**
 * Moves the log of a large snapshot into the catalog's file, on a thread of its own: it may take seconds, and neither readers
 * nor anybody else should wait. A failure is no loss: the log stays, and the next move or the closing takes it along.
 */
export function checkpointAside({ path, key }: OpenCatalogOptions): Promise<void> {
	return new Promise((resolve) => {
		const worker = new Worker(new URL("./checkpoint-thread.ts", import.meta.url), { workerData: { path, key } });
		worker.on("error", () => undefined);
		worker.on("exit", () => resolve());
	});
}
