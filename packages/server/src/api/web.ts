import { readFile, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import fastifyStatic from "@fastify/static";
import { apiPrefix } from "@skyeworx/contract";
import { AppError, type Log } from "@skyeworx/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { sendProblem } from "./problem.ts";

/**
 * Serves the built web UI: hashed files for ever, every page address answers the one page. What is in the folder is looked up
 * with each request, so that a new build needs no new start.
 */
export async function registerWeb(app: FastifyInstance, folder: string, log: Log): Promise<void> {
	const root = resolve(folder);
	const index = join(root, "index.html");
	const page = await readFile(index, "utf8").catch(() => undefined);
	if (page === undefined) throw new AppError("internal", `There is no web UI in ${folder}`, { hint: "Run npm run build." });
	let newest = page;
	await app.register(fastifyStatic, { root, serve: false, cacheControl: false, dotfiles: "ignore" });
	app.get("/*", { config: { access: "anyone" } }, async (request, reply) => {
		const file = await fileAt(root, request.url);
		if (file !== undefined) {
			reply.header("cache-control", file.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache");
			return await reply.sendFile(file);
		}
		if (!wantsPage(request)) {
			const hint = "Pages are answered to browsers; the API is below /api.";
			sendProblem(log, new AppError("not-found", "There is nothing at this address", { hint }), request, reply);
			return reply;
		}
		// While a build runs there is no page for a moment: the one before it will do.
		newest = await readFile(index, "utf8").catch(() => newest);
		return await reply.header("cache-control", "no-cache").type("text/html; charset=utf-8").send(newest);
	});
}

function wantsPage(request: FastifyRequest): boolean {
	return request.headers.accept?.includes("text/html") === true && !request.url.startsWith(`${apiPrefix}/`);
}

/** The file that an address names, relative to the folder and with `/`; never one outside of it, and not the page itself. */
async function fileAt(root: string, url: string): Promise<string | undefined> {
	const path = decoded(url.split("?")[0] ?? "");
	if (path === undefined || path.includes("\0") || path.includes("\\")) return undefined;
	const place = resolve(root, `.${path}`);
	if (!place.startsWith(root + sep)) return undefined;
	const found = await stat(place).catch(() => undefined);
	const name = place.slice(root.length + 1).replaceAll(sep, "/");
	return found?.isFile() === true && name !== "index.html" ? name : undefined;
}

function decoded(path: string): string | undefined {
	try {
		return decodeURIComponent(path);
	} catch {
		return undefined;
	}
}
