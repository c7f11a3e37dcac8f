import { expect, it } from "vitest";
import { endpoints } from "./endpoints.ts";
import { openApiDocument } from "./openapi.ts";

const document = openApiDocument({ version: "1.2.3", serverUrl: "http://127.0.0.1:7070" }) as {
	paths: Record<string, Record<string, { operationId: string; parameters: { name: string; in: string }[] }>>;
	components: { schemas: Record<string, unknown> };
};

it("every endpoint is one operation of the document, named like the client's method", () => {
	const names = Object.values(document.paths).flatMap((path) => Object.values(path).map((operation) => operation.operationId));
	expect(names.sort()).toEqual(Object.keys(endpoints).sort());
});

it("every reference in the document leads somewhere", () => {
	const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? [];
	expect(references.length).toBeGreaterThan(50);
	for (const reference of references) {
		const name = /#\/components\/schemas\/(.+)"$/.exec(reference)?.[1] ?? reference;
		expect(Object.keys(document.components.schemas)).toContain(name);
	}
});

it("every name in a path has its parameter", () => {
	for (const [path, operations] of Object.entries(document.paths)) {
		const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
		for (const operation of Object.values(operations)) {
			expect(operation.parameters.filter((parameter) => parameter.in === "path").map((parameter) => parameter.name)).toEqual(inPath);
		}
	}
});

it("no two endpoints share a method and a path shape", () => {
	const shapes = Object.values(endpoints).map((endpoint) => `${endpoint.method} ${endpoint.path.replace(/:\w+/g, ":")}`);
	expect(new Set(shapes).size).toBe(shapes.length);
});
