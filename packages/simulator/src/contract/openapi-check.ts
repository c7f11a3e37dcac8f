import type { Ajv, ValidateFunction } from "ajv";
import type { Answer } from "../http/answer.ts";
import type { RequestContext } from "../http/request.ts";
import type { Route } from "../http/router.ts";
import { asDeclared, withoutKnownDeviations, withoutNulls } from "./deviations.ts";
import type { ContractCheck, Violation } from "./violation.ts";

interface Parameter {
	readonly name?: string;
	readonly in?: string;
	readonly required?: boolean;
	readonly schema?: { readonly type?: string; readonly enum?: readonly unknown[] };
	readonly $ref?: string;
}

interface RequestBody {
	readonly required?: boolean;
	readonly content?: Readonly<Record<string, unknown>>;
	readonly $ref?: string;
}

interface Operation {
	readonly parameters?: readonly Parameter[];
	readonly requestBody?: RequestBody;
	readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

/** As much of an OpenAPI 3.0 document as the check reads. */
export interface OpenApiDocument {
	readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
	readonly components?: {
		readonly parameters?: Readonly<Record<string, Parameter>>;
		readonly requestBodies?: Readonly<Record<string, RequestBody>>;
	};
}

interface Loaded {
	readonly name: string;
	readonly prefix: string;
	readonly document: OpenApiDocument;
}

interface Known {
	readonly loaded: Loaded;
	readonly path: string;
	readonly operation: Operation;
}

/** Holds requests and answers against Atlassian's OpenAPI documents: parameters, bodies, statuses and schemas. */
export class OpenApiCheck implements ContractCheck {
	readonly #operations = new Map<string, Known>();
	readonly #makeAjv: (name: string, document: object) => Ajv;
	readonly #ajvs = new Map<string, Ajv>();
	readonly #validators = new Map<string, ValidateFunction>();

	constructor(documents: readonly Loaded[], makeAjv: (name: string, document: object) => Ajv) {
		this.#makeAjv = makeAjv;
		for (const loaded of documents) {
			for (const [path, item] of Object.entries(loaded.document.paths)) {
				for (const [method, operation] of Object.entries(item)) {
					if (["get", "put", "post", "delete", "patch"].includes(method)) {
						this.#operations.set(keyOf(method.toUpperCase(), loaded.prefix + path), { loaded, path, operation: operation as Operation });
					}
				}
			}
		}
	}

	/** Whether the official documents have this operation. */
	knows(method: string, template: string): boolean {
		return this.#operations.has(keyOf(method, template));
	}

	check(route: Route, request: RequestContext, answer: Answer): Violation[] {
		const known = this.#operations.get(keyOf(route.method, route.template));
		if (known === undefined) return [];
		const report = (side: Violation["side"], problems: readonly Problem[]): Violation[] =>
			problems.map(({ pointer, message }) => ({ operation: `${route.method} ${route.template}`, side, pointer, message }));
		const wrong = answer.status < 400 ? report("request", [...this.#query(known, request), ...this.#body(known, route, request)]) : [];
		return [...wrong, ...report("answer", this.#answer(known, route, answer))];
	}

	#query(known: Known, request: RequestContext): Problem[] {
		const declared = new Map<string, Parameter>();
		for (const each of known.operation.parameters ?? []) {
			const parameter = each.$ref === undefined ? each : known.loaded.document.components?.parameters?.[each.$ref.split("/").at(-1) ?? ""];
			if (parameter?.in === "query" && parameter.name !== undefined) declared.set(parameter.name, parameter);
		}
		const problems: Problem[] = [];
		for (const [name, value] of request.query) {
			const parameter = declared.get(name);
			if (parameter === undefined) problems.push({ pointer: `?${name}`, message: "unknown query parameter" });
			else if (!fitsParameter(value, parameter))
				problems.push({ pointer: `?${name}`, message: `'${value}' is not ${JSON.stringify(parameter.schema)}` });
		}
		for (const [name, parameter] of declared) {
			if (parameter.required === true && !request.query.has(name))
				problems.push({ pointer: `?${name}`, message: "required query parameter is missing" });
		}
		return problems;
	}

	#body(known: Known, route: Route, request: RequestContext): Problem[] {
		const { requestBody } = known.operation;
		const shared = requestBody?.$ref?.split("/").at(-1);
		const declared = shared === undefined ? requestBody : known.loaded.document.components?.requestBodies?.[shared];
		const place =
			shared === undefined ? ["paths", known.path, route.method.toLowerCase(), "requestBody"] : ["components", "requestBodies", shared];
		if (declared === undefined) return request.body === undefined ? [] : [{ pointer: "", message: "a body where none is declared" }];
		const json = mediaType(declared.content, "json");
		if (json === undefined) return [];
		if (request.body === undefined)
			return declared.required === true && request.files.length === 0 ? [{ pointer: "", message: "the body is missing" }] : [];
		return this.#validate(
			known,
			`${route.method} ${route.template} body`,
			[...place, "content", json, "schema"],
			asDeclared(`${route.method} ${route.template}`, request.body),
		);
	}

	#answer(known: Known, route: Route, answer: Answer): Problem[] {
		if (answer.status >= 400) return [];
		const status = String(answer.status);
		const declared = known.operation.responses[status];
		if (declared === undefined) return [{ pointer: "", message: `status ${status} is not declared` }];
		const json = mediaType(declared.content, "json");
		if (json === undefined || (answer.json === undefined && answer.text === undefined)) return [];
		if ((declared.content?.[json] as { schema?: unknown } | undefined)?.schema === undefined) return [];
		const value = JSON.parse(answer.text ?? JSON.stringify(answer.json)) as unknown;
		const operation = `${route.method} ${route.template}`;
		return this.#validate(
			known,
			`${operation} ${status}`,
			["paths", known.path, route.method.toLowerCase(), "responses", status, "content", json, "schema"],
			withoutKnownDeviations(operation, withoutNulls(value)),
		);
	}

	#validate(known: Known, key: string, pointer: readonly string[], value: unknown): Problem[] {
		let validator = this.#validators.get(key);
		if (validator === undefined) {
			const { name, document } = known.loaded;
			let ajv = this.#ajvs.get(name);
			if (ajv === undefined) {
				ajv = this.#makeAjv(name, document);
				this.#ajvs.set(name, ajv);
			}
			const path = pointer.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
			validator = ajv.compile({ $ref: `${name}#/${path}` });
			this.#validators.set(key, validator);
		}
		if (validator(value)) return [];
		// A oneOf whose branches are so loose that more than one fits says nothing against the value (bodies of Confluence's writes).
		const errors = (validator.errors ?? []).filter(({ keyword, params }) => keyword !== "oneOf" || !Array.isArray(params.passingSchemas));
		return errors.slice(0, 5).map((error) => ({
			pointer: error.instancePath,
			message: `${error.message ?? "is wrong"} ${JSON.stringify(error.params)}`,
		}));
	}
}

interface Problem {
	readonly pointer: string;
	readonly message: string;
}

/** Names of template parameters don't matter. */
const keyOf = (method: string, template: string): string => `${method} ${template.replace(/\{[^}]*\}/g, "{}")}`;

const mediaType = (content: Readonly<Record<string, unknown>> | undefined, word: string): string | undefined =>
	content === undefined ? undefined : Object.keys(content).find((type) => type.includes(word));

function fitsParameter(value: string, { schema }: Parameter): boolean {
	if (schema?.type === "integer") return /^-?\d+$/.test(value);
	if (schema?.type === "boolean") return value === "true" || value === "false";
	return schema?.enum === undefined || schema.enum.includes(value);
}
