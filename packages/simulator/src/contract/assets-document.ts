import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { OpenApiDocument } from "./openapi-check.ts";

/** Atlassian's reference of Assets as it is kept beside the OpenAPI documents: its shapes, and a table of its operations. */
const files = { shapes: "assets-schemas.json", operations: "assets-endpoints.tsv" } as const;

/** Where the operations of that table stand. */
const prefix = "/jsm/assets/workspace/{workspaceId}/v1";

/** A shape in the words of that reference. */
interface Shape {
	readonly type?: string;
	readonly isRequired?: boolean;
	readonly contains?: Shape | readonly Shape[];
	readonly properties?: Readonly<Record<string, Shape>>;
}

/** What operations take and give, by the name that the table has for them; a list is written with brackets. */
const bodies: Readonly<Record<string, readonly [body: string | undefined, answer: string | undefined]>> = {
	statusList: [undefined, "[Status]"],
	statusCreate: ["StatusIn", "Status"],
	statusFind: [undefined, "Status"],
	statusUpdate: ["StatusIn", "Status"],
	statusDelete: [undefined, "Status"],
	generalConfigurationUpdate: ["GlobalConfigurationIn", undefined],
	iconFindGlobalIcons: [undefined, "[Icon]"],
	iconFind: [undefined, "Icon"],
	objectsByAql: ["ObjectAQLParams", "ObjectListInclTypeAttributesEntryResult"],
	postObjectAqlTotalcount: ["ObjectAQLTotalCountParams", "ObjectAQLTotalCountResult"],
	objectCreate: ["ObjectIn", "Object"],
	objectFind: [undefined, "Object"],
	objectUpdate: ["ObjectIn", "Object"],
	objectDelete: [undefined, "Object"],
	objectFindAttributes: [undefined, "[ObjectAttribute]"],
	objectFindHistoryEntries: [undefined, "[ObjectHistory]"],
	objectFindReferences: [undefined, "[ObjectReferenceTypeInfo]"],
	objectConnectedTickets: [undefined, "Tickets"],
	schemaCreate: ["ObjectSchemaIn", "ObjectSchema"],
	schemaList: [undefined, "ObjectSchemaList"],
	schemaUpdate: ["ObjectSchemaIn", "ObjectSchema"],
	schemaFind: [undefined, "ObjectSchema"],
	schemaDelete: [undefined, "ObjectSchema"],
	schemaFindAllAttributes: [undefined, "[ObjectTypeAttribute]"],
	schemaFindAllObjectTypes: [undefined, "[ObjectType]"],
	schemaFindAllObjectTypesFlat: [undefined, "[ObjectType]"],
	objectTypeCreate: ["ObjectTypeIn", "ObjectType"],
	objectTypeFind: [undefined, "ObjectType"],
	objectTypeUpdate: ["ObjectTypeIn", "ObjectType"],
	objectTypeDelete: [undefined, "ObjectType"],
	objectTypeFindAllAttributes: [undefined, "[ObjectTypeAttribute]"],
	objectTypeChangePosition: ["ObjectTypePosition", "ObjectType"],
	objectTypeAttributeDelete: [undefined, "ObjectTypeAttribute"],
	objectTypeAttributeCreate: ["ObjectTypeAttributeCreate", "ObjectTypeAttribute"],
	objectTypeAttributeUpdate: ["ObjectTypeAttributeUpdate", "ObjectTypeAttribute"],
};

/** Query parameters that Atlassian's pages name and the table leaves out. */
const furtherQuery: Readonly<Record<string, readonly string[]>> = { schemaList: ["startAt", "maxResults", "includeCounts"] };

/** Reads that reference as an OpenAPI document; undefined where it is not at hand. */
export function assetsDocument(folder: string): OpenApiDocument | undefined {
	const paths = { shapes: join(folder, files.shapes), operations: join(folder, files.operations) };
	if (!existsSync(paths.shapes) || !existsSync(paths.operations)) return undefined;
	const shapes = JSON.parse(readFileSync(paths.shapes, "utf8")) as Readonly<Record<string, Shape>>;
	const schemas = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, objectSchema(shape)]));
	const document: Record<string, Record<string, unknown>> = {};
	const [, ...rows] = readFileSync(paths.operations, "utf8").trim().split("\n");
	for (const row of rows) {
		const [method = "", path = "", name = "", query = ""] = row.split("\t");
		const known = bodies[name];
		if (known === undefined) continue;
		const item = document[prefix + path] ?? {};
		item[method.toLowerCase()] = operation(known, [...query.split(",").filter((one) => one !== ""), ...(furtherQuery[name] ?? [])]);
		document[prefix + path] = item;
	}
	return { paths: document, components: { schemas } } as OpenApiDocument;
}

function operation([body, answer]: readonly [string | undefined, string | undefined], query: readonly string[]): object {
	const content = (name: string) => ({ "application/json": { schema: reference(name) } });
	const given = answer === undefined ? {} : { content: content(answer) };
	return {
		parameters: query.map((name) => ({ name, in: "query", schema: {} })),
		...(body === undefined ? {} : { requestBody: { required: true, content: content(body) } }),
		responses: { "200": given, "201": given, "204": {} },
	};
}

function reference(name: string): object {
	const list = /^\[(.*)\]$/.exec(name)?.[1];
	return list === undefined ? { $ref: `#/components/schemas/${name}` } : { type: "array", items: reference(list) };
}

const plain: ReadonlySet<string> = new Set(["string", "number", "boolean"]);

function schemaOf(shape: Shape): object {
	const { type, contains } = shape;
	if (type === undefined) return objectSchema(shape);
	if (plain.has(type)) return { type };
	if (type === "array") return { type: "array", items: schemaOf((contains ?? {}) as Shape) };
	if (type === "dictionary") return { type: "object" };
	if (type === "one-of") return { anyOf: (contains as readonly Shape[]).map(schemaOf) };
	return reference(type);
}

/** Only the members that the reference names: one too many is a mistake of whoever writes it. */
function objectSchema({ properties }: Shape): object {
	if (properties === undefined) return {};
	const required = Object.entries(properties).flatMap(([name, shape]) => (shape.isRequired === true ? [name] : []));
	return {
		type: "object",
		properties: Object.fromEntries(Object.entries(properties).map(([name, shape]) => [name, schemaOf(shape)])),
		...(required.length === 0 ? {} : { required }),
		additionalProperties: false,
	};
}
