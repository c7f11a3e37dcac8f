import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import fastifyStatic from "@fastify/static";
import { openApiDocument } from "@skyeworx/contract";
import type { FastifyInstance } from "fastify";

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Skyeworx API</title>
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

const start = `SwaggerUIBundle({ url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true, tryItOutEnabled: false, validatorUrl: null });
`;

/** Serves the OpenAPI document and a page to read it on; both from this server alone. */
export async function registerDocs(app: FastifyInstance, options: { readonly version: string }): Promise<void> {
	const assets = join(dirname(createRequire(import.meta.url).resolve("@fastify/swagger-ui")), "static");
	await readFile(join(assets, "swagger-ui.css"));
	app.get("/openapi.json", { config: { access: "anyone" } }, async (request) =>
		openApiDocument({ version: options.version, serverUrl: `${request.protocol}://${request.host}` }),
	);
	app.get("/docs", { config: { access: "anyone" } }, async (_request, reply) => reply.type("text/html; charset=utf-8").send(page));
	app.get("/docs/start.js", { config: { access: "anyone" } }, async (_request, reply) =>
		reply.type("text/javascript; charset=utf-8").send(start),
	);
	await app.register(fastifyStatic, {
		root: assets,
		prefix: "/docs/assets/",
		decorateReply: false,
		allowedPath: (path) => /^\/swagger-ui(-bundle)?\.(css|js)$/.test(path),
	});
}
