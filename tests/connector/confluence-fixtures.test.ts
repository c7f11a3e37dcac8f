import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "@skyeworx/core";
import { atlassianDocuments } from "@skyeworx/testkit";
import { describe, expect, it } from "vitest";
import { confluenceSite, Kept } from "./confluence-site.ts";
import { RestoreRunner } from "./restore-runner.ts";

const fixtures = atlassianDocuments("fixtures", process.env);

function storagePages(): readonly { readonly name: string; readonly markup: string }[] {
	if (fixtures === undefined) return [];
	return ["md2conf/tests/target", "mark/testdata"].flatMap((folder) =>
		readdirSync(join(fixtures, folder))
			.filter((name) => /\.(xml|html)$/.test(name))
			.map((name) => ({ name: `${folder.split("/")[0]}: ${name}`, markup: readFileSync(join(fixtures, folder, name), "utf8") })),
	);
}

describe.skipIf(fixtures === undefined)("pages that other people's tools wrote", () => {
	it("come back from a purge with every byte of their bodies", async () => {
		const site = await confluenceSite({ seed: "empty" });
		const call = async (method: "POST" | "DELETE" | "GET", path: string, more: object) =>
			(await site.client.call({ method, path, ...more })).json as JsonObject;
		const space = await call("POST", "/wiki/rest/api/space", { body: { key: "REAL", name: "Real input" } });
		const kept = new Kept();
		const written = new Map<string, string>();
		const refused: string[] = [];
		for (const { name, markup } of storagePages()) {
			const body = { representation: "storage", value: markup };
			const fields = { spaceId: String(space.id), status: "current", title: name, body };
			const page = await call("POST", "/wiki/api/v2/pages", { body: fields, accept: [400] });
			if (typeof page.id !== "string") {
				refused.push(name);
				continue;
			}
			const now = await call("GET", "/wiki/api/v2/pages/{id}", { parameters: { id: page.id }, query: { "body-format": "storage" } });
			written.set(page.id, String(((now.body as JsonObject).storage as JsonObject).value));
		}
		// Some of them are not well-formed and a site takes none of those.
		expect(written.size).toBeGreaterThan(refused.length);
		await site.backup(kept);
		const wanted = [...written.keys()].map((id) => {
			const item = kept.item("confluence.page", id);
			return { ...item, parts: new Map(structuredClone([...item.parts])) };
		});
		for (const id of written.keys()) {
			for (const query of [{}, { purge: true }]) await call("DELETE", "/wiki/api/v2/pages/{id}", { parameters: { id }, query });
		}
		const done = await new RestoreRunner(site.reader).run(wanted);
		await site.backup(kept);
		for (const [id, body] of written) {
			const made = done.results.get(`confluence.page/${id}`)?.mapped.ref.id ?? "";
			const again = kept.item("confluence.page", made).parts.get("") as JsonObject;
			expect(((again.body as JsonObject).storage as JsonObject).value).toBe(body);
			expect(done.receipts.get(`confluence.page/${id}`)?.filter((field) => field.result === "failed")).toEqual([]);
		}
		await site.stop();
	});
});
