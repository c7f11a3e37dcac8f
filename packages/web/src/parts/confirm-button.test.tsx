// @vitest-environment jsdom
import { afterEach, describe, expect, it } from "vitest";
import { me, siteId } from "../stage/answers.fixture.ts";
import { Refusal, Stage, type StageOptions } from "../stage/stage.fixture.tsx";

let stage: Stage;
afterEach(() => stage.close());

const id = "3e8f4e8e-0d0a-4a53-9f0f-5a9a3a3f4a14";
const at = "2026-11-22T09:30:00.000Z";
const list = (item: object) => ({ items: [item], nextCursor: null });
const everywhere = { siteIds: null, spaces: null };
const inspector = { id, name: "Inspector", builtIn: false, permissions: ["status.see"], members: 0 };
const hook = { id, type: "webhook", to: "hooks.example.com", rules: ["late"], digestHour: null, createdAt: at };
const invited = {
	id,
	name: "Ada",
	email: "ada@example.com",
	role: "viewer",
	roleName: "Viewer",
	createdAt: at,
	expiresAt: at,
	status: "open",
};
const key = {
	id,
	name: "CI",
	prefix: "skx_1",
	permissions: ["status.see"],
	addresses: null,
	createdAt: at,
	expiresAt: null,
	lastUsedAt: null,
};
const elsewhere = { id, current: false, method: "passkey", createdAt: at, lastSeenAt: at, expiresAt: at, ip: "192.0.2.7", agent: null };
const folder = { type: "folder", description: "The old folder", region: null, lock: null, access: null };
const kept = { siteId, siteName: "Northwind", store: folder, key: { type: "built-in", keyId: null, access: null }, inChosenStore: true };
const stored = { ...kept, underChosenKey: true, kitProvenAt: at, movingRunId: null, oldStore: folder };

interface Case {
	readonly what: string;
	readonly address: string;
	readonly answers: NonNullable<StageOptions["answers"]>;
	readonly press: string;
	readonly confirm: string;
	readonly asked: string;
}

const members = { "GET /members": { items: [] }, "GET /invitations": { items: [] }, "GET /roles": { items: [] } };
const signIn = {
	"GET /sign-in": { entra: false, passkeyProblem: null, password: false },
	"GET /passkeys": { items: [] },
	"GET /sessions": { items: [] },
	"GET /identity": { entraConfigured: false, tenantId: null, groupRoles: [], defaultRole: null },
	"GET /scim-tokens": { items: [] },
};

const cases: readonly Case[] = [
	{
		what: "a notice target",
		address: "/settings/notices",
		answers: { "GET /notice-targets": list(hook), "GET /notices": { items: [], nextCursor: null } },
		press: "Remove hooks.example.com…",
		confirm: "Tell hooks.example.com no more",
		asked: `DELETE /notice-targets/${id}`,
	},
	{
		what: "an invitation",
		address: "/settings/members",
		answers: { ...members, "GET /invitations": list({ ...invited, ...everywhere }) },
		press: "Revoke the invitation of Ada…",
		confirm: "Revoke the invitation",
		asked: `DELETE /invitations/${id}`,
	},
	{
		what: "a role",
		address: "/settings/members",
		answers: { ...members, "GET /roles": list(inspector) },
		press: "Delete the role Inspector…",
		confirm: "Delete the role “Inspector”",
		asked: `DELETE /roles/${id}`,
	},
	{
		what: "an API key",
		address: "/settings/api-keys",
		answers: { "GET /api-keys": list({ ...key, ...everywhere }) },
		press: "Revoke CI…",
		confirm: "Revoke “CI”",
		asked: `DELETE /api-keys/${id}`,
	},
	{
		what: "a session",
		address: "/settings/sign-in",
		answers: { ...signIn, "GET /sessions": list(elsewhere) },
		press: "End the session from 192.0.2.7…",
		confirm: "End the session",
		asked: `DELETE /sessions/${id}`,
	},
	{
		what: "a passkey",
		address: "/settings/sign-in",
		answers: { ...signIn, "GET /passkeys": list({ id, name: "Laptop", createdAt: at, lastUsedAt: null }) },
		press: "Forget the passkey Laptop…",
		confirm: "Forget “Laptop”",
		asked: `DELETE /passkeys/${id}`,
	},
	{
		what: "a token of the identity provider",
		address: "/settings/sign-in",
		answers: { ...signIn, "GET /scim-tokens": list({ id, prefix: "scim_1", createdAt: at, lastUsedAt: null }) },
		press: "Revoke the token scim_1…",
		confirm: "Revoke the token",
		asked: `DELETE /scim-tokens/${id}`,
	},
	{
		what: "a vault's old place",
		address: "/settings/storage",
		answers: { "GET /storage": { store: folder, key: kept.key, externalId: "x", sites: [stored] } },
		press: "Remove the old place of Northwind…",
		confirm: "Delete the old vault of Northwind",
		asked: `DELETE /sites/${siteId}/old-store`,
	},
];

describe("what takes something away asks first", () => {
	it.each(cases)("$what", async ({ address, answers, press, confirm, asked }) => {
		stage = new Stage(address, { answers: { "GET /me": me(), ...answers } });
		(await stage.find("button", press)).click();
		await stage.find("button", confirm);
		expect(stage.sent(asked)).toEqual([]);
		(await stage.find("button", /^Keep|^Go on|^Let it/)).click();
		await stage.until(() => stage.all("button", confirm).length === 0);
		expect(stage.sent(asked)).toEqual([]);
		(await stage.find("button", press)).click();
		(await stage.find("button", confirm)).click();
		await stage.until(() => stage.sent(asked).length === 1);
	});

	it("says in the dialog why it could not be done, and says it no more when asked anew", async () => {
		const refusal = new Refusal({ status: 409, code: "conflict", detail: "The key is in use just now" });
		const answers = { "GET /api-keys": list({ ...key, ...everywhere }), [`DELETE /api-keys/${id}`]: refusal };
		stage = new Stage("/settings/api-keys", { answers });
		(await stage.find("button", "Revoke CI…")).click();
		(await stage.find("button", "Revoke “CI”")).click();
		await stage.until(() => stage.text().includes("The key is in use just now"));
		(await stage.find("button", "Keep it")).click();
		await stage.until(() => stage.all("button", "Keep it").length === 0);
		(await stage.find("button", "Revoke CI…")).click();
		await stage.find("button", "Keep it");
		expect(stage.text()).not.toContain("The key is in use just now");
	});
});
