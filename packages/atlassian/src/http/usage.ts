import { isJsonObject, type JsonValue } from "@skyeworx/core";
import type { ApiUsage } from "@skyeworx/engine";

const identityOperations = /\/(users?|groups?|role|permissions?|restriction|myself|watchers|votes)\b/;

function countObjects(json: JsonValue): number {
	if (Array.isArray(json)) return json.length;
	if (!isJsonObject(json)) return 0;
	const lists = ["issues", "values", "results", "issueChangeLogs", "comments", "worklogs", "watchers", "voters"];
	const counted = lists.map((name) => json[name]).filter((list) => Array.isArray(list));
	return counted.length === 0 ? 1 : counted.reduce((sum, list) => sum + list.length, 0);
}

/** Points that Atlassian charges for a call: 1, and for reads 1 an object (2 for people, groups and permissions). */
export function pointsOf(method: string, operation: string, json: JsonValue): number {
	const reads = method === "GET" || /\/(search\/jql|bulkfetch|worklog\/list|comment\/list|users-bulk)$/.test(operation);
	if (!reads) return 1;
	return 1 + countObjects(json) * (identityOperations.test(operation) ? 2 : 1);
}

/** Counts what one connector asked of the site. */
export class Meter {
	private requests = 0;
	private points = 0;
	private limited = 0;
	private readonly operations = new Map<string, number>();

	request(operation: string): void {
		this.requests += 1;
		this.operations.set(operation, (this.operations.get(operation) ?? 0) + 1);
	}

	spend(points: number): void {
		this.points += points;
	}

	limit(): void {
		this.limited += 1;
	}

	read(): ApiUsage {
		return { requests: this.requests, points: this.points, byOperation: Object.fromEntries(this.operations), limited: this.limited };
	}
}
