import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { findAnomalies, looksEncrypted, type RunChanges } from "./find-anomalies.ts";

const calm: RunChanges = { items: 1000, created: 5, changed: 20, deleted: 2, opaque: 0 };
const history = Array.from({ length: 10 }, (_, index) => ({ ...calm, changed: 15 + index, deleted: index % 3 }));
const codes = (run: Partial<RunChanges>, before: readonly RunChanges[] = history) =>
	findAnomalies({ ...calm, ...run }, before).map((one) => one.code);

describe("an anomaly", () => {
	it("is a deletion, an edit or an encryption of much, far above what is usual", () => {
		expect(codes({})).toEqual([]);
		expect(codes({ deleted: 60 })).toEqual(["mass-deletion"]);
		expect(codes({ changed: 400 })).toEqual(["mass-edit"]);
		expect(codes({ changed: 400, opaque: 390 })).toEqual(["mass-edit", "encrypted-content"]);
		expect(findAnomalies({ ...calm, deleted: 60 }, history)[0]).toMatchObject({ measured: 60, usual: 0.9 });
	});

	it("is not what is little, little of the site, usual there, or the first backup", () => {
		expect(codes({ deleted: 19 })).toEqual([]);
		expect(codes({ deleted: 60, items: 100_000 })).toEqual([]);
		expect(
			codes(
				{ deleted: 60 },
				Array.from({ length: 10 }, (_, index) => ({ ...calm, deleted: 40 + 8 * (index % 4) })),
			),
		).toEqual([]);
		expect(codes({ created: 1000, changed: 1000, deleted: 0 }, [])).toEqual([]);
	});
});

describe("an encrypted text", () => {
	it("is told from what people and programs write", () => {
		for (let round = 0; round < 50; round += 1) {
			expect(looksEncrypted(randomBytes(300).toString("base64"))).toBe(true);
			expect(looksEncrypted(`Title ${randomBytes(600).toString("base64")}`)).toBe(true);
		}
		const innocent = [
			"",
			"The quarterly report is late again, and nobody knows why the numbers of the second week are missing. ".repeat(5),
			`https://example.com/a/very/long/path?with=${"parameters&".repeat(40)}`,
			"a".repeat(500),
			"ACME-12 ".repeat(50),
			"会議の議事録は来週の月曜日までに共有します。".repeat(10),
			`${"word ".repeat(100)}${randomBytes(60).toString("base64")}`,
			"com.example.product.module.internal.very.long.package.name.ClassName.methodName.anotherMethodName",
		];
		for (const text of innocent) expect(looksEncrypted(text), text.slice(0, 40)).toBe(false);
	});
});
