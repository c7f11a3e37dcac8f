import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { RestoreOptions, StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { idAt, textAt } from "../../packages/atlassian/src/record/json-access.ts";
import { Kept } from "./confluence-site.ts";
import { type JiraSite, jiraSite } from "./jira-site.ts";
import { inPlace, Journal, type Restored, RestoreRunner } from "./restore-runner.ts";

const kind = "jira.work-item";
let site: JiraSite;
let kept: Kept;

beforeEach(async () => {
	site = await jiraSite({ seed: 300, validate: "throw" });
	kept = new Kept();
	await site.backup(kept);
});
afterEach(() => site.stop());

/** What a person does on the site; the connection's own account unless told. */
async function act(
	method: string,
	path: string,
	body?: unknown,
	as?: { readonly email: string; readonly apiToken: string },
): Promise<JsonValue> {
	const { email, apiToken } = as ?? site.simulator.site;
	const authorization = `Basic ${Buffer.from(`${email}:${apiToken}`).toString("base64")}`;
	const headers = { authorization, accept: "application/json", "content-type": "application/json" };
	const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
	const answer = await fetch(site.simulator.url + path, init);
	if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
	const text = await answer.text();
	return text === "" ? null : (JSON.parse(text) as JsonValue);
}

function anotherPerson(): { readonly email: string; readonly apiToken: string } {
	const { state, credentials } = site.simulator;
	const person = [...state.accounts.values()].find(
		(account) => account.active && account.accountType === "atlassian" && account.accountId !== site.simulator.site.accountId,
	);
	if (person === undefined) throw new Error("the seed has one person only");
	return { email: person.emailAddress, apiToken: credentials.createApiToken(person) };
}

function fieldsOf(item: StoredItem): JsonObject {
	const main = item.parts.get("");
	return isJsonObject(main ?? null) ? ((main as JsonObject).fields as JsonObject) : {};
}

const list = (value: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : []);

/** The first kept work item that is as asked. */
function pick(what: string, is: (item: StoredItem, fields: JsonObject) => boolean): StoredItem {
	for (const ref of kept.of(kind)) {
		const item = kept.item(kind, ref.id);
		if (is(item, fieldsOf(item))) return item;
	}
	throw new Error(`the seed has no work item ${what}`);
}

const childless = (fields: JsonObject): boolean => list(fields.subtasks).length === 0;
const rich = (): StoredItem =>
	pick(
		"with everything",
		(item, fields) => childless(fields) && item.files.length > 0 && item.parts.has("comments") && item.parts.has("media"),
	);

function receipt(restored: Restored, item: StoredItem): ReadonlyMap<string, { readonly result: string; readonly reason?: string }> {
	const lines = restored.receipts.get(`${kind}/${item.ref.id}`) ?? [];
	return new Map(lines.map((line) => [line.field, line]));
}

function resultsOf(restored: Restored, item: StoredItem): readonly string[] {
	return [...new Set([...receipt(restored, item).values()].map((line) => line.result))].toSorted();
}

async function liveOf(id: string): Promise<StoredItem> {
	const [live] = await site.connector.readLive([{ kind, id }]);
	if (live?.state !== "live") throw new Error(`${id} is not there`);
	return live.item;
}

async function bytesOf(item: StoredItem, part: string): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of item.files.find((file) => file.part === part)?.open() ?? []) chunks.push(chunk);
	return Buffer.concat(chunks);
}

describe("a deleted work item", () => {
	it("comes back with fields, files, comments, worklogs and status; the receipt says what could not", async () => {
		const item = rich();
		await act("DELETE", `/rest/api/3/issue/${item.ref.id}`);
		const restored = await new RestoreRunner(site.connector).run([item]);
		expect(resultsOf(restored, item)).toEqual(["degraded", "exact", "impossible"]);
		const lines = receipt(restored, item);
		for (const field of ["fields.summary", "fields.issuetype", "fields.status"]) expect(lines.get(field)?.result).toBe("exact");
		for (const field of ["key", "fields.created", "fields.creator"]) expect(lines.get(field)?.result).toBe("impossible");
		const result = restored.results.get(`${kind}/${item.ref.id}`);
		const now = await liveOf(result?.mapped.ref.id ?? "");
		for (const { part } of item.files) {
			const id = result?.mapped.files?.[part.slice("file/".length)]?.id;
			expect((await bytesOf(now, `file/${id}`)).equals(await bytesOf(item, part))).toBe(true);
		}
		expect(list(now.parts.get("comments")).length).toBe(list(item.parts.get("comments")).length);
		expect(JSON.stringify(list(now.parts.get("comments"))[0]?.body)).toContain("Originally by ");
	});

	it("shows its pictures again: media nodes point to the new files", async () => {
		const item = rich();
		await act("DELETE", `/rest/api/3/issue/${item.ref.id}`);
		const restored = await new RestoreRunner(site.connector).run([item]);
		const result = restored.results.get(`${kind}/${item.ref.id}`);
		const now = JSON.stringify([...(await liveOf(result?.mapped.ref.id ?? "")).parts.values()]);
		const before = isJsonObject(item.parts.get("media") ?? null) ? Object.entries(item.parts.get("media") as JsonObject) : [];
		expect(before.length).toBeGreaterThan(0);
		for (const [id, mediaId] of before) {
			expect(now).not.toContain(textAt(mediaId) ?? "?");
			const mediaNow = result?.mapped.files?.[id]?.mediaId;
			expect(mediaNow).toBeDefined();
		}
		const shown = Object.values(result?.mapped.files ?? {}).filter((file) => now.includes(`"id":"${file.mediaId}"`));
		expect(shown.length).toBeGreaterThan(0);
	});

	it("is made once although the answer to creating it was lost, and once although the process died after creating it", async () => {
		const item = rich();
		await act("DELETE", `/rest/api/3/issue/${item.ref.id}`);
		const count = () => site.simulator.state.jira.issues.size;
		const before = count();
		site.simulator.state.switches.searchLagMs = 600_000;
		site.simulator.faults.inject({ kind: "lost-answer", method: "POST", path: "/rest/api/3/issue(\\?|$)" });
		site.simulator.faults.inject({ kind: "lost-answer", method: "POST", path: "/comment(\\?|$)" });
		site.simulator.faults.inject({ kind: "lost-answer", method: "POST", path: "/attachments" });
		const journal = new Journal();
		const dying = new RestoreRunner(site.connector, inPlace, "restore-1", journal);
		const [plan] = await dying.plan([item]);
		dying.afterStep = (name) => {
			if (name.startsWith("comment/")) throw new Error("killed");
		};
		if (plan === undefined) throw new Error("no plan");
		await expect(dying.run([item], [plan])).rejects.toThrow("killed");
		const restored = await new RestoreRunner(site.connector, inPlace, "restore-1", journal).run([item], [plan]);
		expect(site.simulator.faults.pending).toBe(0);
		expect(count()).toBe(before + 1);
		const now = await liveOf(restored.results.get(`${kind}/${item.ref.id}`)?.mapped.ref.id ?? "");
		expect(list(now.parts.get("comments")).length).toBe(list(item.parts.get("comments")).length);
		expect(now.files.length).toBe(item.files.length);
		expect(resultsOf(restored, item)).not.toContain("failed");
	});

	it("is taken away again by undo, unless somebody worked on it", async () => {
		const item = rich();
		await act("DELETE", `/rest/api/3/issue/${item.ref.id}`);
		const before = JSON.stringify(site.simulator.state.jira.issues.size);
		const runner = new RestoreRunner(site.connector);
		await runner.run([item]);
		expect(await runner.undo()).toEqual(["undone"]);
		expect(await runner.undo()).toEqual(["undone"]);
		expect(JSON.stringify(site.simulator.state.jira.issues.size)).toBe(before);
		const second = new RestoreRunner(site.connector, inPlace, "restore-2");
		const made = (await second.run([item])).results.get(`${kind}/${item.ref.id}`)?.mapped.ref.id;
		await act("PUT", `/rest/api/3/issue/${made}`, { fields: { summary: "Somebody went on with it" } }, anotherPerson());
		expect(await second.undo()).toEqual(["kept"]);
	});
});

describe("an item with children", () => {
	it("comes back before them, they find it, and links between restored items are made again", async () => {
		const child = pick("with a parent", (_item, fields) => isJsonObject(fields.parent ?? null) && childless(fields));
		const parentId = idAt(child.parts.get(""), "fields", "parent", "id") ?? "";
		const parent = kept.item(kind, parentId);
		const children = kept
			.of(kind)
			.map((ref) => kept.item(kind, ref.id))
			.filter((item) => {
				const { parent: above } = fieldsOf(item);
				return isJsonObject(above ?? null) && (above as JsonObject).id === parentId;
			});
		for (const one of children) await act("DELETE", `/rest/api/3/issue/${one.ref.id}?deleteSubtasks=true`);
		await act("DELETE", `/rest/api/3/issue/${parentId}?deleteSubtasks=true`);
		const wanted = [...children.filter((one) => childless(fieldsOf(one))), parent];
		const restored = await new RestoreRunner(site.connector).run(wanted);
		for (const one of wanted) {
			expect([...receipt(restored, one)].filter(([field, line]) => line.result === "failed" && !field.startsWith("links/"))).toEqual([]);
		}
		expect(receipt(restored, wanted[0] as StoredItem).get("fields.parent")?.result).toBe("exact");
	});
});

describe("a changed work item", () => {
	it("gets back only the fields that changed, in place; what came later stays", async () => {
		const item = rich();
		const id = item.ref.id;
		const comment = list(item.parts.get("comments"))[0];
		const attachment = list(fieldsOf(item).attachment)[0];
		const body = { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text: "Newer" }] }] };
		await act("PUT", `/rest/api/3/issue/${id}`, { fields: { summary: "Scrambled", labels: ["rogue"] } });
		await act("POST", `/rest/api/3/issue/${id}/comment`, { body });
		await act("PUT", `/rest/api/3/issue/${id}/comment/${idAt(comment, "id")}`, { body });
		await act("DELETE", `/rest/api/3/attachment/${idAt(attachment, "id")}`);
		const runner = new RestoreRunner(site.connector);
		const [plan] = await runner.plan([item]);
		expect(plan?.action).toBe("change");
		expect(plan?.changes.map((change) => change.field).toSorted()).toEqual(
			["fields.summary", "fields.labels", `comments/${idAt(comment, "id")}`, `file/${idAt(attachment, "id")}`].toSorted(),
		);
		expect(plan?.losses.map((loss) => loss.label)).toContain("1 newer comments");
		const restored = await runner.run([item]);
		expect(resultsOf(restored, item)).not.toContain("failed");
		const now = await liveOf(id);
		expect(fieldsOf(now).summary).toBe(fieldsOf(item).summary);
		expect(list(now.parts.get("comments")).length).toBe(list(item.parts.get("comments")).length + 1);
		const [again] = await new RestoreRunner(site.connector).plan([item]);
		expect(again?.action).toBe("leave");
		expect((await runner.undo()).every((answer) => answer === "undone")).toBe(true);
		expect((await liveOf(id)).files.length).toBe(item.files.length - 1);
	});

	it("whose status moved on goes back through the workflow", async () => {
		const item = pick("that is to do", (_item, fields) => ((fields.status as JsonObject).statusCategory as JsonObject).key === "new");
		for (let hop = 0; hop < 3; hop++) {
			const answer = (await act("GET", `/rest/api/3/issue/${item.ref.id}/transitions`)) as JsonObject;
			const [first] = list(answer.transitions).filter(
				(one) => ((one.to as JsonObject).id as string) !== (fieldsOf(item).status as JsonObject).id,
			);
			if (first !== undefined) await act("POST", `/rest/api/3/issue/${item.ref.id}/transitions`, { transition: { id: first.id } });
		}
		const restored = await new RestoreRunner(site.connector).run([item]);
		expect(receipt(restored, item).get("fields.status")?.result).toBe("exact");
		expect(receipt(restored, item).get("fields.resolution")?.result ?? "exact").toBe("exact");
	});

	it("gets one deleted file alone when only that is asked for", async () => {
		const item = rich();
		const attachment = list(fieldsOf(item).attachment)[0];
		await act("DELETE", `/rest/api/3/attachment/${idAt(attachment, "id")}`);
		await act("PUT", `/rest/api/3/issue/${item.ref.id}`, { fields: { summary: "Changed on purpose" } });
		const only: RestoreOptions = { ...inPlace, fields: [`file/${idAt(attachment, "id")}`] };
		const restored = await new RestoreRunner(site.connector, only).run([item]);
		expect([...receipt(restored, item).keys()]).toEqual([`file/${idAt(attachment, "id")}`]);
		expect(fieldsOf(await liveOf(item.ref.id)).summary).toBe("Changed on purpose");
	});

	it("whose picture was deleted shows it again, and counts as restored from then on", async () => {
		const item = rich();
		const media = item.parts.get("media") as JsonObject;
		for (const { part } of item.files) await act("DELETE", `/rest/api/3/attachment/${part.slice("file/".length)}`);
		const restored = await new RestoreRunner(site.connector).run([item]);
		const files = restored.results.get(`${kind}/${item.ref.id}`)?.mapped.files ?? {};
		const now = JSON.stringify([...(await liveOf(item.ref.id)).parts.values()]);
		const shown = Object.entries(files).filter(
			([id, file]) => file.mediaId !== undefined && media[id] !== undefined && now.includes(file.mediaId),
		);
		expect(shown.length).toBeGreaterThan(0);
		for (const [id] of shown) expect(now).not.toContain(`"id":"${textAt(media, id)}"`);
		expect(resultsOf(restored, item)).not.toContain("failed");
		const [again] = await new RestoreRunner(site.connector).plan([item]);
		expect(again?.changes.map((change) => change.field)).toEqual([]);
	});

	it("is left alone when it is as it was", async () => {
		const [plan] = await new RestoreRunner(site.connector).plan([rich()]);
		expect(plan).toMatchObject({ action: "leave", changes: [] });
	});
});

describe("a copy", () => {
	it("stands beside an original that nothing touches, and says in its summary that it is one", async () => {
		const item = rich();
		const before = await liveOf(item.ref.id);
		const restored = await new RestoreRunner(site.connector, { target: { type: "copy" }, ifExists: "copy" }).run([item]);
		const result = restored.results.get(`${kind}/${item.ref.id}`);
		expect(result?.mapped.ref.id).not.toBe(item.ref.id);
		expect(fieldsOf(await liveOf(result?.mapped.ref.id ?? "")).summary).toBe(`[Restored copy] ${textAt(fieldsOf(item), "summary")}`);
		const after = await liveOf(item.ref.id);
		expect({ ...fieldsOf(after), issuelinks: [], updated: "" }).toEqual({ ...fieldsOf(before), issuelinks: [], updated: "" });
	});
});

describe("references", () => {
	it("to items restored later are rewritten once those have their new keys", async () => {
		const [first, second] = kept
			.of(kind)
			.map((ref) => kept.item(kind, ref.id))
			.filter((item) => childless(fieldsOf(item)));
		if (first === undefined || second === undefined) throw new Error("the seed is empty");
		const key = textAt(second.parts.get(""), "key") ?? "";
		const url = `${site.simulator.url}/browse/${key}`;
		const description = { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "inlineCard", attrs: { url } }] }] };
		await act("PUT", `/rest/api/3/issue/${first.ref.id}`, { fields: { description } });
		await site.backup(kept);
		const wanted = [kept.item(kind, first.ref.id), kept.item(kind, second.ref.id)];
		for (const item of wanted) await act("DELETE", `/rest/api/3/issue/${item.ref.id}`);
		const restored = await new RestoreRunner(site.connector).run(wanted);
		const [one, other] = wanted.map((item) => restored.results.get(`${kind}/${item.ref.id}`)?.mapped);
		const now = JSON.stringify(fieldsOf(await liveOf(one?.ref.id ?? "")).description);
		expect(now).toContain(`/browse/${other?.key}"`);
		expect(now).not.toContain(`/browse/${key}"`);
	});
});
