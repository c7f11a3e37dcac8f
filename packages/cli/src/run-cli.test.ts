import { describe, expect, it } from "vitest";
import { describeCommands } from "./describe-commands.ts";
import { runCli } from "./run-cli.ts";

/** Runs words where no server is; answers the exit code and everything that was written. */
async function run(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
	let out = "";
	let err = "";
	const code = await runCli(words, {
		env: { SKYEWORX_API_KEY: "skx_none", ...env },
		fetch: () => Promise.reject(new TypeError("fetch failed")),
		out: (text) => {
			out += text;
		},
		err: (text) => {
			err += text;
		},
		columns: 300,
		readInput: () => Promise.resolve(""),
		isTerminal: false,
		signal: new AbortController().signal,
		version: "1.2.3",
	});
	return { code, out, err };
}

describe("the command line", () => {
	it("says its version, and in its help how the server is run", async () => {
		expect(await run(["--version"])).toEqual({ code: 0, out: "1.2.3\n", err: "" });
		const { code, out } = await run(["--help"]);
		expect(code).toBe(0);
		expect(out).toContain('"skyeworx serve" runs the server itself');
		expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(130);
	});

	it.each(["nope", "127.0.0.1:7070", "ftp://127.0.0.1"])("refuses %s as the address of a server, wherever it was written", async (url) => {
		for (const asked of [await run(["--url", url, "site", "list"]), await run(["site", "list"], { SKYEWORX_URL: url })]) {
			expect(asked.code).toBe(2);
			expect(asked.err).toContain(`"${url}" is not the address of a server`);
			expect(asked.err).toContain("http://127.0.0.1:7070");
		}
	});

	it("says what to start when no server answers", async () => {
		const { code, err } = await run(["--url", "http://127.0.0.1:1", "site", "list"]);
		expect(code).toBe(8);
		expect(err).toContain("does not answer");
		expect(err).toContain("npm start");
	});

	it("describes every command with what it does", () => {
		const commands = describeCommands();
		expect(commands.length).toBeGreaterThan(60);
		expect(commands.filter(({ about }) => about === "")).toEqual([]);
		expect(commands.find(({ usage }) => usage === "backup run [site]")).toEqual({
			usage: "backup run [site]",
			about: "back a site up now",
			options: ["--wait"],
		});
	});
});
