import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "@skyeworx/core";
import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { registerWeb } from "./web.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const browser = { accept: "text/html,application/xhtml+xml" };

describe("the web UI's files", () => {
	let outside: string;
	let folder: string;
	let app: FastifyInstance;

	beforeEach(async () => {
		outside = mkdtempSync(join(tmpdir(), "skyeworx-web-"));
		folder = join(outside, "dist");
		mkdirSync(join(folder, "assets"), { recursive: true });
		writeFileSync(join(outside, "secret.txt"), "not for you");
		writeFileSync(join(folder, "index.html"), "<p>first build</p>");
		writeFileSync(join(folder, "assets/main-1.js"), "first()");
		app = Fastify();
		await registerWeb(app, folder, silent);
	});
	afterEach(async () => {
		await app.close();
		rmSync(outside, { recursive: true });
	});

	it("a page's address answers the one page, which is never kept", async () => {
		const answer = await app.inject({ url: "/restores/12?show=receipt", headers: browser });
		expect([answer.statusCode, answer.body, answer.headers["cache-control"]]).toEqual([200, "<p>first build</p>", "no-cache"]);
	});

	it("hashed files are kept for ever", async () => {
		const answer = await app.inject({ url: "/assets/main-1.js" });
		expect(answer.body).toBe("first()");
		expect(answer.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
		expect(answer.headers["content-type"]).toMatch(/javascript/);
	});

	it("a new build is served without a new start, and files of the old one are gone", async () => {
		renameSync(join(folder, "assets/main-1.js"), join(folder, "assets/main-2.js"));
		writeFileSync(join(folder, "index.html"), "<p>second build</p>");
		expect((await app.inject({ url: "/", headers: browser })).body).toBe("<p>second build</p>");
		expect((await app.inject({ url: "/assets/main-2.js" })).statusCode).toBe(200);
		expect((await app.inject({ url: "/assets/main-1.js" })).statusCode).toBe(404);
	});

	it("a page asked for in the middle of a build is the one before it", async () => {
		rmSync(join(folder, "index.html"));
		const answer = await app.inject({ url: "/explore", headers: browser });
		expect([answer.statusCode, answer.body]).toEqual([200, "<p>first build</p>"]);
	});

	it.each(["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/..%5csecret.txt", "/%00", "/%zz", "//secret.txt"])(
		"%s leads to nothing outside of the folder",
		async (url) => {
			const answer = await app.inject({ url });
			expect(answer.statusCode).toBeGreaterThanOrEqual(400);
			expect(answer.body).not.toContain("not for you");
		},
	);
});
