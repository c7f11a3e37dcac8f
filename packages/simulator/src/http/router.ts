import type { Answer } from "./answer.ts";
import type { RequestContext } from "./request.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE" | "PATCH";
export type Handler = (request: RequestContext) => Answer | Promise<Answer>;

/**
 * Who may call a route: `"public"` needs no credentials; otherwise alternatives of scopes, one of which an OAuth caller must hold
 * completely (classic scopes first, then the granular set). An empty alternative asks only for a valid caller.
 */
export type ScopeRule = "public" | readonly (readonly string[])[];

/** Scopes of operations, by `"GET /rest/api/3/field"`. */
export type ScopeTable = Readonly<Record<string, ScopeRule>>;

export interface Route {
	readonly method: Method;
	readonly template: string;
	readonly handler: Handler;
	readonly scopes: ScopeRule;
}

interface Node {
	readonly literals: Map<string, Node>;
	parameter: Node | undefined;
	readonly routes: Map<string, Route & { readonly names: readonly string[] }>;
}

const newNode = (): Node => ({ literals: new Map(), parameter: undefined, routes: new Map() });

/** What `Router.find` answers: a route, a path that has other methods, or nothing. */
export type Found =
	| { readonly kind: "route"; readonly route: Route; readonly params: Record<string, string> }
	| { readonly kind: "method-not-allowed"; readonly allow: readonly string[] }
	| { readonly kind: "not-found" };

/** A table of `METHOD /template/{parameter}` routes; literal segments win over parameters. */
export class Router {
	readonly #root = newNode();
	readonly #routes: Route[] = [];
	readonly #scopes = new Map<string, ScopeRule>();
	readonly #looks: ((request: RequestContext) => void)[] = [];

	/** Declares which scopes operations need; must come before their `route` calls. */
	requireScopes(table: ScopeTable): void {
		for (const [operation, rule] of Object.entries(table)) this.#scopes.set(operation, rule);
	}

	/** Looks at each request before the handlers of routes that are added from now on; what it throws is the answer. */
	before(look: (request: RequestContext) => void): void {
		this.#looks.push(look);
	}

	/** Adds a route. @throws when it exists already, or when no scope rule was declared for it. */
	route(method: Method, template: string, handler: Handler, scopes?: ScopeRule): void {
		const rule = scopes ?? this.#scopes.get(`${method} ${template}`);
		if (rule === undefined) throw new Error(`no scope rule for ${method} ${template}`);
		const names: string[] = [];
		let node = this.#root;
		for (const segment of segmentsOf(template)) {
			if (segment.startsWith("{")) {
				names.push(segment.slice(1, -1));
				node.parameter ??= newNode();
				node = node.parameter;
			} else {
				let next = node.literals.get(segment);
				if (next === undefined) {
					next = newNode();
					node.literals.set(segment, next);
				}
				node = next;
			}
		}
		if (node.routes.has(method)) throw new Error(`route registered twice: ${method} ${template}`);
		const looks = [...this.#looks];
		const looked: Handler = (request) => {
			for (const look of looks) look(request);
			return handler(request);
		};
		const route = { method, template, handler: looks.length === 0 ? handler : looked, scopes: rule, names };
		node.routes.set(method, route);
		this.#routes.push(route);
	}

	/** Every route, in the order of registration. */
	get routes(): readonly Route[] {
		return this.#routes;
	}

	/** Finds the route for a path (no query); parameters come percent-decoded. */
	find(method: string, path: string): Found {
		const segments = segmentsOf(path);
		const allow = new Set<string>();
		const values: string[] = [];
		const hit = descend(this.#root, segments, 0, values, method, allow);
		if (hit === undefined) return allow.size > 0 ? { kind: "method-not-allowed", allow: [...allow] } : { kind: "not-found" };
		const params: Record<string, string> = {};
		hit.names.forEach((name, index) => {
			params[name] = decode(values[index] ?? "");
		});
		return { kind: "route", route: hit, params };
	}
}

function descend(
	node: Node,
	segments: readonly string[],
	at: number,
	values: string[],
	method: string,
	allow: Set<string>,
): (Route & { readonly names: readonly string[] }) | undefined {
	if (at === segments.length) {
		const route = node.routes.get(method);
		if (route === undefined) for (const known of node.routes.keys()) allow.add(known);
		return route;
	}
	const segment = segments[at] ?? "";
	const literal = node.literals.get(segment);
	if (literal !== undefined) {
		const hit = descend(literal, segments, at + 1, values, method, allow);
		if (hit !== undefined) return hit;
	}
	if (node.parameter === undefined) return undefined;
	const depth = values.length;
	values.push(segment);
	const hit = descend(node.parameter, segments, at + 1, values, method, allow);
	if (hit === undefined) values.length = depth;
	return hit;
}

function segmentsOf(path: string): string[] {
	const trimmed = path.endsWith("/") && path.length > 1 ? path.slice(1, -1) : path.slice(1);
	return trimmed.split("/");
}

function decode(text: string): string {
	if (!text.includes("%")) return text;
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
