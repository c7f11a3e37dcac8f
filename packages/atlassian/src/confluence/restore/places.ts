import type { JsonValue } from "@skyeworx/core";
import type { HttpClient } from "../../http/http-client.ts";
import { cursorPages } from "../../http/paging.ts";
import { type ContentFlavour, pageFlavour } from "../content/flavour.ts";
import { readContent } from "../content/records.ts";
import { readMains, spacesById } from "../live/read-live.ts";
import { listLimit, type SpaceFacts } from "../read/reading.ts";
import { kindOfParent, treeFlavourOf } from "../tree-object/tree-flavour.ts";
import { isLivingTreeObject } from "../tree-object/tree-object-record.ts";
import type { Standing } from "./placement.ts";

/** Deepest chain of trashed parents that is followed up to a living one. */
const deepest = 12;

/** What is there now, as far as restored pages need it: their spaces, their parents, titles that are taken. */
export class Places {
	private readonly client: HttpClient;
	private spaces: ReadonlyMap<string, SpaceFacts> = new Map();
	private readonly pages = new Map<string, JsonValue | undefined>();
	/** Folders, whiteboards and the like that live. */
	private readonly others = new Set<string>();

	private constructor(client: HttpClient) {
		this.client = client;
	}

	/** Reads everything that these places refer to in as few calls as there are levels of lost parents. */
	static async survey(client: HttpClient, wanted: readonly Standing[], spaceIds: readonly string[]): Promise<Places> {
		const places = new Places(client);
		places.spaces = await spacesById(client, [...new Set([...wanted.map(({ spaceId }) => spaceId), ...spaceIds])]);
		const parents = wanted.flatMap(({ parentId, parentType }) => (parentId == null ? [] : [{ id: parentId, type: parentType ?? "page" }]));
		const others = new Map(parents.filter(({ type }) => type !== "page").map(({ id, type }) => [id, type]));
		for (const [id, type] of others) await places.readOther(id, type);
		let ids = parents.filter(({ type }) => type === "page").map(({ id }) => id);
		for (let level = 0; level < deepest && ids.length > 0; level++) ids = await places.readLevel(ids);
		return places;
	}

	private async readLevel(ids: readonly string[]): Promise<string[]> {
		const unknown = [...new Set(ids)].filter((id) => !this.pages.has(id));
		const found = await readMains(this.client, pageFlavour, unknown);
		for (const id of unknown) this.pages.set(id, found.get(id));
		return [...found.values()]
			.map(readContent)
			.flatMap((page) => (page.status === "trashed" && page.parentId != null ? [page.parentId] : []));
	}

	private async readOther(id: string, type: string): Promise<void> {
		const tree = treeFlavourOf({ kind: kindOfParent(type) });
		if (tree !== undefined && (await isLivingTreeObject(this.client, tree, id))) this.others.add(id);
	}

	space(id: string): SpaceFacts | undefined {
		return this.spaces.get(id);
	}

	isLiving(parentId: string): boolean {
		const page = this.pages.get(parentId);
		return this.others.has(parentId) || (page !== undefined && readContent(page).status !== "trashed");
	}

	/** The nearest living page above a lost one, as far as the trash tells; undefined when the trail ends. */
	livingAbove(parentId: string): string | undefined {
		let id: string | null | undefined = parentId;
		for (let level = 0; level < deepest && id != null; level++) {
			if (this.isLiving(id)) return id;
			const page = this.pages.get(id);
			id = page === undefined ? undefined : readContent(page).parentId;
		}
		return undefined;
	}
}

/** Pages of a space that have this title now. Strongly consistent, unlike the search. */
export async function pagesTitled(
	client: HttpClient,
	flavour: ContentFlavour,
	wanted: { readonly spaceId: string; readonly title: string; readonly signal?: AbortSignal },
): Promise<readonly JsonValue[]> {
	const found: JsonValue[] = [];
	const call = {
		method: "GET",
		path: flavour.inSpace,
		parameters: { id: wanted.spaceId },
		query: { title: wanted.title, status: flavour.liveStatuses, limit: listLimit, "body-format": "storage" },
		signal: wanted.signal,
	} as const;
	for await (const page of cursorPages(client, call)) found.push(...page.items);
	return found.filter((item) => readContent(item).title === wanted.title);
}

/** A title that nothing in the space has: the wanted one, or the wanted one with a suffix. */
export async function freeTitle(
	client: HttpClient,
	flavour: ContentFlavour,
	wanted: { readonly spaceId: string; readonly title: string; readonly suffix?: string; readonly exceptId?: string | undefined },
): Promise<string> {
	for (let attempt = 0; ; attempt++) {
		const suffix = wanted.suffix ?? (attempt === 0 ? "" : "restored");
		const number = wanted.suffix === undefined ? attempt : attempt + 1;
		const title = suffix === "" ? wanted.title : `${wanted.title} (${suffix}${number > 1 ? ` ${number}` : ""})`;
		// Blog posts may share a title; only the day and the title together name one.
		if (flavour.kind === "confluence.blog-post") return title;
		const taken = await pagesTitled(client, flavour, { spaceId: wanted.spaceId, title });
		if (taken.every((item) => readContent(item).id === wanted.exceptId)) return title;
	}
}
