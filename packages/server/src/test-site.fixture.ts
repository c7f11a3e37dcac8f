import type { ItemFacts } from "@skyeworx/catalog";
import type { AppError, JsonValue } from "@skyeworx/core";
import type { Connector, ItemPlan, KindDefinition, KindRestore, Observation, StoredItem } from "@skyeworx/engine";

/** A page of the test site. */
export interface TestPage {
	readonly title: string;
	readonly body: string;
	/** Id of its space; `1` when left out. */
	readonly space?: string;
	/** The restore that made it as a copy. */
	readonly mark?: string;
	readonly file?: { readonly id: string; readonly name: string; readonly mediaType: string; readonly bytes: Uint8Array };
}

const kind = "confluence.page";

const pureKind: KindDefinition = {
	id: kind,
	app: "confluence",
	names: ["page", "pages"],
	scopes: { read: ["read:page:confluence"], restore: [] },
	fidelity: [{ field: "title", label: "Title", inPlace: { level: "exact" }, recreated: { level: "degraded", why: "a test" } }],
	describe: (item, site) => describe(item, site.url),
	compare: (before, after) =>
		textOf(before, "body") === textOf(after, "body")
			? []
			: [
					{
						field: "body",
						label: "Body",
						before: { type: "text", text: textOf(before, "body") },
						after: { type: "text", text: textOf(after, "body") },
					},
				],
};

function textOf(item: StoredItem | undefined, field: string): string {
	const main = (item?.parts.get("") ?? {}) as Readonly<Record<string, JsonValue>>;
	const value = main[field];
	return typeof value === "string" ? value : "";
}

function describe(item: StoredItem, url: string): ItemFacts {
	const main = (item.parts.get("") ?? {}) as Readonly<Record<string, JsonValue>>;
	const file = main.file as { id: string; name: string; mediaType: string; size: number } | undefined;
	return {
		app: "confluence",
		title: textOf(item, "title"),
		space: spaceOf(textOf(item, "space")),
		type: "page",
		text: `${textOf(item, "title")} ${textOf(item, "body")}`,
		people: ["Mira Falk"],
		url: `${url}/wiki/pages/${item.ref.id}`,
		references: [],
		files: file === undefined ? [] : [file],
	};
}

function spaceOf(id: string) {
	return id === "" || id === "1" ? { id: "1", key: "ENG", name: "Engineering" } : { id, key: `S${id}`, name: `Space ${id}` };
}

/** A small site in memory, with the troubles that tests want. */
export class TestSite {
	readonly pages = new Map<string, TestPage>();
	/** Thrown by every call, when set. */
	trouble: AppError | undefined;
	/** Awaited after each page that a read gives. */
	afterPage: (given: number, signal: AbortSignal | undefined) => Promise<void> = async () => {};
	reads = 0;
	/** Called before each write, when set; throws to fail it. */
	beforeWrite: () => Promise<void> = async () => {};
	writes = 0;
	/** What becomes of a page that is written. */
	onWrite: (page: TestPage) => TestPage = (page) => page;

	/** An empty site without troubles. */
	reset(): void {
		this.pages.clear();
		this.trouble = undefined;
		this.afterPage = async () => {};
		this.beforeWrite = async () => {};
		this.onWrite = (page) => page;
		this.writes = 0;
	}

	connector(): Connector {
		return {
			kinds: [{ ...pureKind, restore: restoreOf(this) }],
			inspect: async () => {
				this.#check();
				return {
					cloudId: "test-cloud",
					url: "http://127.0.0.1:9",
					name: "Test site",
					timeZone: "Australia/Sydney",
					apps: ["confluence"],
					account: { id: "a1", name: "Mira Falk" },
					gaps: [],
				};
			},
			read: (request) => this.#read(request.resume.pages, request.signal),
			readLive: async (refs) => {
				this.#check();
				return refs.map((ref) => {
					const page = this.pages.get(ref.id);
					return page === undefined ? { ref, state: "absent" as const } : { ref, state: "live" as const, item: stored(ref.id, page) };
				});
			},
			openLiveFile: async (ref) => chunks(this.pages.get(ref.id)?.file?.bytes ?? new Uint8Array()),
			usage: () => ({ requests: this.reads, points: 0, byOperation: {}, limited: 0 }),
			close: async () => {},
		};
	}

	#check(): void {
		if (this.trouble !== undefined) throw this.trouble;
	}

	async *#read(resume: JsonValue | undefined, signal: AbortSignal | undefined): AsyncIterable<Observation> {
		this.#check();
		this.reads += 1;
		const ids = [...this.pages.keys()].sort();
		let given = typeof resume === "number" ? resume : 0;
		for (const id of ids.slice(given)) {
			const page = this.pages.get(id);
			if (page === undefined) continue;
			const item = stored(id, page);
			yield { type: "item", ref: item.ref, parts: item.parts, covers: ["", "file/"] };
			for (const file of item.files) yield { type: "file", ref: item.ref, part: file.part, size: file.size, open: async () => file.open() };
			given += 1;
			yield { type: "progress", kind, done: given, total: ids.length };
			yield { type: "resume-point", name: "pages", value: given };
			await this.afterPage(given, signal);
			this.#check();
		}
		yield { type: "census", kind, ids, last: true };
		yield { type: "cursor", name: "pages", value: "done" };
	}
}

/** Brings a page back as it was, under its own id: the site is kind enough to allow it. A copy gets an id of its own, and a mark. */
function restoreOf(site: TestSite): KindRestore {
	const write = async (id: string, page: TestPage | undefined) => {
		await site.beforeWrite();
		site.writes += 1;
		if (page === undefined) site.pages.delete(id);
		else site.pages.set(id, site.onWrite(page));
		return id;
	};
	return {
		goesIntoSpaces: true,
		plan: async (wanted, live, options) =>
			wanted.map((item, index): ItemPlan => {
				const now = options.target.type === "copy" ? undefined : live[index];
				const current = now?.state === "live" ? now.item : undefined;
				const same = current !== undefined && textOf(current, "body") === textOf(item, "body");
				return {
					ref: item.ref,
					label: textOf(item, "title"),
					action: current === undefined ? "create" : same ? "leave" : "change",
					changes: pureKind.compare(current, item),
					losses: [],
					after: [],
					liveDigest: current === undefined ? "absent" : textOf(current, "body"),
					details: null,
					requests: 1,
				};
			}),
		async apply(context, plan, wanted) {
			const { target } = context.options;
			const isCopy = target.type === "copy";
			const id = isCopy ? `${plan.ref.id}-copy-${context.restoreId}` : plan.ref.id;
			const space = isCopy && target.spaceId !== undefined ? { space: target.spaceId } : {};
			const page = { title: textOf(wanted, "title"), body: textOf(wanted, "body"), ...space, ...(isCopy && { mark: context.restoreId }) };
			await context.step("write", {
				run: async () => await write(id, page),
				find: async () => (site.pages.get(id)?.body === page.body ? id : undefined),
			});
			const ref = { kind, id };
			if (plan.action === "create") context.created({ ref, part: "" });
			return { mapped: { ref }, url: `http://127.0.0.1:9/wiki/pages/${id}`, problems: [] };
		},
		async undoCreated(made, { restoreId }) {
			const page = site.pages.get(made.ref.id);
			if (page?.space !== undefined && page.mark !== restoreId) return "kept";
			await write(made.ref.id, undefined);
			return "undone";
		},
		receipt: (wanted, now) => [
			{ field: "body", label: "Body", result: textOf(wanted, "body") === textOf(now, "body") ? "exact" : "failed" },
		],
	};
}

function stored(id: string, page: TestPage): StoredItem {
	const { file } = page;
	const main: JsonValue = {
		id,
		title: page.title,
		body: page.body,
		...(page.space !== undefined && { space: page.space }),
		...(file !== undefined && { file: { id: file.id, name: file.name, mediaType: file.mediaType, size: file.bytes.length } }),
	};
	return {
		ref: { kind, id },
		parts: new Map([["", main]]),
		files: file === undefined ? [] : [{ part: `file/${file.id}`, size: file.bytes.length, open: () => chunks(file.bytes) }],
	};
}

async function* chunks(bytes: Uint8Array): AsyncIterable<Uint8Array> {
	yield bytes;
}
