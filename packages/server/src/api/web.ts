import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import { apiPrefix } from "@skyeworx/contract";
import { AppError, type Log } from "@skyeworx/core";
import type { FastifyInstance } from "fastify";
import { sendProblem } from "./problem.ts";

/** Serves the built web UI: hashed files for ever, every page address answers the one page. */
export async function registerWeb(app: FastifyInstance, folder: string, log: Log): Promise<void> {
	const index = join(folder, "index.html");
	if (!existsSync(index)) throw new AppError("internal", `There is no web UI in ${folder}`, { hint: "Run npm run build." });
	const html = readFileSync(index, "utf8");
	await app.register(fastifyStatic, {
		root: folder,
		index: false,
		wildcard: false,
		setHeaders: (reply, path) => {
			reply.header("cache-control", path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
		},
	});
	app.get("/*", { config: { access: "anyone" } }, (request, reply) => {
		const wantsPage = request.headers.accept?.includes("text/html") === true && !request.url.startsWith(`${apiPrefix}/`);
		if (!wantsPage) {
			sendProblem(
				log,
				new AppError("not-found", "There is nothing at this address", { hint: "Pages are answered to browsers; the API is below /api." }),
				request,
				reply,
			);
			return;
		}
		reply.header("cache-control", "no-cache").type("text/html; charset=utf-8").send(html);
	});
}
