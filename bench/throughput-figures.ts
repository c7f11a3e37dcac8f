import { Pool } from "undici";
import { benchVault } from "./backup-bench.ts";
import type { Figure } from "./figure.ts";
import { type RecordedRequest, recordingProxy } from "./recording-proxy.ts";
import { startSimulatedSite } from "./simulated-site.ts";

const rounds = 3;
/** Requests in flight of the bare client; the connector's own number on one endpoint. */
const inFlight = 4;

/** Times a full backup against a bare client that makes the same requests and throws the answers away, in turns. */
export async function throughputFigures(items: number): Promise<Figure[]> {
	const site = await startSimulatedSite(items);
	try {
		const proxy = await recordingProxy(site.url);
		await timeBackup(site.connect(proxy.url));
		proxy.close();
		const requests = proxy.recorded.filter((request) => !request.path.startsWith("/_simulator"));
		const ratios: number[] = [];
		const seconds: number[] = [];
		for (let round = 0; round < rounds; round += 1) {
			const bare = await timeBare(site.url, requests);
			const full = await timeBackup(site.connect());
			ratios.push(bare / full);
			seconds.push(full);
		}
		return [
			{
				name: `full backup of ${items.toLocaleString("en")} work items: throughput beside a bare client`,
				value: middle(ratios),
				unit: "",
				limit: { sense: "at least", value: 0.6 },
				note: `median of ${rounds} turns; ${requests.length} requests; the backup took ${middle(seconds).toFixed(1)} s`,
			},
		];
	} finally {
		await site.stop();
	}
}

function middle(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function timeBackup(connector: Parameters<Awaited<ReturnType<typeof benchVault>>["backup"]>[0]): Promise<number> {
	const bench = await benchVault();
	const start = performance.now();
	await bench.backup(connector);
	const seconds = (performance.now() - start) / 1000;
	await connector.close();
	await bench.remove();
	return seconds;
}

async function timeBare(url: string, requests: readonly RecordedRequest[]): Promise<number> {
	const pool = new Pool(url, { connections: inFlight });
	const start = performance.now();
	let next = 0;
	const worker = async () => {
		for (;;) {
			const request = requests[next];
			next += 1;
			if (request === undefined) return;
			const { method, path, headers, body } = request;
			const answer = await pool.request({ method: method as "GET", path, headers, body: method === "GET" ? null : body });
			const location = answer.headers.location;
			await answer.body.arrayBuffer();
			if (typeof location === "string")
				await (
					await pool.request({ method: "GET", path: new URL(location, url).pathname + new URL(location, url).search })
				).body.arrayBuffer();
		}
	};
	await Promise.all(Array.from({ length: inFlight }, worker));
	const seconds = (performance.now() - start) / 1000;
	await pool.close();
	return seconds;
}
