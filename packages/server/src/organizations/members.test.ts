import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
let home: TestOrganization;

beforeAll(async () => {
	await server.start({ concurrency: 0 });
	home = await server.organization("Home");
});

afterAll(async () => await server.close());

const invited = { name: "Ada Rowan", email: "ada@example.com", role: "viewer" as const };
const tokenOf = (url: string) => new URL(url).hash.slice(1);

describe("invitations", () => {
	it("say what they offer, work once, and make a member with that role", async () => {
		const { invitation, url } = await home.client.createInvitation({ body: { ...invited, role: "auditor" } });
		expect(url).toMatch(/\/invitation#[\w-]{43}$/);
		const token = tokenOf(url);
		const anybody = server.client();
		expect(await anybody.readInvitation({ body: { token } })).toMatchObject({
			organization: "Home",
			name: "Ada Rowan",
			email: "ada@example.com",
			roleName: "Auditor",
		});
		const attempts = await Promise.allSettled([1, 2, 3].map(async () => await anybody.acceptInvitation({ body: { token } })));
		expect(attempts.filter((attempt) => attempt.status === "fulfilled")).toHaveLength(1);
		await expect(anybody.acceptInvitation({ body: { token } })).rejects.toMatchObject({ code: "sign-in-required" });
		await expect(anybody.readInvitation({ body: { token } })).rejects.toMatchObject({ code: "sign-in-required" });
		const members = (await home.client.listMembers()).items.filter((member) => member.email === "ada@example.com");
		expect(members).toMatchObject([{ name: "Ada Rowan", role: "auditor", roleName: "Auditor", siteIds: null, spaces: null }]);
		const listed = (await home.client.listInvitations()).items;
		expect(listed.find((one) => one.id === invitation.id)).toMatchObject({ status: "accepted" });
		expect(JSON.stringify(listed)).not.toContain(token);
		const { items } = await home.client.listAudit({ query: { action: "invitation.accept" } });
		expect(items).toMatchObject([{ outcome: "success", actor: { type: "user", name: "Ada Rowan" } }]);
	});

	it("are worthless once revoked, once too old, and when made up", async () => {
		const { invitation, url } = await home.client.createInvitation({ body: invited });
		await home.client.deleteInvitation({ params: { invitationId: invitation.id } });
		for (const token of [tokenOf(url), "made-up"]) {
			await expect(server.client().acceptInvitation({ body: { token } })).rejects.toMatchObject({ code: "sign-in-required" });
		}
		await expect(home.client.deleteInvitation({ params: { invitationId: invitation.id } })).rejects.toMatchObject({ code: "not-found" });
		const late = await home.client.createInvitation({ body: { ...invited, expiresInHours: 1 } });
		server.clock.ahead += 3_600_001;
		await expect(server.client().acceptInvitation({ body: { token: tokenOf(late.url) } })).rejects.toMatchObject({
			code: "sign-in-required",
		});
	});
});

describe("roles", () => {
	it("count at once: what was taken away can't be done any more", async () => {
		const { client } = await server.member(home, { role: "auditor", name: "Bo Lind" });
		await client.listAudit();
		const member = (await home.client.listMembers()).items.find((one) => one.name === "Bo Lind");
		await home.client.updateMember({ params: { memberId: member?.id ?? "" }, body: { role: "viewer" } });
		await expect(client.listAudit()).rejects.toMatchObject({ code: "not-permitted" });
		expect(await client.getMe()).toMatchObject({ role: "viewer", roleName: "Viewer", permissions: ["status.see"] });
		await home.client.deleteMember({ params: { memberId: member?.id ?? "" } });
		await expect(client.getMe()).rejects.toMatchObject({ code: "sign-in-required" });
	});

	it("of an organization's own can be made, changed, held, and deleted when nobody holds them", async () => {
		const role = await home.client.createRole({ body: { name: "Inspector", permissions: ["status.see", "audit.read"] } });
		const { client } = await server.member(home, { role: role.id, name: "Cy Vale" });
		expect(await client.getMe()).toMatchObject({ role: null, roleName: "Inspector", permissions: ["status.see", "audit.read"] });
		await home.client.updateRole({ params: { roleId: role.id }, body: { name: "Onlooker", permissions: ["status.see"] } });
		await expect(client.listAudit()).rejects.toMatchObject({ code: "not-permitted" });
		expect((await home.client.listRoles()).items.find((one) => one.id === role.id)).toMatchObject({ name: "Onlooker", members: 1 });
		await expect(home.client.deleteRole({ params: { roleId: role.id } })).rejects.toMatchObject({ code: "conflict" });
		const unused = await home.client.createRole({ body: { name: "Unused", permissions: ["status.see"] } });
		await home.client.deleteRole({ params: { roleId: unused.id } });
		await expect(home.client.deleteRole({ params: { roleId: unused.id } })).rejects.toMatchObject({ code: "not-found" });
	});

	it("can't be given by somebody who could not hold them", async () => {
		const { client: admin } = await server.member(home, { role: "admin", name: "Di Moss" });
		await expect(admin.createInvitation({ body: { ...invited, role: "owner" } })).rejects.toMatchObject({ code: "not-permitted" });
		await expect(admin.createRole({ body: { name: "Back door", permissions: ["data.delete"] } })).rejects.toMatchObject({
			code: "not-permitted",
		});
		const all = (await home.client.listMembers()).items;
		const self = all.find((one) => one.name === "Di Moss")?.id ?? "";
		const owner = all.find((one) => one.role === "owner")?.id ?? "";
		await expect(admin.updateMember({ params: { memberId: self }, body: { role: "owner" } })).rejects.toMatchObject({
			code: "not-permitted",
		});
		await expect(admin.updateMember({ params: { memberId: owner }, body: { role: "viewer" } })).rejects.toMatchObject({
			code: "not-permitted",
		});
		await expect(admin.deleteMember({ params: { memberId: owner } })).rejects.toMatchObject({ code: "not-permitted" });
		const powerful = await home.client.createRole({ body: { name: "Powerful", permissions: ["data.delete", "status.see"] } });
		const patch = { params: { roleId: powerful.id }, body: { name: "Taken over", permissions: ["status.see" as const] } };
		await expect(admin.updateRole(patch)).rejects.toMatchObject({ code: "not-permitted" });
	});

	it("of another organization do not exist here", async () => {
		const stranger = await server.organization("Stranger");
		const role = await stranger.client.createRole({ body: { name: "Theirs", permissions: ["status.see"] } });
		await expect(home.client.createInvitation({ body: { ...invited, role: role.id } })).rejects.toMatchObject({ code: "not-found" });
		const limited = { ...invited, siteIds: [stranger.organizationId] };
		await expect(home.client.createInvitation({ body: limited })).rejects.toMatchObject({ code: "not-found" });
	});
});

describe("the last owner", () => {
	it("can neither leave nor be made less", async () => {
		const alone = await server.organization("Alone");
		const memberId = alone.userId;
		await expect(alone.client.deleteMember({ params: { memberId } })).rejects.toMatchObject({ code: "conflict" });
		await expect(alone.client.updateMember({ params: { memberId }, body: { role: "admin" } })).rejects.toMatchObject({ code: "conflict" });
		const second = await server.member(alone, { role: "owner", name: "Second" });
		const removals = await Promise.allSettled([
			alone.client.updateMember({ params: { memberId }, body: { role: "viewer" } }),
			second.client.listMembers().then(async ({ items }) =>
				alone.client.updateMember({
					params: { memberId: items.find((one) => one.name === "Second")?.id ?? "" },
					body: { role: "viewer" },
				}),
			),
		]);
		expect(removals.filter((removal) => removal.status === "fulfilled")).toHaveLength(1);
		expect((await alone.client.listMembers()).items.filter((member) => member.role === "owner")).toHaveLength(1);
	});
});

it("a member who leaves takes the keys that they made along", async () => {
	const { client } = await server.member(home, { role: "admin", name: "Eve Hart" });
	const { secret } = await client.createApiKey({ body: { name: "mine", permissions: ["status.see"] } });
	await server.client(secret).listSites();
	const memberId = (await home.client.listMembers()).items.find((one) => one.name === "Eve Hart")?.id ?? "";
	await home.client.deleteMember({ params: { memberId } });
	await expect(server.client(secret).listSites()).rejects.toMatchObject({ code: "sign-in-required" });
});

it("a key works from its networks only", async () => {
	const here = await home.client.createApiKey({ body: { name: "here", permissions: ["status.see"], addresses: ["127.0.0.0/8"] } });
	const there = await home.client.createApiKey({ body: { name: "there", permissions: ["status.see"], addresses: ["203.0.113.0/24"] } });
	expect((await server.client(here.secret).getMe()).via).toBe("api-key");
	await expect(server.client(there.secret).getMe()).rejects.toMatchObject({ code: "sign-in-required" });
	const wrong = { name: "wrong", permissions: ["status.see" as const], addresses: ["10.0.0.0/99"] };
	await expect(home.client.createApiKey({ body: wrong })).rejects.toMatchObject({ code: "bad-input" });
});
