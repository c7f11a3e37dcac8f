import type { ItemRef, JsonValue } from "@skyeworx/core";
import type { ApplyContext } from "@skyeworx/engine";
import { expect, it } from "vitest";
import { WholeRestore } from "./whole-restore.ts";

const count = 400;
const ref = (number: number): ItemRef => ({ kind: "jira.work-item", id: String(number) });
const lists = { fields: [], files: [], liveFiles: [], links: [], sameFiles: {}, copy: false };
const entries = { comments: { add: [], edit: [] }, worklogs: { add: [], edit: [] } };

/** A restore of many items, all created, that counts how often their plans are looked at. */
function counted() {
	let looks = 0;
	const details: JsonValue = { ...lists, ...entries, live: null, spaceId: "10000" };
	const plans = Array.from({ length: count }, (_, index) => ({
		ref: ref(index),
		get details() {
			looks += 1;
			return details;
		},
	}));
	const keys = new Map<string, string>();
	const mapped: ApplyContext["mapped"] = ({ kind, id }) => {
		const key = kind === "jira.work-item" ? keys.get(id) : undefined;
		return key === undefined ? undefined : { ref: { kind, id }, key };
	};
	return { context: { plans, restoreId: "r1", mapped }, keys, looks: () => looks };
}

it("a restore of many items goes through its plans once, whatever each of them asks", () => {
	const { context, looks } = counted();
	const whole = new WholeRestore();
	for (let number = 1; number <= count; number += 1) {
		expect(whole.highestGiven(context, "10000")).toBe(number - 1);
		whole.gave(context, "10000", `CORE-${number}`);
		expect(whole.placeOf(context, ref(number - 1))).toBe(number - 1);
		expect(whole.moving(context)).toEqual([]);
	}
	expect(looks()).toBe(count);
	expect(whole.placeOf(context, ref(count))).toBeUndefined();
});

it("numbers that an earlier process gave count, each in its space and its restore", () => {
	const { context, keys } = counted();
	keys.set("3", "CORE-31");
	keys.set("5", "CORE-7");
	const whole = new WholeRestore();
	expect(whole.highestGiven(context, "10000")).toBe(31);
	expect(whole.highestGiven(context, "10001")).toBe(0);
	expect(whole.highestGiven({ ...context, restoreId: "r2", mapped: () => undefined }, "10000")).toBe(0);
});
