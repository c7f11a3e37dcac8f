import { randomUUID } from "node:crypto";
import { type ItemRef, isAppError, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { RestorePlan, RestoreReceipt, RestoreSelection, StoredItem } from "@skyeworx/engine";
import { expect } from "vitest";
import { adf } from "./hostile-site.ts";
import { type SiteBench, siteBench } from "./site-bench.ts";

/** Back to where it was, over what is there. */
export const inPlace = { target: { type: "in-place" }, ifExists: "overwrite" } as const;
const workItem = "jira.work-item";
const page = "confluence.page";

/** Every sort of write that restoring the rich items makes, by method and path. */
export const writes: readonly (readonly [string, string])[] = [
	["POST", "/rest/api/3/issue(\\?|$)"],
	["POST", "/rest/api/3/issue/[^/]+/comment"],
	["POST", "/rest/api/3/issue/[^/]+/worklog"],
	["POST", "/rest/api/3/issue/[^/]+/attachments"],
	["POST", "/rest/api/3/issueLink"],
	["POST", "/wiki/api/v2/pages(\\?|$)"],
	["POST", "/wiki/api/v2/footer-comments"],
	["POST", "/wiki/api/v2/inline-comments"],
	["POST", "/wiki/rest/api/content/[^/]+/label"],
	["PUT", "/wiki/rest/api/content/[^/]+/child/attachment"],
	["POST", "/wiki/api/v2/pages/[^/]+/properties"],
];

/** What {@link RichSite.inventory} says while nothing is lost and nothing is there twice. */
export const whole = {
	"Rich one": ["2 comments, 1 worklogs, 1 attachments, 1 links"],
	"Linked one": ["0 comments, 0 worklogs, 0 attachments, 1 links"],
	"Rich page": ["1 footer, 1 inline, 1 labels, 1 attachments"],
};

/** A site with two linked work items and a page that have everything hanging on them, backed up. */
export class RichSite {
	readonly bench: SiteBench;
	readonly rich: ItemRef;
	readonly linked: ItemRef;
	readonly page: ItemRef;
	readonly snapshotId: number;

	private constructor(
		bench: SiteBench,
		made: { readonly rich: ItemRef; readonly linked: ItemRef; readonly page: ItemRef },
		snapshotId: number,
	) {
		this.bench = bench;
		this.rich = made.rich;
		this.linked = made.linked;
		this.page = made.page;
		this.snapshotId = snapshotId;
	}

	static async start(): Promise<RichSite> {
		const bench = await siteBench(8, "hasty");
		const rich = await makeRichItem(bench);
		const linked = await makeItem(bench, "Linked one");
		await bench.post("/rest/api/3/issueLink", { type: { name: "Blocks" }, inwardIssue: { id: rich.id }, outwardIssue: { id: linked.id } });
		const made = { rich, linked, page: await makeRichPage(bench) };
		return new RichSite(bench, made, await bench.backup());
	}

	selection(): readonly RestoreSelection[] {
		return [this.rich, this.linked, this.page].map((ref) => ({ ref, snapshotId: this.snapshotId }));
	}

	async plan(): Promise<RestorePlan> {
		return await this.bench.plan(this.selection(), inPlace);
	}

	/** Deletes what was made, and everything that restores made of it; backs up. */
	async deleteAll(refs: readonly ItemRef[] = [this.rich, this.linked, this.page]): Promise<void> {
		for (const { kind, id } of refs) {
			if (kind === workItem) await this.bench.call("DELETE", `/rest/api/3/issue/${id}`);
			else for (const purge of ["", "?purge=true"]) await this.bench.call("DELETE", `/wiki/api/v2/pages/${id}${purge}`);
		}
		expect(await this.inventory()).toEqual({});
	}

	/** How much of everything there is on the site now: what a restore must bring back to exactly what it was. */
	async inventory(): Promise<Record<string, readonly string[]>> {
		const snapshot = await this.bench.backup();
		const items = [...(await this.bench.items(workItem, snapshot)).values(), ...(await this.bench.items(page, snapshot)).values()];
		const mine = items.filter((item) => /^(Rich one|Linked one|Rich page)/.test(nameOf(item)));
		const contents = [...Map.groupBy(mine, nameOf)].map(([name, same]) => [name, same.map(contentsOf)] as const);
		return Object.fromEntries(contents);
	}

	/** Carries a plan out until it ends, as a server does that is asked again; faults are over after the first end. */
	async untilDone(restoreId: string, plan: RestorePlan): Promise<RestoreReceipt> {
		const met: string[] = [];
		for (let tries = 0; tries < 5; tries++) {
			try {
				return await this.bench.carryOut(restoreId, plan);
			} catch (error) {
				if (!isAppError(error)) throw error;
				met.push(`${error.code}: ${error.message} ${JSON.stringify(error.facts)}`);
				this.bench.simulator.faults.clear();
			}
		}
		throw new Error(`the restore never ended: ${met.join("\n")}`);
	}

	/** Interrupts a restore of everything after every `stride`th request and lets it go on, or takes it back, by turns. */
	async interrupted(how: "unavailable" | "reset" | "stopped", stride: number, first = 1): Promise<void> {
		await this.deleteAll();
		const total = await this.#requestsOfRestore();
		for (let after = first; after < total; after += stride) {
			const plan = await this.plan();
			const restoreId = randomUUID();
			const stop = how === "stopped" ? this.#stopAfter(after) : undefined;
			if (how !== "stopped") this.bench.simulator.faults.inject({ kind: how, after, times: 1_000_000 });
			const ended = await this.bench.carryOut(restoreId, plan, stop).catch((error: unknown) => error);
			this.bench.simulator.faults.clear();
			const code = isAppError(ended) ? ended.code : "ended";
			expect(["ended", how === "stopped" ? "cancelled" : "site-unreachable"], `after ${after}`).toContain(code);
			if (after % 2 === 0 || code === "ended") await this.#goOn(restoreId, plan, after);
			else await this.#takeBack(restoreId, plan, after);
		}
	}

	async #goOn(restoreId: string, plan: RestorePlan, which: number): Promise<void> {
		const receipt = await this.bench.carryOut(restoreId, plan);
		expect(
			receipt.items.map((item) => item.outcome),
			`after ${which}`,
		).toEqual(["restored", "restored", "restored"]);
		expect(await this.inventory(), `went on after ${which}`).toEqual(whole);
		await this.deleteAll(madeBy(receipt));
	}

	async #takeBack(restoreId: string, plan: RestorePlan, which: number): Promise<void> {
		const report = await this.bench.undo(restoreId, plan).catch((error: unknown) => error);
		if (isAppError(report)) expect(report.code).toBe("conflict");
		expect(await this.inventory(), `undone after ${which}`).toEqual({});
	}

	/** Carries the whole selection out once and says how many requests it took; everything is deleted again. */
	async #requestsOfRestore(): Promise<number> {
		const plan = await this.plan();
		const before = this.bench.simulator.log.total;
		const receipt = await this.bench.carryOut(randomUUID(), plan);
		const requests = this.bench.simulator.log.total - before;
		await this.deleteAll(madeBy(receipt));
		return requests;
	}

	/** A signal that aborts once the site has got so many requests more. */
	#stopAfter(requests: number): AbortSignal {
		const stop = new AbortController();
		const { log } = this.bench.simulator;
		const last = log.total + requests;
		const add = log.add.bind(log);
		log.add = (entry) => {
			add(entry);
			if (log.total < last) return;
			log.add = add;
			stop.abort();
		};
		return stop.signal;
	}
}

function madeBy(receipt: RestoreReceipt): readonly ItemRef[] {
	return receipt.items.flatMap((item) => (item.now === undefined ? [] : [item.now.ref]));
}

async function makeItem(bench: SiteBench, summary: string): Promise<ItemRef> {
	const fields = { project: { key: "CORE" }, issuetype: { name: "Task" }, summary, description: adf(`About ${summary}`) };
	return { kind: workItem, id: String((await bench.post("/rest/api/3/issue", { fields })).id) };
}

async function makeRichItem(bench: SiteBench): Promise<ItemRef> {
	const ref = await makeItem(bench, "Rich one");
	await bench.post(`/rest/api/3/issue/${ref.id}/comment`, { body: adf("First comment") });
	await bench.post(`/rest/api/3/issue/${ref.id}/comment`, { body: adf("Second comment") });
	await bench.post(`/rest/api/3/issue/${ref.id}/worklog`, { started: "2026-05-04T09:00:00.000+0000", timeSpentSeconds: 3600 });
	await upload(bench, { path: `/rest/api/3/issue/${ref.id}/attachments`, method: "POST", name: "notes.txt" });
	return ref;
}

async function makeRichPage(bench: SiteBench): Promise<ItemRef> {
	const spaceId = await bench.firstSpace();
	const body = { representation: "storage", value: "<p>Alpha beta gamma</p>" };
	const { id } = await bench.post("/wiki/api/v2/pages", { spaceId, status: "current", title: "Rich page", body });
	const pageId = String(id);
	await bench.post("/wiki/api/v2/footer-comments", { pageId, body: { representation: "storage", value: "<p>Footer words</p>" } });
	const inlineCommentProperties = { textSelection: "beta", textSelectionMatchCount: 1, textSelectionMatchIndex: 0 };
	const inline = { pageId, body: { representation: "storage", value: "<p>Inline words</p>" }, inlineCommentProperties };
	await bench.post("/wiki/api/v2/inline-comments", inline);
	await bench.post(`/wiki/rest/api/content/${pageId}/label`, [{ prefix: "global", name: "keep" }]);
	await upload(bench, { path: `/wiki/rest/api/content/${pageId}/child/attachment`, method: "PUT", name: "page.txt" });
	return { kind: page, id: pageId };
}

interface Upload {
	readonly path: string;
	readonly method: string;
	readonly name: string;
}

async function upload(bench: SiteBench, { path, method, name }: Upload): Promise<void> {
	const { email, apiToken } = bench.simulator.site;
	const form = new FormData();
	form.set("file", new Blob([`bytes of ${name}`], { type: "text/plain" }), name);
	const authorization = `Basic ${Buffer.from(`${email}:${apiToken}`).toString("base64")}`;
	const headers = { authorization, "x-atlassian-token": "no-check" };
	const response = await fetch(bench.simulator.url + path, { method, headers, body: form });
	if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

function nameOf(item: StoredItem): string {
	const main = item.parts.get("") as JsonObject;
	return String(main.title ?? (main.fields as JsonObject).summary);
}

function lengthOf(list: JsonValue | undefined): number {
	return Array.isArray(list) ? list.length : 0;
}

function contentsOf(item: StoredItem): string {
	const comments = item.parts.get("comments");
	const counts =
		item.ref.kind === page
			? {
					footer: lengthOf((comments as JsonObject | undefined)?.footer),
					inline: lengthOf((comments as JsonObject | undefined)?.inline),
					labels: lengthOf(item.parts.get("labels")),
					attachments: lengthOf(item.parts.get("attachments")),
				}
			: {
					comments: lengthOf(comments),
					worklogs: lengthOf(item.parts.get("worklogs")),
					attachments: item.files.length,
					links: lengthOf(((item.parts.get("") as JsonObject).fields as JsonObject).issuelinks),
				};
	return Object.entries(counts)
		.map(([name, count]) => `${count} ${name}`)
		.join(", ");
}
