import { isAppError, type JsonObject } from "@skyeworx/core";
import { z } from "zod";
import type { HttpClient } from "../../http/http-client.ts";
import { objectAt } from "../../record/json-access.ts";
import { foreignProperties, restoreMark, type WorkItemRecord } from "./record.ts";

const mostProbes = 5;
const keys = z.object({ keys: z.array(z.object({ key: z.string().default("") })).default([]) });

/**
 * Whether bulk reads give the properties of work items. Atlassian documents `*all` of single reads only; a bulk answer that
 * holds a property proves it, and a few single reads look for the opposite. Without proof nothing is taken for deleted.
 */
export class BulkProperties {
	private state: "unknown" | "given" | "withheld" = "unknown";
	private probes = 0;

	/** Bulk reads are known to leave properties out: they have to be read one item at a time. */
	get withheld(): boolean {
		return this.state === "withheld";
	}

	/** An item without properties in a bulk answer has none. */
	get given(): boolean {
		return this.state === "given";
	}

	/** Takes in what an earlier run found out. */
	withhold(): void {
		this.state = "withheld";
	}

	/** Learns from a page of a bulk read. */
	async learn(client: HttpClient, items: readonly WorkItemRecord[], signal: AbortSignal | undefined): Promise<void> {
		if (this.state !== "unknown") return;
		if (items.some((item) => item.properties !== undefined)) {
			this.state = "given";
			return;
		}
		const sample = items[Math.floor(items.length / 2)];
		if (sample === undefined || this.probes >= mostProbes) return;
		this.probes += 1;
		const found = await propertyKeys(client, sample.id, signal);
		if (found.some((key) => key !== restoreMark)) this.state = "withheld";
	}
}

async function propertyKeys(client: HttpClient, id: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
	const path = "/rest/api/3/issue/{issueIdOrKey}/properties";
	try {
		const answer = await client.read({ method: "GET", path, parameters: { issueIdOrKey: id }, signal }, keys);
		return answer.keys.map(({ key }) => key);
	} catch (error) {
		if (isAppError(error, "not-found")) return [];
		throw error;
	}
}

/** Reads all properties of one work item. */
export async function readProperties(client: HttpClient, id: string, signal: AbortSignal | undefined): Promise<JsonObject | undefined> {
	const path = "/rest/api/3/issue/{issueIdOrKey}";
	const query = { fields: "id", properties: "*all" };
	const answer = await client.call({ method: "GET", path, parameters: { issueIdOrKey: id }, query, accept: [404], signal });
	return answer.status === 404 ? undefined : foreignProperties(objectAt(answer.json, "properties"));
}
