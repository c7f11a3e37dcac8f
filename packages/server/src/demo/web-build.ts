import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { AppError } from "@skyeworx/core";

const packages = join(import.meta.dirname, "../../..");
const web = join(packages, "web");

/** Where the built web UI lies. */
export const webFolder: string = join(web, "dist");

/** Whether the built pages are there and as new as what they are made from. */
export function isWebBuilt(): boolean {
	const built = join(webFolder, "index.html");
	if (!existsSync(built)) return false;
	const sources = [
		join(web, "src"),
		join(web, "public"),
		join(web, "index.html"),
		join(web, "vite.config.ts"),
		join(packages, "contract/src"),
	];
	return Math.max(...sources.map(newestIn)) <= statSync(built).mtimeMs;
}

function newestIn(path: string): number {
	if (!existsSync(path)) return 0;
	const facts = statSync(path);
	if (!facts.isDirectory()) return facts.mtimeMs;
	const inside = readdirSync(path, { recursive: true, withFileTypes: true }).filter(
		(entry) => entry.isFile() && !entry.name.includes(".test."),
	);
	return Math.max(0, ...inside.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}

/** Builds the web UI. @throws AppError `internal` with the end of what the build said */
export async function buildWeb(): Promise<void> {
	const vite = join(dirname(createRequire(join(web, "package.json")).resolve("vite/package.json")), "bin/vite.js");
	const child = spawn(process.execPath, [vite, "build", "--logLevel", "warn"], { cwd: web, stdio: ["ignore", "pipe", "pipe"] });
	let said = "";
	for (const stream of [child.stdout, child.stderr]) {
		stream.on("data", (chunk: Buffer) => {
			said = (said + chunk.toString()).slice(-4000);
		});
	}
	const code = await new Promise<number | null>((resolve, reject) => {
		child.once("error", reject);
		child.once("close", resolve);
	});
	if (code !== 0)
		throw new AppError("internal", `The web UI could not be built: ${said.trim()}`, {
			hint: "Run npm run build to see the whole message.",
		});
}
