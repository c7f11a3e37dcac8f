import type { KindCoverage } from "@skyeworx/contract";
import { describe, expect, it } from "vitest";
import { coverageRows } from "./coverage-rows.ts";

const exact = { level: "exact" } as const;
const degraded = { level: "degraded", why: "New id" } as const;
type Row = KindCoverage["fidelity"][number];
const row = (field: string, label: string, recreated: Row["recreated"] = exact): Row => ({ field, label, inPlace: exact, recreated });

describe("the lines of a kind's coverage", () => {
	it("name nothing twice that fares alike, and tell apart what is called alike and fares otherwise", () => {
		const rows = coverageRows([
			row("title", "Title"),
			row("files.*", "Attachments", degraded),
			row("files.*.mediaType", "Attachments"),
			row("files.*.file-size", "Attachments"),
			row("id", "Id", degraded),
			row("groupId", "Id", degraded),
		]);
		expect(rows.map(({ label, members, recreated }) => [label, members, recreated.level])).toEqual([
			["Title", "", "exact"],
			["Attachments", "", "degraded"],
			["Attachments", "media type, file size", "exact"],
			["Id", "id, group id", "degraded"],
		]);
		expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
	});
});
