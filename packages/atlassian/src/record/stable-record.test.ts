import { canonicalJson, type JsonObject, parseJson } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import { stable, stableRecord } from "./stable-record.ts";

describe("a record", () => {
	it("loses what changes without anybody changing it, at every depth, and nothing else", () => {
		const person = { accountId: "a", avatarUrls: { "48x48": "x" } };
		const record: JsonObject = {
			id: "1",
			expand: "renderedFields",
			avatarUrls: {},
			insight: { totalIssueCount: 3 },
			fields: {
				lastViewed: "2026-05-03T10:00:00.000+0000",
				votes: { votes: 2, hasVoted: true },
				watches: { watchCount: 1, isWatching: false },
				assignee: person,
				reviewers: [person, { accountId: "b" }],
				sla: {
					completedCycles: [],
					ongoingCycle: { breached: false, elapsedTime: { millis: 1 }, remainingTime: { millis: 2 }, withinCalendarHours: true },
				},
				expand: "kept: it is somebody's field",
			},
		};
		expect(stableRecord(record)).toEqual({
			id: "1",
			fields: {
				votes: { votes: 2 },
				watches: { watchCount: 1 },
				assignee: { accountId: "a" },
				reviewers: [{ accountId: "a" }, { accountId: "b" }],
				sla: { completedCycles: [], ongoingCycle: { breached: false } },
				expand: "kept: it is somebody's field",
			},
		});
	});

	it("keeps the text of numbers", () => {
		const record = parseJson('{"fields":{"points":5.0,"avatarUrls":{},"list":[1e2]}}') as JsonObject;
		expect(canonicalJson(stableRecord(record))).toBe('{"fields":{"list":[1e2],"points":5.0}}');
	});

	it("is not copied where nothing is to be dropped", () => {
		const value = { a: [{ b: 1 }], c: null };
		expect(stable(value)).toBe(value);
	});
});
