import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../server.ts";
import { SiteClient } from "../testing/site-client.ts";

let running: RunningSimulator;
let client: SiteClient;
beforeAll(async () => {
	running = await startSimulator({ seed: 60, validate: "collect" });
	running.state.switches.adminKeys = true;
	client = SiteClient.owner(running);
});
afterEach(() => expect(running.violations).toEqual([]));
afterAll(() => running.stop());

const space = "/wiki/rest/api/space/PPL";
const person = (): string => [...running.state.accounts.keys()].find((id) => id !== running.site.accountId) ?? "";

async function spaceId(): Promise<string> {
	return (await client.get("/wiki/api/v2/spaces?keys=PPL")).json.results[0].id;
}

describe("a space", () => {
	it("is granted and closed to somebody, reading first", async () => {
		const subject = { type: "user", identifier: person() };
		const may = (key: string, target: string) => client.post(`${space}/permission`, { subject, operation: { key, target } });
		const id = await spaceId();
		const held = running.state.confluence.spaces.get(id);
		held?.permissions.splice(
			0,
			held.permissions.length,
			...held.permissions.filter(({ principal }) => principal.id !== subject.identifier),
		);
		expect((await may("create", "page")).status).toBe(400);
		const read = await may("read", "space");
		expect((await may("create", "page")).status).toBe(200);
		expect((await may("create", "page")).status).toBe(400);
		const listed = await client.get(`/wiki/api/v2/spaces/${id}/permissions?limit=250`);
		expect(listed.json.results.filter((one: { principal: { id: string } }) => one.principal.id === subject.identifier)).toHaveLength(2);
		expect((await client.delete(`${space}/permission/${read.json.id}`)).status).toBe(204);
		const left = await client.get(`/wiki/api/v2/spaces/${id}/permissions?limit=250`);
		expect(left.json.results.filter((one: { principal: { id: string } }) => one.principal.id === subject.identifier)).toEqual([]);
	});

	it("has settings, a theme and a look of its own", async () => {
		expect((await client.put(`${space}/settings`, { contentMode: "compact" })).json.contentMode).toBe("compact");
		expect((await client.get(`${space}/theme`)).status).toBe(404);
		const look = "/wiki/rest/api/settings/lookandfeel";
		expect((await client.put(look, { spaceKey: "PPL", lookAndFeelType: "custom" })).status).toBe(409);
		await client.put(`${space}/theme`, { themeKey: "com.example.themes.quiet:quiet" });
		const { global } = (await client.get(`${look}?spaceKey=PPL`)).json;
		await client.post(`${look}/custom?spaceKey=PPL`, { ...global, links: { color: "#006644" } });
		await client.put(look, { spaceKey: "PPL", lookAndFeelType: "custom" });
		const now = (await client.get(`${look}?spaceKey=PPL`)).json;
		expect([now.selected, now.custom.links.color, now.global.links.color]).toEqual(["custom", "#006644", global.links.color]);
		expect((await client.delete(`${space}/theme`)).status).toBe(204);
		expect((await client.get(`${look}?spaceKey=PPL`)).json.selected).toBe("global");
	});

	it("grants by roles where the site has them", async () => {
		const path = `/wiki/api/v2/spaces/${await spaceId()}/role-assignments`;
		expect((await client.get(path)).status).toBe(404);
		running.state.switches.spaceRoles = true;
		const { results: roles } = (await client.get("/wiki/api/v2/space-roles")).json;
		const viewer = roles.find((role: { name: string }) => role.name === "Viewer").id;
		const principal = { principalType: "USER", principalId: person() };
		const set = await client.post(path, [{ principal, roleId: viewer }]);
		expect(set.json.results).toContainEqual({ principal, roleId: viewer });
		await client.post(path, [{ principal }]);
		expect((await client.get(path)).json.results).not.toContainEqual({ principal, roleId: viewer });
		expect((await client.get("/wiki/api/v2/space-role-mode")).json.mode).toBe("ROLES");
		running.state.switches.spaceRoles = false;
	});
});

describe("a page", () => {
	async function page(): Promise<string> {
		const body = { representation: "storage", value: "<p>Text</p>" };
		const title = `Page ${running.state.confluence.contents.size}`;
		return (await client.post("/wiki/api/v2/pages", { spaceId: await spaceId(), status: "current", title, body })).json.id;
	}

	it("is restricted for one person and one group at a time", async () => {
		const restriction = `/wiki/rest/api/content/${await page()}/restriction/byOperation/update`;
		const [group] = [...running.state.groups.keys()];
		const user = `${restriction}/user?accountId=${encodeURIComponent(running.site.accountId)}`;
		expect((await client.get(user)).status).toBe(404);
		expect((await client.put(user)).status).toBe(200);
		expect((await client.put(`${restriction}/byGroupId/${group}`)).status).toBe(200);
		expect((await client.get(user)).status).toBe(200);
		const now = (await client.get(restriction)).json.restrictions;
		expect([now.user.size, now.group.size]).toEqual([1, 1]);
		await client.delete(`${restriction}/byGroupId/${group}`);
		expect((await client.get(restriction)).json.restrictions.group.size).toBe(0);
	});

	it("is seen in spite of its restrictions under an admin key, as long as that is in force", async () => {
		const id = await page();
		running.state.confluence.contents.get(id)?.restrictions.read.users.push(person());
		const withKey = { "atl-confluence-with-admin-key": "true" };
		const status = async () => (await client.raw(`/wiki/api/v2/pages/${id}`, { headers: withKey })).status;
		expect(await status()).toBe(404);
		await client.post("/wiki/api/v2/admin-key", { durationInMinutes: 5 });
		expect(await status()).toBe(200);
		expect((await client.get(`/wiki/api/v2/pages/${id}`)).status).toBe(404);
		running.state.clock.advance(6 * 60_000);
		expect(await status()).toBe(404);
		expect((await client.delete("/wiki/api/v2/admin-key")).status).toBe(204);
	});

	it("is archived", async () => {
		const id = await page();
		const task = await client.post("/wiki/rest/api/content/archive", { pages: [{ id: Number(id) }] });
		expect([task.status, running.state.confluence.contents.get(id)?.status]).toEqual([202, "archived"]);
	});
});
