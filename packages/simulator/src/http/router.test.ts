import { describe, expect, it } from "vitest";
import { noContent } from "./answer.ts";
import { Router } from "./router.ts";

const handler = () => noContent();

describe("the router", () => {
	it("prefers literal segments, goes back to parameters, and decodes values", () => {
		const router = new Router();
		router.route("GET", "/attachment/meta", handler, "public");
		router.route("GET", "/attachment/{id}", handler, "public");
		router.route("GET", "/attachment/content/{id}", handler, "public");
		router.route("DELETE", "/{anything}/meta", handler, "public");
		expect(router.find("GET", "/attachment/meta")).toMatchObject({ route: { template: "/attachment/meta" } });
		expect(router.find("GET", "/attachment/a%2Fb")).toMatchObject({ route: { template: "/attachment/{id}" }, params: { id: "a/b" } });
		expect(router.find("GET", "/attachment/content/7/")).toMatchObject({ params: { id: "7" } });
		expect(router.find("DELETE", "/attachment/meta")).toMatchObject({ kind: "route", params: { anything: "attachment" } });
		expect(router.find("PUT", "/attachment/meta")).toEqual({ kind: "method-not-allowed", allow: ["GET", "DELETE"] });
		expect(router.find("GET", "/nothing")).toEqual({ kind: "not-found" });
	});

	it("takes no route without a scope rule, and none twice", () => {
		const router = new Router();
		expect(() => router.route("GET", "/x", handler)).toThrow("no scope rule");
		router.requireScopes({ "GET /x": [["read"]] });
		router.route("GET", "/x", handler);
		expect(() => router.route("GET", "/x", handler)).toThrow("twice");
	});
});
