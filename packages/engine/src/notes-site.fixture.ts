import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCatalog } from "@skyeworx/catalog";
import { AppError, type Clock, type ItemRef, type JsonObject, type JsonValue, quietLog, systemRandom } from "@skyeworx/core";
import { createVault, memoryStore, openVault, type Vault } from "@skyeworx/vault";
import { onTestFinished } from "vitest";
import type { Connector, FieldDifference, KindDefinition, LiveItem } from "./connector/connector.ts";
import type { ApplyContext, ItemPlan, KindRestore, RestoreOptions } from "./connector/kind-restore.ts";
import type { BackupRequest, Observation } from "./connector/observation.ts";
import type { StoredFile, StoredItem } from "./connector/stored-item.ts";

/** A note on the imaginary site. */
export interface Note {
	readonly title: string;
	readonly comments: readonly string[];
	readonly file?: Uint8Array;
	/** Restore that made it. */
	readonly mark?: string;
	readonly changedAt: number;
}

/** A site of notes in memory, with everything that can go wrong at hand: the smallest real implementation of the port. */
export class NotesSite {
	readonly notes = new Map<string, Note>();
	/** Notes that the enumeration forgets although they exist. */
	readonly hiddenFromCensus = new Set<string>();
	/** Called before every request; throws to fail it. */
	onRequest: (what: string) => void = () => {};
	/** Called after a write took effect; throws to lose its answer. */
	afterWrite: (what: string) => void = () => {};
	/** What becomes of a file that is uploaded. */
	onUpload: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes;
	requests = 0;
	#next = 1;
	#time = 1;

	write(title: string, more: Partial<Omit<Note, "title" | "changedAt">> = {}, id = String(this.#next++)): string {
		this.#time += 1;
		this.notes.set(id, { comments: [], ...this.notes.get(id), title, ...more, changedAt: this.#time });
		return id;
	}

	request(what: string): void {
		this.requests += 1;
		this.onRequest(what);
	}

	/** The whole site, for "nothing else changed". */
	state(): string {
		return JSON.stringify([...this.notes].map(([id, { mark: _mark, changedAt: _at, file, ...note }]) => [id, note, file?.length]));
	}
}

const kindId = "notes.note";

/** Names a note. */
export function noteRef(id: string): ItemRef {
	return { kind: kindId, id };
}

function stored(id: string, note: Note): StoredItem {
	const { title, comments, file } = note;
	const record: JsonValue = { id, title, file: file === undefined ? null : file.length };
	return {
		ref: noteRef(id),
		parts: new Map<string, JsonValue>([
			["", record],
			["comments", comments],
		]),
		files: file === undefined ? [] : [{ part: "file/1", size: file.length, open: () => once(file) }],
	};
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
	yield bytes;
}

function titleOf(item: StoredItem | undefined): string {
	return String((item?.parts.get("") as JsonObject | undefined)?.title ?? "");
}

function commentsOf(item: StoredItem | undefined): readonly string[] {
	return (item?.parts.get("comments") ?? []) as readonly string[];
}

function compare(before: StoredItem | undefined, after: StoredItem | undefined): FieldDifference[] {
	const text = (value: string) => ({ type: "text" as const, text: value });
	const differences: FieldDifference[] = [];
	if (titleOf(before) !== titleOf(after)) {
		differences.push({ field: "title", label: "Title", before: text(titleOf(before)), after: text(titleOf(after)) });
	}
	if (commentsOf(before).join() !== commentsOf(after).join()) {
		differences.push({
			field: "comments",
			label: "Comments",
			before: text(commentsOf(before).join()),
			after: text(commentsOf(after).join()),
		});
	}
	return differences;
}

function digest(live: LiveItem): string {
	return live.state === "absent" ? "absent" : JSON.stringify([...live.item.parts]);
}

function planOne(wanted: StoredItem, live: LiveItem, options: RestoreOptions): ItemPlan {
	const present = live.state === "live" ? live.item : undefined;
	const isCopy = options.target.type === "copy";
	const changes = compare(isCopy ? undefined : present, wanted);
	const action = present === undefined || isCopy ? "create" : changes.length === 0 ? "leave" : "change";
	return {
		ref: wanted.ref,
		label: titleOf(wanted),
		action,
		changes,
		losses: [],
		after: [],
		liveDigest: digest(live),
		details: { id: live.ref.id },
		requests: 2,
	};
}

async function apply(site: NotesSite, context: ApplyContext, plan: ItemPlan, wanted: StoredItem) {
	const mark = `${context.restoreId}/${wanted.ref.id}`;
	let id = String((plan.details as JsonObject).id);
	if (plan.action === "create") {
		id = await context.step("create", {
			run: async () => {
				site.request("create");
				const made = site.write(titleOf(wanted), { mark });
				site.afterWrite("create");
				return made;
			},
			find: async () => [...site.notes].find(([, note]) => note.mark === mark)?.[0],
		});
		context.created({ ref: noteRef(id), part: "" });
	} else {
		await context.step("title", {
			run: async () => {
				site.request("title");
				return site.write(titleOf(wanted), {}, id);
			},
		});
	}
	await context.step("comments", {
		run: async () => {
			site.request("comments");
			return site.write(titleOf(wanted), { comments: commentsOf(wanted) }, id);
		},
	});
	const [file] = wanted.files;
	if (file !== undefined) await uploadFile(site, context, { file, id, title: titleOf(wanted) });
	const files = file === undefined ? {} : { files: { "1": { id: "1" } } };
	return { mapped: { ref: noteRef(id), key: `NOTE-${id}`, ...files }, url: `http://notes.example.com/${id}`, problems: [] };
}

async function collected(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
	const all: Uint8Array[] = [];
	for await (const chunk of chunks) all.push(chunk);
	return Buffer.concat(all);
}

async function uploadFile(
	site: NotesSite,
	context: ApplyContext,
	{ file, id, title }: { readonly file: StoredFile; readonly id: string; readonly title: string },
): Promise<void> {
	await context.step("file", {
		run: async () => {
			site.request("upload");
			const bytes = await collected(file.open());
			return site.write(title, { file: site.onUpload(bytes) }, id);
		},
	});
}

function restoreOf(site: NotesSite): KindRestore {
	return {
		goesIntoSpaces: true,
		plan: async (wanted, live, options) =>
			wanted.map((item, index) => planOne(item, live[index] ?? { ref: item.ref, state: "absent" }, options)),
		apply: async (context, plan, wanted) => await apply(site, context, plan, wanted),
		async undoCreated(made, { restoreId }) {
			site.request("undo");
			const note = site.notes.get(made.ref.id);
			if (note !== undefined && note.mark?.startsWith(restoreId) !== true) return "kept";
			site.notes.delete(made.ref.id);
			return "undone";
		},
		receipt: (wanted, now) => [
			...["title", "comments"].map((field) => ({
				field,
				label: field,
				result: compare(wanted, now).some((difference) => difference.field === field) ? ("failed" as const) : ("exact" as const),
			})),
			...wanted.files.map(({ part }) => ({ field: part, label: part, result: "exact" as const })),
		],
	};
}

/** The kind of notes, bound to a site. */
function noteKind(site: NotesSite): KindDefinition {
	return {
		id: kindId,
		app: "confluence",
		names: ["note", "notes"],
		scopes: { read: [], restore: [] },
		fidelity: [],
		describe: (item) => ({
			app: "confluence",
			key: `NOTE-${item.ref.id}`,
			title: titleOf(item),
			text: commentsOf(item).join(" "),
			people: [],
			references: [],
			files: [],
		}),
		compare,
		restore: restoreOf(site),
	};
}

async function* read(site: NotesSite, request: BackupRequest): AsyncIterable<Observation> {
	const since = Number(request.cursors.notes ?? 0);
	const after = Number(request.resume.notes ?? 0);
	let newest = since;
	const changed = [...site.notes].filter(([, note]) => note.changedAt > Math.max(since, after));
	for (const [id, note] of changed.toSorted((a, b) => a[1].changedAt - b[1].changedAt)) {
		site.request("read");
		const item = stored(id, note);
		yield { type: "item", ref: item.ref, parts: item.parts, covers: ["", "comments"], updatedAt: note.changedAt };
		for (const file of item.files) {
			if ((await request.known(item.ref, file.part)) !== undefined) continue;
			yield {
				type: "file",
				ref: item.ref,
				part: file.part,
				size: file.size,
				open: async () => {
					site.request("file");
					return file.open();
				},
			};
		}
		newest = Math.max(newest, note.changedAt);
		yield { type: "resume-point", name: "notes", value: note.changedAt };
	}
	const ids = [...site.notes.keys()].filter((id) => !site.hiddenFromCensus.has(id));
	yield { type: "census", kind: kindId, ids, last: true };
	yield { type: "cursor", name: "notes", value: newest };
}

/** The connector of a {@link NotesSite}. */
export function notesConnector(site: NotesSite): Connector {
	return {
		kinds: [noteKind(site)],
		inspect: async () => {
			throw new AppError("internal", "not asked for in these tests");
		},
		read: (request) => read(site, request),
		async readLive(refs) {
			site.request("live");
			return refs.map((ref): LiveItem => {
				const note = site.notes.get(ref.id);
				return note === undefined ? { ref, state: "absent" } : { ref, state: "live", item: stored(ref.id, note) };
			});
		},
		openLiveFile: async (ref) => once(site.notes.get(ref.id)?.file ?? new Uint8Array()),
		usage: () => ({ requests: site.requests, points: site.requests, byOperation: {}, limited: 0 }),
		close: async () => {},
	};
}

/** A clock that stands still until it is moved. */
function fixedClock(start = "2026-11-22T00:00:00Z"): Clock & { advance(milliseconds: number): void } {
	let now = Date.parse(start);
	return {
		now: () => new Date(now),
		monotonic: () => now,
		sleep: async (milliseconds) => {
			now += milliseconds;
		},
		advance: (milliseconds) => {
			now += milliseconds;
		},
	};
}

/** A site, its vault in memory and its catalog, ready to back up. */
export async function notesBench() {
	const site = new NotesSite();
	const clock = fixedClock();
	const store = memoryStore();
	const unlock = { type: "key-file", key: systemRandom.bytes(32) } as const;
	const ports = { store, clock, random: systemRandom, log: quietLog };
	const vault: Vault = await createVault({ ...ports, slots: [unlock] });
	/** The same vault without anything in memory. */
	const reopen = () => openVault({ ...ports, unlock });
	const folder = mkdtempSync(join(tmpdir(), "skyeworx-engine-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const catalog = openCatalog({ path: join(folder, "catalog.db"), key: vault.deriveKey("catalog") });
	return { site, clock, store, vault, reopen, catalog, connector: notesConnector(site), log: quietLog, random: systemRandom };
}
