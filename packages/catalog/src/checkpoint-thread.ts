import { workerData } from "node:worker_threads";
import type { OpenCatalogOptions } from "./catalog.ts";
import { Connection } from "./connection.ts";

// The catalog may be closed and removed by now: its file must not come back.
const connection = new Connection({ ...(workerData as OpenCatalogOptions), cacheKilobytes: 1024, mustExist: true });
connection.checkpoint();
connection.close();
