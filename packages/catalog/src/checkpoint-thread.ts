import { workerData } from "node:worker_threads";
import type { OpenCatalogOptions } from "./catalog.ts";
import { Connection } from "./connection.ts";

const connection = new Connection({ ...(workerData as OpenCatalogOptions), cacheKilobytes: 1024 });
connection.checkpoint();
connection.close();
