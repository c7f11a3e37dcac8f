import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSession } from "../access/sessions.ts";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
let home: TestOrganization;
let secret: string;
let base: string;

beforeAll(async () => {
	await server.start({ concurrency: 0 });
});

afterAll(async () => await server.close());

async function tokenOf(organization: TestOrganization): Promise<string> {
	const { client } = await server.member(organization, { name: "Token owner", email: "owner@example.com", role: "owner" });
	const made = await client.createScimToken();
	base = made.url;
	return made.secret;
}

beforeEach(async () => {
	home = await server.organization("Home");
	secret = await tokenOf(home);
});

type Json = Record<string, unknown>;
interface Answer {
	readonly status: number;
	readonly body: Json;
	readonly headers: Headers;
}

async function ask(method: string, path: string, body?: unknown, token: string | undefined = secret): Promise<Answer> {
	const response = await fetch(`${base}${path}`, {
		method,
		headers: {
			...(token !== undefined && token !== "" && { authorization: `Bearer ${token}` }),
			...(body !== undefined && { "content-type": "application/scim+json" }),
		},
		...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
	});
	const text = await response.text();
	if (text !== "") expect(response.headers.get("content-type")).toBe("application/scim+json; charset=utf-8");
	return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as Json), headers: response.headers };
}

const user = (name: string, about: Json = {}): Json => ({
	schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
	userName: `${name}@example.com`,
	externalId: `external-${name}`,
	displayName: `Person ${name}`,
	name: { givenName: "Person", familyName: name },
	emails: [{ value: `${name}@example.com`, type: "work", primary: true }],
	active: true,
	...about,
});

const group = (name: string, about: Json = {}): Json => ({
	schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
	displayName: name,
	externalId: `external-${name}`,
	...about,
});

const patch = (...operations: readonly Json[]) => ({ schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: operations });

async function create(kind: "Users" | "Groups", body: Json): Promise<string> {
	const made = await ask("POST", `/${kind}`, body);
	expect(made.status, JSON.stringify(made.body)).toBe(201);
	return String(made.body.id);
}

const roleOf = async (email: string) => (await home.client.listMembers()).items.find((member) => member.email === email);

describe("discovery", () => {
	it("says what is supported, what there is and what it looks like", async () => {
		const config = (await ask("GET", "/ServiceProviderConfig")).body;
		expect(config).toMatchObject({
			schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
			patch: { supported: true },
			bulk: { supported: false },
			filter: { supported: true, maxResults: 200 },
			sort: { supported: false },
			etag: { supported: false },
			changePassword: { supported: false },
		});
		const types = (await ask("GET", "/ResourceTypes")).body;
		expect(types).toMatchObject({ totalResults: 2, schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"] });
		expect((await ask("GET", "/ResourceTypes/User")).body).toMatchObject({ endpoint: "/Users", name: "User" });
		const schemas = (await ask("GET", "/Schemas")).body.Resources as Json[];
		expect(schemas.map((schema) => schema.id)).toEqual([
			"urn:ietf:params:scim:schemas:core:2.0:User",
			"urn:ietf:params:scim:schemas:core:2.0:Group",
		]);
		for (const attribute of schemas.flatMap((schema) => schema.attributes as Json[])) {
			expect(Object.keys(attribute)).toEqual(expect.arrayContaining(["name", "type", "multiValued", "required", "mutability", "returned"]));
		}
		const one = await ask("GET", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User");
		expect(one.body).toMatchObject({ name: "User", meta: { resourceType: "Schema" } });
	});
});

describe("a token", () => {
	it("is all that opens the door, for its own organization, until it is revoked", async () => {
		for (const token of ["", "scim_wrong", home.apiKey]) {
			const refused = await ask("GET", "/Users", undefined, token);
			expect(refused).toMatchObject({ status: 401, body: { schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], status: "401" } });
		}
		const id = await create("Users", user("ada"));
		const stranger = await server.organization("Stranger");
		const theirs = await tokenOf(stranger);
		for (const [method, body] of [
			["GET", undefined],
			["PUT", user("ada")],
			["PATCH", patch({ op: "replace", path: "active", value: false })],
			["DELETE", undefined],
		] as const) {
			expect((await ask(method, `/Users/${id}`, body, theirs)).status, method).toBe(404);
		}
		expect((await ask("GET", "/Users", undefined, theirs)).body.totalResults).toBe(0);
		const intruding = await ask("POST", "/Groups", group("Intruders", { members: [{ value: id }] }), theirs);
		expect(intruding).toMatchObject({ status: 400, body: { scimType: "invalidValue" } });
		const [token] = (await home.client.listScimTokens()).items;
		expect(JSON.stringify(token)).not.toContain(secret);
		await home.client.deleteScimToken({ params: { scimTokenId: token?.id ?? "" } });
		expect((await ask("GET", "/Users")).status).toBe(401);
	});

	it("can be made by an owner only: through groups it gives any role", async () => {
		const { client } = await server.member(home, { name: "Admin", role: "admin" });
		await expect(client.createScimToken()).rejects.toMatchObject({ code: "not-permitted" });
	});

	it("does not open the API, and an API key not SCIM", async () => {
		await expect(server.client(secret).getMe()).rejects.toMatchObject({ code: "sign-in-required" });
	});
});

describe("users", () => {
	it("are made, read, replaced and removed in the shapes of RFC 7643", async () => {
		const made = await ask("POST", "/Users", user("ada"));
		expect(made.status).toBe(201);
		expect(made.headers.get("location")).toBe((made.body.meta as Json).location);
		const { id } = made.body;
		expect(made.body).toMatchObject({
			schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
			userName: "ada@example.com",
			externalId: "external-ada",
			name: { givenName: "Person", familyName: "ada" },
			emails: [{ value: "ada@example.com", type: "work", primary: true }],
			active: true,
			groups: [],
			meta: { resourceType: "User", created: expect.stringMatching(/Z$/), location: `${base}/Users/${String(id)}` },
		});
		expect((await ask("GET", `/Users/${String(id)}`)).body).toEqual(made.body);
		expect(await roleOf("ada@example.com")).toMatchObject({ name: "Person ada", roleFrom: "groups", roleName: "No role" });
		const { displayName: _gone, ...replaced } = user("ada", { name: { formatted: "Ada Rowan" } });
		expect((await ask("PUT", `/Users/${String(id)}`, replaced)).body).toMatchObject({ name: { formatted: "Ada Rowan" } });
		expect((await roleOf("ada@example.com"))?.name).toBe("Ada Rowan");
		expect((await ask("DELETE", `/Users/${String(id)}`)).status).toBe(204);
		expect((await ask("GET", `/Users/${String(id)}`)).status).toBe(404);
		expect((await ask("DELETE", `/Users/${String(id)}`)).status).toBe(404);
		const { items } = await home.client.listAudit({ query: { actorId: (await home.client.listScimTokens()).items[0]?.id ?? "" } });
		expect(items.map((entry) => [entry.action, entry.outcome])).toEqual([
			["scim.user.delete", "failure"],
			["scim.user.delete", "success"],
			["scim.user.update", "success"],
			["scim.user.create", "success"],
		]);
	});

	it("have names of their own, in whatever case", async () => {
		await create("Users", user("ada"));
		const again = await ask("POST", "/Users", user("ada", { userName: "ADA@Example.com" }));
		expect(again).toMatchObject({ status: 409, body: { scimType: "uniqueness", status: "409" } });
	});

	it("are found by equality, and page by page", async () => {
		for (const name of ["a", "b", "c", "d", "e"]) await create("Users", user(name));
		const found = async (query: string) => (await ask("GET", `/Users?${query}`)).body;
		const by = async (filter: string) =>
			(await found(`filter=${encodeURIComponent(filter)}`)) as { totalResults: number; Resources: Json[] };
		expect((await by('userName eq "C@EXAMPLE.COM"')).Resources).toMatchObject([{ userName: "c@example.com" }]);
		expect((await by('externalId eq "external-d"')).Resources).toMatchObject([{ userName: "d@example.com" }]);
		expect((await by('urn:ietf:params:scim:schemas:core:2.0:User:userName eq "e@example.com"')).totalResults).toBe(1);
		expect((await by('userName eq "nobody"')).Resources).toEqual([]);
		expect((await by("active eq true")).totalResults).toBe(5);
		for (const filter of ['userName co "a"', 'title eq "x"', 'userName eq "a" or userName eq "b"', "userName", 'userName eq "a']) {
			expect(await ask("GET", `/Users?filter=${encodeURIComponent(filter)}`), filter).toMatchObject({
				status: 400,
				body: { scimType: "invalidFilter" },
			});
		}
		const second = await found("startIndex=3&count=2");
		expect(second).toMatchObject({ totalResults: 5, startIndex: 3, itemsPerPage: 2 });
		expect((second.Resources as Json[]).map((one) => one.userName)).toEqual(["c@example.com", "d@example.com"]);
		expect(await found("count=0")).toMatchObject({ totalResults: 5, itemsPerPage: 0, Resources: [] });
		expect(await found("startIndex=-5&count=1")).toMatchObject({ startIndex: 1, itemsPerPage: 1 });
		expect((await ask("GET", "/Users?count=many")).status).toBe(400);
		const [first] = (await found("count=1&attributes=userName")).Resources as Json[];
		expect(Object.keys(first ?? {}).toSorted()).toEqual(["id", "meta", "schemas", "userName"]);
	});

	it("are changed in part, also as Entra ID writes it", async () => {
		const id = await create("Users", user("ada"));
		const change = async (...operations: readonly Json[]) => (await ask("PATCH", `/Users/${id}`, patch(...operations))).body;
		expect(await change({ op: "Replace", path: "displayName", value: "Ada R." })).toMatchObject({ displayName: "Ada R." });
		expect(await change({ op: "replace", value: { "name.givenName": "Ada", displayName: "Ada Rowan" } })).toMatchObject({
			name: { givenName: "Ada", familyName: "ada" },
			displayName: "Ada Rowan",
		});
		expect(await change({ op: "Add", path: 'emails[type eq "work"].value', value: "rowan@example.com" })).toMatchObject({
			emails: [{ value: "rowan@example.com", type: "work", primary: true }],
		});
		expect(await change({ op: "replace", path: "urn:ietf:params:scim:schemas:core:2.0:User:externalId", value: "other" })).toMatchObject({
			externalId: "other",
		});
		expect(await change({ op: "remove", path: "displayName" })).not.toHaveProperty("displayName");
		expect(await change({ op: "Replace", path: "active", value: "False" })).toMatchObject({ active: false });
		expect(await change({ op: "replace", path: "ACTIVE", value: true })).toMatchObject({ active: true });
		for (const [operations, scimType] of [
			[[{ op: "remove" }], "noTarget"],
			[[{ op: "replace", path: "na me[", value: 1 }], "invalidPath"],
			[[{ op: "remove", path: "userName" }], "invalidValue"],
			[[{ op: "replace", path: "active", value: "perhaps" }], "invalidValue"],
			[[{ op: "copy", path: "userName", value: "x" }], "invalidSyntax"],
		] as const) {
			expect(await ask("PATCH", `/Users/${id}`, patch(...operations)), JSON.stringify(operations)).toMatchObject({
				status: 400,
				body: { scimType },
			});
		}
		expect(await change({ op: "replace", path: "id", value: "00000000-0000-4000-8000-000000000000" })).toMatchObject({ id });
	});

	it("that are switched off are out at once, with the keys that they made", async () => {
		await home.client.updateIdentity({ body: { groupRoles: [{ group: "external-Admins", role: "admin" }], defaultRole: null } });
		const id = await create("Users", user("ada"));
		await create("Groups", group("Admins", { members: [{ value: id }] }));
		const session = await startSession(server.platform, { organizationId: home.organizationId, userId: id, method: "entra" });
		const me = () => fetch(`${server.url}/api/me`, { headers: { cookie: `skyeworx_session=${session.token}` } });
		expect((await me()).status).toBe(200);
		await ask("PATCH", `/Users/${id}`, patch({ op: "replace", path: "active", value: false }));
		expect((await me()).status).toBe(401);
		expect(await roleOf("ada@example.com")).toMatchObject({ active: false });
		await expect(startSession(server.platform, { organizationId: home.organizationId, userId: id, method: "entra" })).rejects.toMatchObject(
			{
				code: "not-permitted",
			},
		);
	});

	it("who were invited are neither seen nor touched", async () => {
		expect((await ask("GET", "/Users")).body.totalResults).toBe(0);
		expect((await ask("DELETE", `/Users/${home.userId}`)).status).toBe(404);
		expect((await ask("PATCH", `/Users/${home.userId}`, patch({ op: "replace", path: "active", value: false }))).status).toBe(404);
		const grasping = await ask("POST", "/Groups", group("Grasping", { members: [{ value: home.userId }] }));
		expect(grasping.status).toBe(400);
	});
});

describe("groups", () => {
	it("give the roles that the organization says, and take them away again", async () => {
		await home.client.updateIdentity({
			body: { groupRoles: [{ group: "external-Operators", role: "restore-operator" }], defaultRole: null },
		});
		const [ada, bo] = [await create("Users", user("ada")), await create("Users", user("bo"))];
		const id = await create("Groups", group("Operators", { members: [{ value: ada }] }));
		expect((await roleOf("ada@example.com"))?.role).toBe("restore-operator");
		expect((await roleOf("bo@example.com"))?.roleName).toBe("No role");
		await ask("PATCH", `/Groups/${id}`, patch({ op: "Add", path: "members", value: [{ value: bo }] }));
		expect((await roleOf("bo@example.com"))?.role).toBe("restore-operator");
		const read = (await ask("GET", `/Groups/${id}`)).body;
		expect((read.members as Json[]).map((member) => member.value).toSorted()).toEqual([ada, bo].toSorted());
		expect(read).toMatchObject({ displayName: "Operators", externalId: "external-Operators", meta: { resourceType: "Group" } });
		expect((await ask("GET", `/Users/${bo}`)).body.groups).toMatchObject([{ value: id, display: "Operators" }]);
		await ask("PATCH", `/Groups/${id}`, patch({ op: "remove", path: `members[value eq "${ada}"]` }));
		expect((await roleOf("ada@example.com"))?.roleName).toBe("No role");
		await ask("PATCH", `/Groups/${id}`, patch({ op: "Remove", path: "members", value: [{ value: bo }] }));
		expect((await roleOf("bo@example.com"))?.roleName).toBe("No role");
		await ask("PUT", `/Groups/${id}`, group("Operators", { members: [{ value: ada }, { value: bo }] }));
		expect((await ask("DELETE", `/Groups/${id}`)).status).toBe(204);
		expect((await roleOf("bo@example.com"))?.roleName).toBe("No role");
	});

	it("are found by name and read without their members", async () => {
		const id = await create("Groups", group("Operators"));
		await create("Groups", group("Auditors"));
		expect((await ask("POST", "/Groups", group("operators"))).body).toMatchObject({ status: "409", scimType: "uniqueness" });
		const found = (await ask("GET", `/Groups?excludedAttributes=members&filter=${encodeURIComponent('displayName eq "Operators"')}`)).body;
		expect(found).toMatchObject({ totalResults: 1, Resources: [{ id, displayName: "Operators" }] });
		expect((found.Resources as Json[])[0]).not.toHaveProperty("members");
		const renamed = await ask("PATCH", `/Groups/${id}`, patch({ op: "replace", value: { id, displayName: "Restorers" } }));
		expect(renamed.body).toMatchObject({ id, displayName: "Restorers" });
	});
});

describe("whatever is sent", () => {
	it("gets an answer in SCIM's words and never a 5xx", async () => {
		const odd = [
			"",
			"{",
			"[]",
			"null",
			'"text"',
			'{"userName":5}',
			'{"userName":""}',
			JSON.stringify(user("x", { emails: "mail" })),
			JSON.stringify(user("y", { userName: "\u0000" })),
			JSON.stringify(user("z", { name: [] })),
			JSON.stringify(patch({ op: "add", path: "__proto__", value: { active: false } })),
			JSON.stringify({ schemas: [], Operations: [] }),
		];
		for (const [method, path] of [
			["POST", "/Users"],
			["POST", "/Groups"],
			["PUT", "/Users/1"],
			["PATCH", "/Users/../Groups"],
			["PATCH", "/Groups/%00"],
			["DELETE", "/Users/not-an-id"],
			["GET", "/Users?filter=externalId%20eq%20%22%5Cu0000%22"],
			["GET", "/Bulk"],
		] as const) {
			for (const body of method === "GET" || method === "DELETE" ? [undefined] : odd) {
				const { status } = await ask(method, path, body);
				expect(status, `${method} ${path} ${body}`).toBeLessThan(500);
				// Some of what is no User is a Group.
				if (path !== "/Groups") expect(status, `${method} ${path} ${body}`).toBeGreaterThanOrEqual(400);
			}
		}
	});
});
