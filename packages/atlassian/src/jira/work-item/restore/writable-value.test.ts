import type { JsonObject, JsonValue } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import type { FieldMetadata } from "./field-metadata.ts";
import { withoutProvenance, withProvenance } from "./provenance.ts";
import { timeTracking, writableValue } from "./writable-value.ts";

const field = (over: Partial<FieldMetadata> = {}): FieldMetadata => ({
	id: "customfield_1",
	required: false,
	type: "any",
	items: undefined,
	custom: undefined,
	allowedValues: undefined,
	...over,
});

describe("a stored value", () => {
	const options: readonly JsonValue[] = [
		{ id: "1", value: "Low" },
		{ id: "22", value: "High" },
	];
	const cases: readonly (readonly [string, JsonValue, FieldMetadata, JsonValue])[] = [
		["text passes", "hello", field({ type: "string" }), "hello"],
		["nothing empties the field", null, field({ type: "user" }), null],
		["nothing empties a list", null, field({ type: "array" }), []],
		["a person goes by account", { accountId: "a", displayName: "Ada" }, field({ type: "user" }), { accountId: "a" }],
		["an option keeps its id while it is offered", { id: "1", value: "Renamed" }, field({ allowedValues: options }), { id: "1" }],
		["an option made again is found by its words", { id: "2", value: "High" }, field({ allowedValues: options }), { id: "22" }],
		["labels pass", ["a", "b"], field({ type: "array", items: "string" }), ["a", "b"]],
		[
			"a cascading list keeps both levels",
			{ id: "5", value: "Europe", child: { id: "9", value: "Oslo" } },
			field({ allowedValues: [{ id: "55", value: "Europe", children: [{ id: "99", value: "Oslo" }] }] }),
			{ id: "55", child: { id: "99" } },
		],
		[
			"a sprint goes by the number of the open one",
			[
				{ id: 3, state: "closed" },
				{ id: 4, state: "active" },
			],
			field({ custom: "com.pyxis.greenhopper.jira:gh-sprint", type: "array" }),
			4,
		],
		[
			"a request type goes by its id",
			{ requestType: { id: "31", name: "Get help" } },
			field({ custom: "com.atlassian.servicedesk:vp-origin" }),
			"31",
		],
	];
	it.each(cases)("%s", (_what, stored, metadata, value) => {
		expect(writableValue(stored, metadata)).toEqual({ value });
	});

	it.each([
		["an option that is gone", { id: "3", value: "Gone" }, field({ allowedValues: options })],
		["a list with an option that is gone", [{ id: "1" }, { id: "3", value: "Gone" }], field({ type: "array", allowedValues: options })],
		["closed sprints only", [{ id: 3, state: "closed" }], field({ custom: "com.pyxis.greenhopper.jira:gh-sprint" })],
		["a service level", { completedCycles: [] }, field({ custom: "com.atlassian.servicedesk:sd-sla-field" })],
	] as const)("%s is said, not guessed", (_what, stored, metadata) => {
		expect(writableValue(stored as JsonValue, metadata)).toHaveProperty("reason");
	});

	it("estimates are written in minutes", () => {
		expect(timeTracking(7200, 5400)).toEqual({ originalEstimate: "120m", remainingEstimate: "90m" });
		expect(timeTracking(undefined, 60)).toEqual({ remainingEstimate: "1m" });
	});
});

describe("a text made again", () => {
	const body: JsonObject = {
		type: "doc",
		version: 1,
		content: [{ type: "paragraph", content: [{ type: "text", text: "Originally by me" }] }],
	};
	const entry = { author: { displayName: "Ada Lane" } };

	it("says above who wrote it and when, and is itself again without that line", () => {
		const made = withProvenance(entry, body, "2026-05-03T10:15:00.000+0000");
		expect(JSON.stringify(made)).toContain("Originally by Ada Lane on 3 May 2026, 10:15 UTC");
		expect(withoutProvenance(made)).toEqual(body);
		expect(withoutProvenance(body)).toEqual(body);
	});

	it("without a body is that line alone", () => {
		expect(withoutProvenance(withProvenance(entry, undefined, undefined))).toEqual({ type: "doc", version: 1, content: [] });
	});
});
