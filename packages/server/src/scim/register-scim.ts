import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { PublicAddress } from "../access/cookies.ts";
import type { Strangers } from "../api/strangers.ts";
import { recordAudit } from "../audit/record.ts";
import { maxPage, resourceTypes, schemas, serviceProviderConfig, wholeList } from "./discovery.ts";
import { createGroup, deleteGroup, listGroups, patchGroup, readScimGroup, replaceGroup } from "./groups.ts";
import { patchBody, type Resource } from "./patch.ts";
import { ScimError, scimErrorBody } from "./scim-error.ts";
import type { PageQuery, ScimPorts, ScimScope } from "./scope.ts";
import { findScimToken } from "./tokens.ts";
import { createUser, deleteUser, listUsers, patchUser, readUser, replaceUser } from "./users.ts";

/** Below what SCIM lives. */
export const scimPrefix = "/scim/v2";

const mediaType = "application/scim+json; charset=utf-8";

interface Kind {
	readonly path: "/Users" | "/Groups";
	readonly word: "user" | "group";
	list(ports: ScimPorts, scope: ScimScope, page: PageQuery): Promise<object>;
	read(ports: ScimPorts, scope: ScimScope, id: string): Promise<Resource>;
	create(ports: ScimPorts, scope: ScimScope, body: unknown): Promise<Resource>;
	replace(ports: ScimPorts, scope: ScimScope, id: string, body: unknown): Promise<Resource>;
	patch(ports: ScimPorts, scope: ScimScope, id: string, body: z.infer<typeof patchBody>): Promise<Resource>;
	remove(ports: ScimPorts, scope: ScimScope, id: string): Promise<void>;
}

const kinds: readonly Kind[] = [
	{
		path: "/Users",
		word: "user",
		list: listUsers,
		read: readUser,
		create: createUser,
		replace: replaceUser,
		patch: patchUser,
		remove: deleteUser,
	},
	{
		path: "/Groups",
		word: "group",
		list: listGroups,
		read: readScimGroup,
		create: createGroup,
		replace: replaceGroup,
		patch: patchGroup,
		remove: deleteGroup,
	},
];

type Ports = ScimPorts & PublicAddress & { readonly strangers: Strangers };

/** SCIM 2.0 (RFC 7643, 7644): an identity provider tells who belongs to the organization and to which groups. */
export async function registerScim(app: FastifyInstance, ports: Ports): Promise<void> {
	await app.register(
		async (scim) => {
			scim.addContentTypeParser("application/scim+json", { parseAs: "string" }, scim.getDefaultJsonParser("error", "error"));
			scim.decorateRequest("scim", null);
			scim.setErrorHandler((error, request, reply) => {
				const { status, body } = scimErrorBody(error);
				if (status >= 500) ports.log.error("SCIM request failed", { requestId: request.id, cause: String(error) });
				if (status === 401) reply.header("www-authenticate", 'Bearer realm="skyeworx-scim"');
				return reply.code(status).type(mediaType).serializer(JSON.stringify).send(body);
			});
			scim.setNotFoundHandler(() => {
				throw new ScimError(404, "There is nothing at this address");
			});
			scim.addHook("onRequest", async (request, reply) => {
				const credential = request.headers.authorization ?? "";
				request.scim = await ports.strangers.admit(request, reply, credential, () => scopeOf(ports, request));
			});
			registerDiscovery(scim);
			for (const kind of kinds) registerKind(scim, ports, kind);
		},
		{ prefix: scimPrefix },
	);
}

async function scopeOf(ports: Ports, request: FastifyRequest): Promise<ScimScope> {
	const secret = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
	const found = secret === undefined ? undefined : await findScimToken(ports, secret);
	if (found === undefined) throw new ScimError(401, "Send the token that an owner made for provisioning");
	return { ...found, base: `${ports.publicUrl ?? `${request.protocol}://${request.host}`}${scimPrefix}` };
}

/** The hook has let nobody through without one. */
function scopeIn(request: FastifyRequest): ScimScope {
	if (request.scim === null) throw new ScimError(401, "Send the token that an owner made for provisioning");
	return request.scim;
}

const config = { access: "scim" as const };

function answer(reply: FastifyReply, body: unknown, status = 200) {
	return reply.code(status).type(mediaType).serializer(JSON.stringify).send(body);
}

function registerDiscovery(scim: FastifyInstance): void {
	const one = (list: readonly Readonly<Record<string, unknown>>[], id: string) => {
		const found = list.find((resource) => resource.id === id);
		if (found === undefined) throw new ScimError(404, "There is no such resource");
		return found;
	};
	scim.get("/ServiceProviderConfig", { config }, (request, reply) => answer(reply, serviceProviderConfig(scopeIn(request).base)));
	scim.get("/ResourceTypes", { config }, (request, reply) => answer(reply, wholeList(resourceTypes(scopeIn(request).base))));
	scim.get("/Schemas", { config }, (request, reply) => answer(reply, wholeList(schemas(scopeIn(request).base))));
	scim.get<{ Params: { id: string } }>("/ResourceTypes/:id", { config }, (request, reply) =>
		answer(reply, one(resourceTypes(scopeIn(request).base), request.params.id)),
	);
	scim.get<{ Params: { id: string } }>("/Schemas/:id", { config }, (request, reply) =>
		answer(reply, one(schemas(scopeIn(request).base), request.params.id)),
	);
}

function registerKind(scim: FastifyInstance, ports: Ports, kind: Kind): void {
	type One = { Params: { id: string } };
	const { path, word } = kind;
	scim.get(path, { config }, async (request, reply) => {
		const page = await kind.list(ports, scopeIn(request), pageOf(request.query));
		const resources = (page as { readonly Resources: readonly Resource[] }).Resources.map((resource) => chosen(resource, request.query));
		return answer(reply, { ...page, Resources: resources });
	});
	scim.get<One>(`${path}/:id`, { config }, async (request, reply) =>
		answer(reply, chosen(await kind.read(ports, scopeIn(request), request.params.id), request.query)),
	);
	scim.post(path, { config }, async (request, reply) => {
		const made = await audited(ports, request, { word, verb: "create" }, () => kind.create(ports, scopeIn(request), request.body));
		reply.header("location", (made.meta as { readonly location: string }).location);
		return answer(reply, made, 201);
	});
	scim.put<One>(`${path}/:id`, { config }, async (request, reply) => {
		const { id } = request.params;
		const change = () => kind.replace(ports, scopeIn(request), id, request.body);
		return answer(reply, await audited(ports, request, { word, verb: "update", id }, change));
	});
	scim.patch<One>(`${path}/:id`, { config }, async (request, reply) => {
		const { id } = request.params;
		const body = patchBody.safeParse(request.body);
		if (!body.success) throw new ScimError(400, "The body must be a PatchOp", "invalidSyntax");
		const change = () => kind.patch(ports, scopeIn(request), id, body.data);
		return answer(reply, await audited(ports, request, { word, verb: "update", id }, change));
	});
	scim.delete<One>(`${path}/:id`, { config }, async (request, reply) => {
		const { id } = request.params;
		await audited(ports, request, { word, verb: "delete", id }, () => kind.remove(ports, scopeIn(request), id));
		return reply.code(204).send();
	});
}

interface Deed {
	readonly word: "user" | "group";
	readonly verb: "create" | "update" | "delete";
	readonly id?: string;
}

/** Keeps a change in the audit log, also one that was refused. */
async function audited<T>(ports: Ports, request: FastifyRequest, { word, verb, id }: Deed, work: () => Promise<T>): Promise<T> {
	const { organizationId, tokenId } = scopeIn(request);
	const about = {
		organizationId,
		actor: { type: "system" as const, id: tokenId, name: "Provisioning (SCIM)" },
		action: `scim.${word}.${verb}`,
		ip: request.ip,
		requestId: request.id,
	};
	const target = (known: string | undefined) =>
		known === undefined ? {} : { target: { type: word === "user" ? "member" : "group", id: known.slice(0, 300) } };
	try {
		const result = await work();
		const made = (result as { readonly id?: unknown } | undefined)?.id;
		await recordAudit(ports, { ...about, ...target(id ?? (typeof made === "string" ? made : undefined)), outcome: "success" });
		return result;
	} catch (error) {
		const { status, body } = scimErrorBody(error);
		await recordAudit(ports, { ...about, ...target(id), outcome: "failure", error: { code: String(status), detail: String(body.detail) } });
		throw error;
	}
}

const whole = z.coerce.number().int();

/** Numbers that make no sense mean the next one that does (RFC 7644, section 3.4.2.4). */
function pageOf(query: unknown): PageQuery {
	const { startIndex, count, filter } = (query ?? {}) as Readonly<Record<string, unknown>>;
	const read = (value: unknown, standard: number) => {
		const parsed = value === undefined ? undefined : whole.safeParse(value);
		if (parsed?.success === false) throw new ScimError(400, "startIndex and count are whole numbers", "invalidValue");
		return parsed?.data ?? standard;
	};
	return {
		startIndex: Math.min(Math.max(1, read(startIndex, 1)), 2 ** 31),
		count: Math.min(Math.max(0, read(count, 100)), maxPage),
		filter: typeof filter === "string" && filter !== "" ? filter : undefined,
	};
}

/** Leaves out what the client does not want; `id`, `schemas` and `meta` always stay. */
function chosen(resource: Resource, query: unknown): Resource {
	const { attributes, excludedAttributes } = (query ?? {}) as Readonly<Record<string, unknown>>;
	const list = (value: unknown) =>
		typeof value === "string" && value !== "" ? value.split(",").map((name) => name.trim().toLowerCase().split(".")[0] ?? "") : undefined;
	const [wanted, unwanted] = [list(attributes), list(excludedAttributes)];
	const always = new Set(["id", "schemas", "meta"]);
	return Object.fromEntries(
		Object.entries(resource).filter(([name]) => {
			const lower = name.toLowerCase();
			if (always.has(lower)) return true;
			return (wanted?.includes(lower) ?? true) && !(unwanted?.includes(lower) ?? false);
		}),
	);
}

declare module "fastify" {
	interface FastifyRequest {
		scim: ScimScope | null;
	}
}
