import { type Endpoint, endpoints, type Permission, permissions, type Run, rolePermissions } from "@skyeworx/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestMember, type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { neededQuery } from "./needed-query.fixture.ts";

const server = new TestServer();
let home: TestOrganization;
let stranger: TestOrganization;
let siteId: string;
let run: Run;
const members = new Map<string, TestMember>();

const custom: readonly Permission[] = ["status.see", "item.preview", "audit.read"];
const roles: Readonly<Record<string, readonly Permission[]>> = { ...rolePermissions, custom };

beforeAll(async () => {
	await server.start();
	home = await server.organization("Home");
	stranger = await server.organization("Stranger");
	server.site.pages.set("1", { title: "Plan", body: "text" });
	siteId = await server.connect(home);
	run = await server.backUp(home.client, siteId);
	const own = await home.client.createRole({ body: { name: "Inspector", permissions: [...custom] } });
	for (const name of Object.keys(roles)) {
		const role = name === "custom" ? own.id : name;
		members.set(name, await server.member(home, { name, role }));
		members.set(`strange ${name}`, await server.member(stranger, { name, role: name === "custom" ? "owner" : name }));
	}
});

afterAll(async () => await server.close());

const named = Object.entries(endpoints) as [string, Endpoint][];
const guarded = named.filter(([, endpoint]) => endpoint.access !== "anyone" && endpoint.access !== "signed-in");
const walked = Object.keys(roles).flatMap((role) => guarded.map(([name, endpoint]) => [role, name, endpoint] as const));

/** Nothing that is named here is there to be changed, except where it is only looked at. */
function addressOf(endpoint: Endpoint): string {
	const looking: Record<string, string> = { siteId, runId: run.id, snapshotId: String(run.snapshotId), kind: "confluence.page", id: "1" };
	const path = endpoint.path.replace(/:([A-Za-z]+)/g, (_match, name: string) => {
		if (name === "version") return String(run.snapshotId);
		if (name === "snapshotId" && endpoint.method !== "GET") return "999999";
		return (endpoint.method === "GET" || name === "siteId" ? looking[name] : undefined) ?? "00000000-0000-4000-8000-000000000000";
	});
	return `${server.url}/api${path}${neededQuery(endpoint, run.snapshotId)}`;
}

async function ask(role: string, endpoint: Endpoint): Promise<{ readonly status: number; readonly code: string | undefined }> {
	const stop = new AbortController();
	const write = endpoint.method !== "GET";
	const response = await members.get(role)?.jar.fetch(addressOf(endpoint), {
		method: endpoint.method,
		// A body that no schema takes: what is allowed goes no further than that.
		...(write && { headers: { "content-type": "application/json" }, body: endpoint.body === undefined ? "{}" : "[]" }),
		signal: stop.signal,
	});
	const isProblem = response?.headers.get("content-type")?.includes("problem") === true;
	const code = isProblem ? ((await response.json()) as { code: string }).code : undefined;
	stop.abort();
	return { status: response?.status ?? 0, code };
}

describe("every route by every role", () => {
	it.each(walked)("%s: %s", async (role, name, endpoint) => {
		// Whoever provisions people can give them any role: that takes all permissions.
		const needed = name === "createScimToken" ? permissions : [endpoint.access as Permission];
		const may = needed.every((permission) => roles[role]?.includes(permission) === true);
		const { status, code } = await ask(role, endpoint);
		if (may) expect({ status, code }).not.toMatchObject({ status: 403, code: "not-permitted" });
		else expect({ status, code }).toEqual({ status: 403, code: "not-permitted" });
		expect(status).toBeLessThan(500);
	});

	it.each(walked.filter(([, , endpoint]) => endpoint.path.includes(":")))(
		"%s of another organization: %s",
		async (role, _name, endpoint) => {
			const { status, code } = await ask(`strange ${role}`, endpoint);
			const refused = status === 403 || (endpoint.body !== undefined && status === 400);
			expect(refused || (status === 404 && code === "not-found"), `${status} ${code}`).toBe(true);
		},
	);
});
