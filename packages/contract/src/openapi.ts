import { z } from "zod";
import type { Endpoint } from "./endpoint.ts";
import { apiPrefix, endpoints } from "./endpoints.ts";
import { problem } from "./problem.ts";

type Json = Record<string, unknown>;

/** What the document says about the server that publishes it. */
export interface OpenApiOptions {
	readonly version: string;
	readonly serverUrl: string;
}

/** Writes the OpenAPI 3.1 document of all endpoints; pure, from the same schemas that check requests and answers. */
export function openApiDocument(options: OpenApiOptions): Json {
	const components = new Map<string, Json>();
	const paths: Record<string, Json> = {};
	for (const [name, endpoint] of Object.entries(endpoints) as [string, Endpoint][]) {
		const path = `${apiPrefix}${endpoint.path.replace(/:([A-Za-z]+)/g, "{$1}")}`;
		paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(name, endpoint, components) };
	}
	schemaOf(problem, "output", components);
	return {
		openapi: "3.1.0",
		info: {
			title: "Skyeworx",
			version: options.version,
			description:
				"Backup and recovery for Atlassian Cloud. Every answer that is not a success is a problem (RFC 9457) with a code and a hint.",
			license: { name: "Apache-2.0", identifier: "Apache-2.0" },
		},
		servers: [{ url: options.serverUrl }],
		tags: [...new Set(Object.values(endpoints).map((endpoint) => endpoint.tag))].map((tag) => ({ name: tag })),
		paths,
		components: {
			schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
			securitySchemes: {
				apiKey: { type: "http", scheme: "bearer", description: "An API key: `skx_…`" },
				session: { type: "apiKey", in: "cookie", name: "skyeworx_session" },
			},
		},
	};
}

function operation(name: string, endpoint: Endpoint, components: Map<string, Json>): Json {
	const needs = endpoint.access === "anyone" || endpoint.access === "signed-in" ? undefined : endpoint.access;
	const description = [endpoint.description, needs === undefined ? undefined : `Needs the permission \`${needs}\`.`];
	return {
		operationId: name,
		tags: [endpoint.tag],
		summary: endpoint.summary,
		...(description.some((line) => line !== undefined) && { description: description.filter((line) => line !== undefined).join("\n\n") }),
		security: endpoint.access === "anyone" ? [] : [{ apiKey: [] }, { session: [] }],
		parameters: [
			...parameters(endpoint.params, "path", components),
			...parameters(endpoint.query, "query", components),
			...(endpoint.idempotent === true ? [idempotencyKey] : []),
		],
		...(endpoint.body !== undefined && {
			requestBody: { required: true, content: { "application/json": { schema: schemaOf(endpoint.body, "input", components) } } },
		}),
		responses: responses(endpoint, components),
	};
}

const idempotencyKey: Json = {
	name: "Idempotency-Key",
	in: "header",
	required: false,
	description: "A repeated call with the same key gets the first call's answer.",
	schema: { type: "string", minLength: 1, maxLength: 200 },
};

function responses(endpoint: Endpoint, components: Map<string, Json>): Json {
	const success = { description: "Success", ...successContent(endpoint, components) };
	return {
		[endpoint.status]: success,
		...(endpoint.laterStatus !== undefined && { [endpoint.laterStatus]: { ...success, description: "Still going on" } }),
		default: {
			description: "What went wrong and what to do",
			content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
		},
	};
}

function successContent(endpoint: Endpoint, components: Map<string, Json>): Json {
	switch (endpoint.response) {
		case "nothing":
			return {};
		case "bytes":
			return { content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } } };
		case "events":
			return { content: { "text/event-stream": { schema: { type: "string" } } } };
		default:
			return { content: { "application/json": { schema: schemaOf(endpoint.response, "output", components) } } };
	}
}

function parameters(schema: z.ZodType | undefined, place: "path" | "query", components: Map<string, Json>): Json[] {
	if (schema === undefined) return [];
	const object = schemaOf(schema, "input", components);
	const required = new Set((object.required as string[] | undefined) ?? []);
	return Object.entries((object.properties as Record<string, Json> | undefined) ?? {}).map(([name, property]) => ({
		name,
		in: place,
		required: place === "path" || required.has(name),
		schema: property,
	}));
}

/** Turns a schema into JSON Schema; named parts move to the components. */
function schemaOf(schema: z.ZodType, io: "input" | "output", components: Map<string, Json>): Json {
	const {
		$schema: _dialect,
		$defs,
		id: _id,
		...own
	} = z.toJSONSchema(schema, { io, target: "draft-2020-12", unrepresentable: "any" }) as Json;
	const name = schema.meta()?.id;
	for (const [part, definition] of Object.entries(($defs as Record<string, Json> | undefined) ?? {})) {
		components.set(part, relocated(withoutId(definition)));
	}
	if (name === undefined) return relocated(own);
	components.set(name, relocated(own));
	return { $ref: `#/components/schemas/${name}` };
}

function withoutId({ id: _id, ...rest }: Json): Json {
	return rest;
}

function relocated(schema: Json): Json {
	return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
}
