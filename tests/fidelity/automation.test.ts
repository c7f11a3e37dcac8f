import { randomUUID } from "node:crypto";
import { type JsonObject, type JsonValue, quietLog, systemRandom } from "@skyeworx/core";
import type { RestoreReceipt, StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { credentialStore } from "../../packages/atlassian/src/http/scripted-site.test-support.ts";
import { type Credential, openConnector } from "../../packages/atlassian/src/index.ts";
import { Kept } from "../connector/confluence-site.ts";
import { hurried } from "../connector/jira-site.ts";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { lessThanExact, named, restored, treeOf } from "./settings-site.ts";

const kind = "jira.automation-rule";
const inPlace = { target: { type: "in-place" }, ifExists: "overwrite" } as const;
let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(20, "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

const root = () => `/automation/public/jira/${bench.simulator.site.cloudId}/rest/v1/rule`;
const rules = () => bench.simulator.state.jira.settings.of.automationRule;
const ruleNamed = (name: string, snapshotId: number) => named(bench, kind, snapshotId, name);
const noted = ["id", "parentId", "conditionParentId", "created", "updated"];
const asItWas = (rule: JsonValue | undefined): unknown =>
	JSON.parse(JSON.stringify(rule, (name, value: unknown) => (noted.includes(name) ? undefined : value)));
const read = async (uuid: string): Promise<JsonObject> => (await bench.call("GET", `${root()}/${uuid}`)).rule as JsonObject;

/** Deletes a rule as a person would: stopped first. */
async function removeRule(uuid: string): Promise<void> {
	await bench.call("PUT", `${root()}/${uuid}/state`, { value: "DISABLED" });
	await bench.call("DELETE", `${root()}/${uuid}`, {});
}

/** Writes a rule of the site with some members changed. */
async function change(uuid: string, over: JsonObject): Promise<void> {
	const { uuid: _uuid, created: _created, updated: _updated, ...rule } = await read(uuid);
	await bench.call("PUT", `${root()}/${uuid}`, { rule: { ...rule, ...over }, connections: [] });
}

const review = "Ask for a review of high work";
const duty = "Tell the duty phone of incidents";

describe("automation rules", () => {
	it("are kept whole, each in a request of its own when it changed, and in none when it did not", async () => {
		const before = await bench.backup();
		expect((await bench.items(kind, before)).size).toBe(3);
		const rule = await ruleNamed(review, before);
		const there = await read(rule.ref.id);
		expect(treeOf(rule)).toEqual(there);
		const asked = () => bench.connector.usage().byOperation["GET /automation/public/jira/{cloudId}/rest/v1/rule/{ruleUuid}"] ?? 0;
		expect(asked()).toBe(3);
		await bench.backup();
		expect(asked()).toBe(3);
		await bench.wait(60_000);
		await change(rule.ref.id, { name: "Spoilt" });
		const after = await bench.backup();
		expect(asked()).toBe(4);
		expect(treeOf((await bench.items(kind, after)).get(rule.ref.id)).name).toBe("Spoilt");
	});

	it("that were changed come back in place, stopped or working as they were", async () => {
		const before = await bench.backup();
		const [rule, quiet] = [await ruleNamed(review, before), await ruleNamed("Remind of quiet work", before)];
		await bench.wait(60_000);
		await change(rule.ref.id, {
			name: "Spoilt",
			state: "DISABLED",
			components: [{ component: "ACTION", type: "jira.issue.delete", value: {} }],
		});
		await bench.call("PUT", `${root()}/${quiet.ref.id}/state`, { value: "ENABLED" });
		await bench.backup();
		const receipt = await restored(bench, before, rule, quiet);
		expect(lessThanExact(receipt)).toEqual([]);
		for (const one of [rule, quiet]) expect(asItWas(await read(one.ref.id))).toEqual(asItWas(treeOf(one)));
		const again = await bench.plan(
			[rule, quiet].map(({ ref }) => ({ ref, snapshotId: before })),
			inPlace,
		);
		expect(again.items.map(({ action }) => action)).toEqual(["leave", "leave"]);
	});

	it("that were deleted are made again under their own id, and work only when they worked", async () => {
		const before = await bench.backup();
		const [rule, quiet] = [await ruleNamed(review, before), await ruleNamed("Remind of quiet work", before)];
		for (const { ref } of [rule, quiet]) await removeRule(ref.id);
		expect((await bench.items(kind, await bench.backup())).size).toBe(1);
		const receipt = await restored(bench, before, rule, quiet);
		expect(lessThanExact(receipt)).toEqual([]);
		for (const one of [rule, quiet]) expect(asItWas(await read(one.ref.id))).toEqual(asItWas(treeOf(one)));
	});

	it("name what they are about by what it is called now: space, status, priority, field", async () => {
		const before = await bench.backup();
		const [rule, space] = [await ruleNamed(review, before), await named(bench, "jira.space", before, "CORE")];
		const field = (await bench.items("jira.field", before)).get("customfield_10034");
		if (field === undefined) throw new Error("the site has no field customfield_10034");
		await removeRule(rule.ref.id);
		await bench.remove(`/rest/api/3/project/${space.ref.id}?enableUndo=false`);
		bench.simulator.state.jira.fields.delete(field.ref.id);
		await bench.backup();
		const receipt = await restored(bench, before, rule, space, field);
		expect(receipt.items.filter(({ outcome }) => outcome === "failed").map(({ reason }) => reason)).toEqual([]);
		const now = (one: StoredItem) => receipt.items.find(({ ref }) => ref.id === one.ref.id && ref.kind === one.ref.kind)?.now?.ref.id ?? "";
		expect(now(space)).not.toBe(space.ref.id);
		expect(now(field)).not.toBe(field.ref.id);
		const written = JSON.stringify(await read(now(rule)));
		expect(written).toContain(`:project/${now(space)}`);
		expect(written).not.toContain(`:project/${space.ref.id}"`);
		expect(written).toContain(`{{issue.${now(field)}}}`);
		expect(written).not.toContain(field.ref.id);
	});

	it("are made again where Automation gives no id twice, once, though the answer was lost", async () => {
		bench.simulator.state.switches.ruleUuids = false;
		const before = await bench.backup();
		const rule = await ruleNamed(review, before);
		await removeRule(rule.ref.id);
		await bench.backup();
		const plan = await bench.plan([{ ref: rule.ref, snapshotId: before }], inPlace);
		bench.simulator.faults.inject({ kind: "lost-answer", path: "/rest/v1/rule$", after: 1, times: 1 });
		const restoreId = randomUUID();
		const receipt = await bench.carryOut(restoreId, plan).catch(async () => await bench.carryOut(restoreId, plan));
		expect([...rules().values()].filter(({ name }) => name === review)).toHaveLength(1);
		expect(receipt.items[0]?.now?.ref.id).not.toBe(rule.ref.id);
		expect(lessThanExact(receipt)).toEqual([`${kind} uuid: degraded`]);
	});

	it.each(["unavailable", "rate-limited"] as const)(
		"end whole wherever their restore breaks off, with nothing twice: %s",
		async (fault) => {
			const before = await bench.backup();
			const rule = await ruleNamed(review, before);
			const deed = async (after: number | undefined): Promise<RestoreReceipt> => {
				await removeRule(rule.ref.id);
				const [plan, restoreId] = [await bench.plan([{ ref: rule.ref, snapshotId: before }], inPlace), randomUUID()];
				if (after === undefined) return await bench.carryOut(restoreId, plan);
				bench.simulator.faults.inject({ kind: fault, after, times: 1_000_000 });
				await bench.carryOut(restoreId, plan).catch(() => undefined);
				bench.simulator.faults.clear();
				return await bench.carryOut(restoreId, plan);
			};
			const start = bench.simulator.log.total;
			await deed(undefined);
			const requests = bench.simulator.log.total - start;
			for (let after = 1; after < requests; after += 1) {
				expect(lessThanExact(await deed(after)), `after ${after}`).toEqual([]);
				expect(
					[...rules().values()].filter(({ name, state }) => name === review && state === "ENABLED"),
					`after ${after}`,
				).toHaveLength(1);
			}
		},
	);

	it("are taken back by an undo, also those that work by now", async () => {
		const before = await bench.backup();
		const rule = await ruleNamed(review, before);
		await removeRule(rule.ref.id);
		await bench.backup();
		const [plan, restoreId] = [await bench.plan([{ ref: rule.ref, snapshotId: before }], inPlace), randomUUID()];
		await bench.carryOut(restoreId, plan);
		expect(rules().get(rule.ref.id)?.state).toBe("ENABLED");
		expect((await bench.undo(restoreId, plan)).items.map(({ outcome }) => outcome)).toEqual(["undone"]);
		expect(rules().has(rule.ref.id)).toBe(false);
	});
});

describe("a rule with a secret", () => {
	it("is never written over: Atlassian would forget the secret; whether it works is restored all the same", async () => {
		const before = await bench.backup();
		const rule = await ruleNamed(duty, before);
		expect(JSON.stringify(treeOf(rule))).not.toContain("3f9a1c77");
		Object.assign(rules().get(rule.ref.id) ?? {}, { name: "Spoilt", state: "DISABLED", updated: bench.simulator.state.clock.now() });
		await bench.backup();
		const whole = await bench.plan([{ ref: rule.ref, snapshotId: before }], inPlace);
		expect(whole.items).toMatchObject([{ action: "cannot", reason: expect.stringContaining("hidden headers") }]);
		const receipt = await bench.restore([{ ref: rule.ref, snapshotId: before }], { ...inPlace, fields: ["state"] });
		expect(lessThanExact(receipt)).toEqual([]);
		expect(rules().get(rule.ref.id)).toMatchObject({ name: "Spoilt", state: "ENABLED" });
		expect(JSON.stringify(rules().get(rule.ref.id))).toContain("3f9a1c77");
	});

	it("is made again disabled, and the receipt says what is to be entered", async () => {
		const before = await bench.backup();
		const rule = await ruleNamed(duty, before);
		await removeRule(rule.ref.id);
		await bench.backup();
		const receipt = await restored(bench, before, rule);
		expect(rules().get(rule.ref.id)).toMatchObject({ name: duty, state: "DISABLED" });
		expect(lessThanExact(receipt)).toEqual([
			`${kind} state: degraded`,
			`${kind} state: It stays disabled: Atlassian shows no values of hidden headers. Enter them, then enable the rule.`,
		]);
	});
});

describe("a connection that Automation does not take", () => {
	it("an OAuth grant asks for no rules, says so, and everything else is backed up", async () => {
		const { clientId, clientSecret, refreshToken } = bench.simulator.oauth;
		const credential: Credential = { type: "oauth", clientId, clientSecret, refreshToken };
		const { url } = bench.simulator;
		const connector = openConnector({
			connection: { siteUrl: url, apiUrl: url, authUrl: url, type: "oauth" },
			credentials: credentialStore(credential),
			ports: { clock: hurried, random: systemRandom, log: quietLog },
			apps: ["jira"],
		});
		onTestFinished(() => connector.close());
		const kept = new Kept();
		await kept.take(connector.read(kept.request()));
		expect(Object.keys(connector.usage().byOperation).filter((operation) => operation.includes("/automation/"))).toEqual([]);
		expect(kept.blindSpots.map(({ reason }) => reason).filter((reason) => reason.startsWith("Automation rules"))).toHaveLength(1);
		const rule = { ref: { kind, id: "0198a4c2-7d10-7b64-9a01-5f6d1c2e3a01" }, parts: new Map([["", { name: "A rule" }]]), files: [] };
		const live = await connector.readLive([rule.ref]);
		const plans = await connector.kinds.find(({ id }) => id === kind)?.restore?.plan([rule], live, inPlace);
		expect(plans).toMatchObject([{ action: "cannot", reason: expect.stringContaining("API token") }]);
	});

	it("a token of somebody who is no administrator leaves a line in the report, and what was kept stays", async () => {
		const before = await bench.backup();
		for (const group of bench.simulator.state.groups.values()) if (group.name === "site-admins") group.members.clear();
		const { snapshot, descriptor } = await bench.tryBackup();
		expect(descriptor.failures).toEqual([]);
		expect(descriptor.blindSpots.some((spot) => spot.kind === kind && spot.cause === "permission")).toBe(true);
		expect([...(await bench.items(kind, snapshot.id)).keys()]).toEqual([...(await bench.items(kind, before)).keys()]);
	});

	it("an address that is down fails the rules alone", async () => {
		await bench.backup();
		bench.simulator.faults.inject({ kind: "unavailable", path: "/automation/", times: 1_000_000 });
		const { descriptor } = await bench.tryBackup();
		expect(descriptor.failures.map(({ kinds }) => kinds)).toEqual([[kind]]);
	});
});
