import { canonicalJson, type ItemRef, isJsonObject, itemRefText, type JsonValue } from "@skyeworx/core";
import type { RestoreReceipt, StoredItem } from "@skyeworx/engine";
import fc from "fast-check";
import { at, listAt } from "../../packages/atlassian/src/record/json-access.ts";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { restorable } from "./damage.ts";
import type { Names } from "./item-facts.ts";
import { differencesAfterRestore } from "./same-item.ts";
import { type Choice, choices, chosenItems, fieldAgainstWanted, membersOf } from "./sequence-restores.ts";
import { contentDeeds, type Deed, pick, workItemDeeds } from "./site-deeds.ts";
import { treeDeeds, treeKinds } from "./tree-deeds.ts";

const deeds: Readonly<Record<string, Deed>> = { ...workItemDeeds, ...contentDeeds, ...treeDeeds };
/** Every kind whose newest snapshot must be the live site. */
const watched = [...restorable, ...Object.values(treeKinds), "confluence.template", "confluence.space"];
/** Of so many each is read at every sweep; of more their places are looked at once a day. */
const fewObjects = 20;

/** One step of a sequence; numbers pick among what is there. */
export type Step =
	| { readonly do: "deed"; readonly name: string; readonly by: number }
	| { readonly do: "backup" }
	| { readonly do: "restore"; readonly snapshot: number; readonly choice: Choice };

/** Sequences of deeds, backups and restores. */
export function sequences(most: number): fc.Arbitrary<readonly Step[]> {
	const by = fc.nat({ max: 9999 });
	const deed = fc.record({ do: fc.constant("deed" as const), name: fc.constantFrom(...Object.keys(deeds)), by });
	const backup = fc.constant({ do: "backup" as const });
	const restore = fc.record({
		do: fc.constant("restore" as const),
		snapshot: by,
		choice: choices(by),
	});
	return fc.array(fc.oneof({ weight: 8, arbitrary: deed }, { weight: 2, arbitrary: backup }, { weight: 1, arbitrary: restore }), {
		minLength: 4,
		maxLength: most,
	});
}

/** Runs a sequence on a small site of its own. @returns what is not as it should be, requests and answers against Atlassian's documents included */
export async function runSequence(steps: readonly Step[]): Promise<readonly string[]> {
	const bench = await siteBench(10, "own");
	try {
		return [...(await new SequenceRun(bench).run(steps)), ...bench.violations()];
	} finally {
		await bench.close();
	}
}

type Items = Map<string, StoredItem>;

const kindOf = { page: "confluence.page", blogpost: "confluence.blog-post", custom: "confluence.custom-content", ...treeKinds } as const;

/** Runs a sequence and holds the site, the vault and the catalog against each other after each backup and restore. */
export class SequenceRun {
	private readonly bench: SiteBench;
	private readonly snapshots: number[] = [];
	/** Kinds whose items are held against the site part by part. */
	private readonly live: ReadonlySet<string>;
	/** Every incarnation of an item to what it is called now. */
	private readonly latest = new Map<string, string>();
	private readonly keys = new Map<string, string>();
	private readonly seen = new Map<string, ItemRef>();
	private tags = 0;

	/** @param thorough reads items of every kind from the site after each backup, not only those that restores bring back */
	constructor(bench: SiteBench, { thorough = false }: { readonly thorough?: boolean } = {}) {
		this.bench = bench;
		this.live = new Set(thorough ? watched : restorable);
	}

	/** @returns what is not as it should be */
	async run(steps: readonly Step[]): Promise<readonly string[]> {
		const wrong = await this.backup();
		for (const step of steps) {
			if (wrong.length > 0) return wrong;
			if (step.do === "deed") await this.deed(step.name, step.by);
			else if (step.do === "backup") wrong.push(...(await this.backup()));
			else wrong.push(...(await this.restore(step)));
		}
		return wrong.length > 0 ? wrong : [...(await this.backup()), ...(await this.restore({ snapshot: 0, choice: { what: "everything" } }))];
	}

	private async deed(name: string, by: number): Promise<void> {
		this.tags += 1;
		try {
			await deeds[name]?.(this.bench, by, `t${this.tags}x`);
		} catch (error) {
			// People, too, are refused now and then: a status that allows no edit, a title that is taken.
			if (!/: (400|403|404|409) /.test(String(error))) throw error;
		}
	}

	private async items(snapshotId: number, kinds: readonly string[] = restorable): Promise<Items> {
		const items: Items = new Map();
		for (const kind of kinds)
			for (const item of (await this.bench.items(kind, snapshotId)).values()) items.set(itemRefText(item.ref), item);
		return items;
	}

	private names(): Names {
		return {
			id: (kind, id) => this.latest.get(`${kind}/${id}`) ?? id,
			key: (key) => this.keys.get(key) ?? key,
		};
	}

	/** Backs up; the newest snapshot must be the live site, and the catalog must know what lives. */
	async backup(): Promise<string[]> {
		const id = await this.bench.backup();
		this.snapshots.push(id);
		return await this.againstSite(await this.items(id, watched));
	}

	private async againstSite(items: Items): Promise<string[]> {
		for (const [text, item] of items) this.seen.set(text, item.ref);
		const { jira, confluence } = this.bench.simulator.state;
		const living = new Set([
			...[...jira.issues.keys()].map((id) => `jira.work-item/${id}`),
			...[...confluence.contents.values()].flatMap((one) => (one.status === "current" ? [`${kindOf[one.type]}/${one.id}`] : [])),
			...[...confluence.templates.keys()].map((id) => `confluence.template/${id}`),
			...[...confluence.spaces.values()].flatMap((one) => (one.status === "trashed" ? [] : [`confluence.space/${one.id}`])),
		]);
		const wrong = [...living].filter((text) => !items.has(text)).map((text) => `${text} is not in the newest snapshot`);
		wrong.push(
			...[...items.keys()].filter((text) => !living.has(text)).map((text) => `${text} is in the newest snapshot and not on the site`),
		);
		for (const [text, ref] of this.seen) {
			const state = this.bench.catalog.item(ref)?.state ?? "unknown";
			if (state !== (living.has(text) ? "live" : "deleted")) wrong.push(`${text} is ${state} in the catalog`);
		}
		return [...wrong, ...(await this.againstLive(items))];
	}

	private async againstLive(items: Items): Promise<string[]> {
		const wrong: string[] = [];
		const objects = [...items.values()].filter(({ ref }) => Object.values<string>(treeKinds).includes(ref.kind));
		const placed = ([name, part]: readonly [string, JsonValue]): readonly [string, JsonValue] => {
			if (!isJsonObject(part)) return [name, part];
			// What a space was called when the page was last read; its own record has the name of today.
			if (name === "context") return [name, { ...part, space: at(part, "space", "key") ?? null }];
			const isObject = name === "" && objects.length > fewObjects && Object.keys(treeKinds).includes(String(at(part, "type")));
			return isObject ? [name, { ...part, parentId: null, parentType: null, position: null }] : [name, part];
		};
		const refs = [...items.values()].map((item) => item.ref).filter(({ kind }) => this.live.has(kind));
		for (const live of await this.bench.connector.readLive(refs)) {
			const held = items.get(itemRefText(live.ref));
			if (live.state !== "live" || held === undefined) wrong.push(`${itemRefText(live.ref)} is ${live.state} on the site`);
			else {
				// Old versions, media ids and what the search says are learnt by a backup alone.
				const parts = (item: StoredItem) =>
					[...item.parts].filter(([name]) => !["media", "listing"].includes(name) && !/^(file-)?versions\//.test(name)).map(placed);
				const now = new Map(parts(live.item));
				const then = new Map(parts(held));
				const history = now.get("history");
				if (Array.isArray(history)) now.set("history", withoutUnseenLinks(history, then.get("history")));
				for (const name of new Set([...now.keys(), ...then.keys()])) {
					const [a, b] = [canonicalJson(then.get(name) ?? null), canonicalJson(now.get(name) ?? null)];
					if (a !== b) wrong.push(`${itemRefText(live.ref)} ${name}: kept ${around(a, b)}, live ${around(b, a)}`);
				}
				const files = new Set(held.files.map((file) => file.part));
				for (const file of live.item.files) if (!files.has(file.part)) wrong.push(`${itemRefText(live.ref)} lacks ${file.part}`);
			}
		}
		return wrong;
	}

	private async restore({ snapshot, choice }: Omit<Extract<Step, { do: "restore" }>, "do">): Promise<string[]> {
		const snapshotId = pick(this.snapshots, snapshot);
		if (snapshotId === undefined) return [];
		const wanted = await this.items(snapshotId, watched);
		const chosen = chosenItems(wanted, choice, restorable);
		if (chosen.length === 0) return [];
		const selection = [...new Map(chosen.map((ref) => [itemRefText(ref), { ref, snapshotId }])).values()];
		const untouched = this.outside(
			selection.map(({ ref }) => ref),
			choice,
		);
		const before = untouched();
		const fields = choice.what === "field" ? { fields: [choice.field] } : {};
		const receipt = await this.bench.restore(selection, { target: { type: "in-place" }, ifExists: "overwrite", ...fields });
		this.learn(receipt);
		const wrong = differing(before, untouched()).map((place) => `the restore changed ${place}, which nobody selected`);
		wrong.push(...(await this.backup()));
		const newest = await this.items(this.snapshots.at(-1) ?? 0, watched);
		for (const item of receipt.items) wrong.push(...(await this.against(item, choice, { wanted, newest })));
		return wrong;
	}

	private async against(
		item: RestoreReceipt["items"][number],
		choice: Choice,
		{ wanted, newest }: { readonly wanted: Items; readonly newest: Items },
	): Promise<readonly string[]> {
		const { kind, id } = item.ref;
		if (choice.what === "field") {
			const now = newest.get(`${kind}/${this.names().id(kind, id)}`);
			return fieldAgainstWanted(item, choice.field, { wanted: wanted.get(itemRefText(item.ref)), now });
		}
		if ((restorable as readonly string[]).includes(kind)) {
			return await this.againstWanted(item, wanted, newest, choice.what === "everything");
		}
		// What stands in trees beside pages can't be moved or renamed; its receipt says so.
		return item.fields
			.filter(({ result }) => result === "failed")
			.map((field) => `${itemRefText(item.ref)} ${field.field}: ${field.reason}`);
	}

	private learn(receipt: RestoreReceipt): void {
		for (const item of receipt.items) {
			if (item.now === undefined || item.now.ref.id === item.ref.id) continue;
			const old = itemRefText(item.ref);
			const before = this.latest.get(old) ?? item.ref.id;
			for (const [text, id] of this.latest)
				if (text.startsWith(`${item.ref.kind}/`) && id === before) this.latest.set(text, item.now.ref.id);
			this.latest.set(old, item.now.ref.id);
			this.latest.set(`${item.ref.kind}/${before}`, item.now.ref.id);
			for (const [text, id] of this.latest) {
				const key = this.bench.catalog.item({ kind: item.ref.kind, id: text.split("/")[1] ?? "" })?.key;
				if (id === item.now.ref.id && key !== undefined && item.now.key !== undefined) this.keys.set(key, item.now.key);
			}
		}
	}

	private async againstWanted(
		item: RestoreReceipt["items"][number],
		wanted: Items,
		newest: Items,
		everything: boolean,
	): Promise<readonly string[]> {
		const text = itemRefText(item.ref);
		const was = wanted.get(text);
		// A child alone can't come back without its parent, and a page in the trash not beside its namesake: the plan says so.
		if (item.outcome === "failed") return everything && !/title now/.test(item.reason ?? "") ? [`${text} failed: ${item.reason}`] : [];
		const names = this.names();
		const is = newest.get(`${item.ref.kind}/${names.id(item.ref.kind, item.ref.id)}`);
		if (was === undefined || is === undefined) return [`${text} is not there after the restore`];
		const failed = item.fields.filter(
			(field) => field.result === "failed" && (everything || !/^(links\/|fields\.parent|fields\.customfield_10014)/.test(field.field)),
		);
		const table = this.bench.connector.kinds.find((kind) => kind.id === item.ref.kind)?.fidelity ?? [];
		const way = was.ref.id === is.ref.id ? "inPlace" : "recreated";
		const lines = await differencesAfterRestore(was, is, { table, way, names });
		const told = lines.filter(
			(line) => everything || !/ (links|parentId|parentType|fields\.parent|fields\.customfield_10014|position)/.test(line),
		);
		return [...told, ...failed.map((field) => `${text} ${field.field}: ${field.reason}`)];
	}

	/** What the site holds besides a selection and what is new, as it is each time it is called. */
	private outside(selected: readonly ItemRef[], choice: Choice): () => ReadonlyMap<string, string> {
		const names = this.names();
		const ids = new Set(selected.flatMap((ref) => [itemRefText(ref), `${ref.kind}/${names.id(ref.kind, ref.id)}`]));
		const { jira, confluence } = this.bench.simulator.state;
		const issues = [...jira.issues.keys()].filter((id) => !ids.has(`jira.work-item/${id}`));
		const pages = [...confluence.contents.values()].filter((one) => !ids.has(`${kindOf[one.type]}/${one.id}`));
		const spaces = [...confluence.spaces.values()].filter((one) => !ids.has(`confluence.space/${one.id}`));
		const partly = [...confluence.contents.values()].filter((one) => choice.what === "field" && ids.has(`${kindOf[one.type]}/${one.id}`));
		const touched = choice.what === "field" ? ["position", ...membersOf[choice.field]] : [];
		return () =>
			new Map([
				// Links and children are told on both ends; the other end is another item.
				...issues.map((id) => [`work item ${id}`, plain(jira.issues.get(id), ["linkIds", "childIds", "histories", "updated"])] as const),
				...pages.map((one) => [`${one.type} ${one.id}`, plain(confluence.contents.get(one.id), ["position"])] as const),
				...pages.flatMap((one) => confluence.commentsOf(one.id).map((comment) => [`comment ${comment.id}`, plain(comment, [])] as const)),
				...pages.flatMap((one) =>
					confluence.attachmentsOf(one.id).map((file) => [`attachment ${file.id}`, plain(file, ["bytes", "content"])] as const),
				),
				...spaces.map((space) => [`space ${space.id}`, plain(space, [])] as const),
				...[...confluence.templates.values()].map((one) => [`template ${one.id}`, plain(one, [])] as const),
				...partly.map((one) => [`the rest of ${one.type} ${one.id}`, plain(confluence.contents.get(one.id), touched)] as const),
			]);
	}
}

/**
 * A link that came and went between two backups (its other end was deleted) leaves an entry in the history and nothing else: the
 * item's time of change stays, so the entry is read with the item's next change.
 */
function withoutUnseenLinks(now: readonly JsonValue[], then: JsonValue | undefined): readonly JsonValue[] {
	const held = new Set((Array.isArray(then) ? then : []).map((entry) => canonicalJson(entry)));
	const linksOnly = (entry: JsonValue) => {
		const items = listAt(entry, "items");
		return items.length > 0 && items.every((item) => at(item, "field") === "Link");
	};
	return now.filter((entry) => held.has(canonicalJson(entry)) || !linksOnly(entry));
}

function differing(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
	return [...before].flatMap(([place, value]) => {
		const now = after.get(place) ?? "nothing";
		return now === value ? [] : [`${place} (${around(value, now)} became ${around(now, value)})`];
	});
}

function plain(value: unknown, without: readonly string[]): string {
	return JSON.stringify(value, (name, member: unknown) => {
		if (without.includes(name)) return undefined;
		if (member instanceof Map || member instanceof Set) return [...member];
		return member;
	});
}

/** A text where it begins to differ from another. */
function around(text: string, other: string): string {
	let at = 0;
	while (at < text.length && text[at] === other[at]) at += 1;
	return `…${text.slice(Math.max(0, at - 60), at + 80)}…`;
}
