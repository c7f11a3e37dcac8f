import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../server.ts";
import { type TestClient, testClient } from "../testing/test-client.ts";

let running: RunningSimulator;
let client: TestClient;
let root: string;
beforeAll(async () => {
	running = await startSimulator({ seed: 30, validate: "throw" });
	client = testClient(running);
	const { json } = await client.get("/rest/servicedeskapi/assets/workspace");
	root = `/jsm/assets/workspace/${json.values[0].workspaceId}/v1`;
});
afterAll(() => running.stop());

const aql = (qlQuery: string, query = "") => client.post(`${root}/object/aql?includeAttributes=true${query}`, { qlQuery });
const keysOf = (answer: { readonly json: { readonly values: readonly { readonly objectKey: string }[] } }) =>
	answer.json.values.map(({ objectKey }) => objectKey);

describe("Assets", () => {
	it("shows schemas, types with inherited attributes, statuses and icons as its reference has them", async () => {
		const { json: list } = await client.get(`${root}/objectschema/list`);
		expect(list.values).toMatchObject([{ objectSchemaKey: "ITA", objectCount: 63, objectTypeCount: 5 }]);
		const { id } = list.values[0];
		const { json: types } = await client.get(`${root}/objectschema/${id}/objecttypes/flat`);
		const laptop = types.find((type: { name: string }) => type.name === "Laptop");
		expect(laptop).toMatchObject({ parentObjectTypeInherited: true, abstractObjectType: false });
		const { json: attributes } = await client.get(`${root}/objecttype/${laptop.id}/attributes`);
		const names = attributes.map((one: { name: string }) => one.name);
		expect(names.slice(0, 4)).toEqual(["Key", "Name", "Created", "Updated"]);
		expect(names).toContain("Serial number");
		expect(names.at(-1)).toBe("Notes");
		expect((await client.get(`${root}/objectschema/${id}/attributes`)).status).toBe(200);
		expect((await client.get(`${root}/config/statustype`)).json).toHaveLength(3);
		expect((await client.get(`${root}/config/statustype?objectSchemaId=${id}`)).json).toHaveLength(1);
		expect((await client.get(`${root}/icon/global`)).status).toBe(200);
	});

	it("pages a search, counts it, and understands conditions, lists, brackets, times and orders", async () => {
		const first = await aql("objectSchemaId = 1 ORDER BY Key ASC", "&maxResults=40");
		const rest = await aql("objectSchemaId = 1 ORDER BY Key ASC", "&startAt=40&maxResults=40");
		expect([first.json.isLast, rest.json.isLast]).toEqual([false, true]);
		expect(new Set([...keysOf(first), ...keysOf(rest)]).size).toBe(63);
		expect(keysOf(first).slice(0, 3)).toEqual(["ITA-1", "ITA-2", "ITA-3"]);
		const count = async (qlQuery: string) => (await client.post(`${root}/object/aql/totalcount`, { qlQuery })).json.totalCount;
		expect(await count('objectType = Laptop AND (Location = "Lisbon office" OR Location IS NOT EMPTY)')).toBe(36);
		expect(await count("Key IN (ITA-1, ITA-2) AND City LIKE sbo")).toBe(1);
		expect(await count('Updated > "now(-2h 15m)"')).toBe(0);
		expect(await count("Key IS NOT EMPTY")).toBe(63);
		expect((await client.post(`${root}/object/aql`, { qlQuery: "objectType = = 3" })).status).toBe(400);
	});

	it("makes, changes and deletes objects; what referred to one that is gone loses that value and keeps its date", async () => {
		const [laptop] = (await aql("objectType = Laptop AND Monitors IS NOT EMPTY")).json.values;
		const named = laptop.attributes.flatMap(
			(one: { objectAttributeValues: { referencedObject?: { id: string; objectType: { name: string } } }[] }) =>
				one.objectAttributeValues.flatMap(({ referencedObject }) =>
					referencedObject?.objectType.name === "Monitor" ? [referencedObject.id] : [],
				),
		);
		await client.delete(`${root}/object/${named[0]}`);
		const { json: after } = await client.get(`${root}/object/${laptop.id}`);
		expect(JSON.stringify(after.attributes)).not.toContain(`:${named[0]}"`);
		expect(after.updated).toBe(laptop.updated);
		const city = await client.get(`${root}/objecttype/1/attributes`);
		const [name] = city.json.filter((one: { label: boolean }) => one.label);
		const body = (value: string) => ({
			objectTypeId: "1",
			attributes: [{ objectTypeAttributeId: name.id, objectAttributeValues: [{ value }] }],
		});
		const made = await client.post(`${root}/object/create`, body("Tartu office"));
		expect(made.json).toMatchObject({ label: "Tartu office", objectKey: `ITA-${made.json.id}` });
		await client.put(`${root}/object/${made.json.id}`, body("Tartu"));
		expect((await client.get(`${root}/object/${made.json.id}/history`)).json).toMatchObject([{ newValue: "Tartu" }, { type: 0 }]);
		expect((await client.post(`${root}/object/create`, { objectTypeId: "1", attributes: [] })).status).toBe(400);
		expect((await client.get(`${root}/object/${made.json.id}/referenceinfo`)).json).toEqual([]);
	});

	it("tells which work items name an object", async () => {
		const found = await Promise.all(
			[...running.state.assets.objects.keys()].map(
				async (id) => (await client.get(`${root}/objectconnectedtickets/${id}/tickets`)).json.tickets,
			),
		);
		expect(found.flat().length).toBeGreaterThan(0);
		expect(found.flat()[0].key).toMatch(/^HELP-\d+$/);
	});

	it("wants the scope of each operation from an app, and comes to it through the gateway only", async () => {
		const token = async (scopes: readonly string[]) => {
			const { clientId: client_id, clientSecret: client_secret } = running.oauth;
			const body = { client_id, client_secret, grant_type: "refresh_token", refresh_token: running.grant(scopes) };
			return (await client.post("/oauth/token", body)).json.access_token as string;
		};
		const origin = `${running.url}/ex/jira/${running.site.cloudId}`;
		const app = async (scopes: readonly string[]) => testClient(running, { authorization: `Bearer ${await token(scopes)}`, origin });
		const reader = await app(["read:cmdb-schema:jira"]);
		expect((await reader.get(`${root}/objectschema/list`)).status).toBe(200);
		expect((await reader.post(`${root}/object/aql`, { qlQuery: "" })).json.message).toMatch(/scope does not match/);
		expect((await client.get(`${root.replace("6c1f", "ffff")}/objectschema/list`)).status).toBe(404);
	});

	it("answers a thousand requests a minute, and then a 429 that says nothing more", async () => {
		running.limits.settings.assets = { on: true, perMinute: 2 };
		const answers = [];
		for (let call = 0; call < 3; call += 1) answers.push(await client.get(`${root}/objectschema/list`));
		running.limits.settings.assets.on = false;
		expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
		expect(answers[2]?.headers.get("retry-after")).toBeNull();
		expect((await client.get("/rest/api/3/myself")).status).toBe(200);
	});

	it("is not there where the plan has none", async () => {
		const without = await startSimulator({ seed: 12, assets: false });
		const answer = await testClient(without).get("/rest/servicedeskapi/assets/workspace");
		await without.stop();
		expect(answer.json.values).toEqual([]);
	});
});
