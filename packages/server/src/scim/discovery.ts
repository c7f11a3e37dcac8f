import { groupSchema } from "./groups.ts";
import { userSchema } from "./users.ts";

const listSchema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const resourceTypeSchema = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const schemaSchema = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/** The most resources that one page holds. */
export const maxPage = 200;

/** What this server can and can't (RFC 7643, section 5). */
export function serviceProviderConfig(base: string): object {
	return {
		schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
		documentationUri: `${new URL(base).origin}/api/docs`,
		patch: { supported: true },
		bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
		filter: { supported: true, maxResults: maxPage },
		changePassword: { supported: false },
		sort: { supported: false },
		etag: { supported: false },
		authenticationSchemes: [
			{ type: "oauthbearertoken", name: "Bearer token", description: "A token that an owner makes under Settings", primary: true },
		],
		meta: { resourceType: "ServiceProviderConfig", location: `${base}/ServiceProviderConfig` },
	};
}

/** The kinds of resources (RFC 7643, section 6). */
export function resourceTypes(base: string): readonly Readonly<Record<string, unknown>>[] {
	return [
		["User", "/Users", userSchema],
		["Group", "/Groups", groupSchema],
	].map(([name, endpoint, schema]) => ({
		schemas: [resourceTypeSchema],
		id: name,
		name,
		endpoint,
		schema,
		meta: { resourceType: "ResourceType", location: `${base}/ResourceTypes/${name}` },
	}));
}

interface Attribute {
	readonly name: string;
	readonly type: "string" | "boolean" | "complex" | "reference";
	readonly multiValued?: true;
	readonly required?: true;
	readonly mutability?: "readOnly";
	readonly uniqueness?: "server";
	readonly subAttributes?: readonly Attribute[];
}

function written({ subAttributes, ...attribute }: Attribute): object {
	return {
		multiValued: false,
		required: false,
		caseExact: false,
		mutability: "readWrite",
		returned: "default",
		uniqueness: "none",
		...attribute,
		...(subAttributes !== undefined && { subAttributes: subAttributes.map(written) }),
	};
}

const userAttributes: readonly Attribute[] = [
	{ name: "userName", type: "string", required: true, uniqueness: "server" },
	{ name: "displayName", type: "string" },
	{
		name: "name",
		type: "complex",
		subAttributes: [
			{ name: "formatted", type: "string" },
			{ name: "givenName", type: "string" },
			{ name: "familyName", type: "string" },
		],
	},
	{
		name: "emails",
		type: "complex",
		multiValued: true,
		subAttributes: [
			{ name: "value", type: "string" },
			{ name: "type", type: "string" },
			{ name: "primary", type: "boolean" },
		],
	},
	{ name: "active", type: "boolean" },
	{
		name: "groups",
		type: "complex",
		multiValued: true,
		mutability: "readOnly",
		subAttributes: [
			{ name: "value", type: "string", mutability: "readOnly" },
			{ name: "$ref", type: "reference", mutability: "readOnly" },
			{ name: "display", type: "string", mutability: "readOnly" },
		],
	},
];

const groupAttributes: readonly Attribute[] = [
	{ name: "displayName", type: "string", required: true, uniqueness: "server" },
	{
		name: "members",
		type: "complex",
		multiValued: true,
		subAttributes: [
			{ name: "value", type: "string" },
			{ name: "$ref", type: "reference" },
			{ name: "type", type: "string" },
		],
	},
];

/** What a User and a Group look like here (RFC 7643, section 7). */
export function schemas(base: string): readonly Readonly<Record<string, unknown>>[] {
	return [
		{ name: "User", id: userSchema, attributes: userAttributes },
		{ name: "Group", id: groupSchema, attributes: groupAttributes },
	].map(({ name, id, attributes }) => ({
		schemas: [schemaSchema],
		id,
		name,
		attributes: attributes.map(written),
		meta: { resourceType: "Schema", location: `${base}/Schemas/${id}` },
	}));
}

/** A whole list as SCIM answers it. */
export function wholeList(resources: readonly object[]): object {
	return { schemas: [listSchema], totalResults: resources.length, startIndex: 1, itemsPerPage: resources.length, Resources: resources };
}
