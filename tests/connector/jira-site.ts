import { type Clock, quietLog, systemClock, systemRandom } from "@skyeworx/core";
import type { BackupRequest, Connector } from "@skyeworx/engine";
import { credentialStore } from "../../packages/atlassian/src/http/scripted-site.test-support.ts";
import { openConnector } from "../../packages/atlassian/src/index.ts";
import { type RunningSimulator, startSimulator } from "../../packages/simulator/src/index.ts";
import type { Kept } from "./confluence-site.ts";

export interface JiraSite {
	readonly simulator: RunningSimulator;
	readonly connector: Connector;
	/** Reads Jira into what a vault would keep; answers how many requests it cost. */
	backup(kept: Kept, over?: Partial<BackupRequest>): Promise<number>;
	stop(): Promise<void>;
}

/** The real time, but nobody waits longer than 5 ms: retries wait for seconds. */
export const hurried: Clock = { ...systemClock, sleep: (milliseconds, signal) => systemClock.sleep(Math.min(milliseconds, 5), signal) };

/** A simulated site and a connector to it. */
export async function jiraSite(options: Parameters<typeof startSimulator>[0]): Promise<JiraSite> {
	const simulator = await startSimulator({ validate: "collect", ...options });
	const { email, apiToken } = simulator.site;
	const connector = openConnector({
		connection: { siteUrl: simulator.url, type: "api-token" },
		credentials: credentialStore({ type: "api-token", email, token: apiToken }),
		ports: { clock: hurried, random: systemRandom, log: quietLog },
		apps: ["jira"],
	});
	return {
		simulator,
		connector,
		async backup(kept, over = {}) {
			const before = connector.usage().requests;
			await kept.take(connector.read(kept.request(over)));
			return connector.usage().requests - before;
		},
		async stop() {
			await connector.close();
			await simulator.stop();
		},
	};
}
