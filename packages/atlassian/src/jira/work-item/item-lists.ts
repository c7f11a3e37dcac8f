import { isAppError, type JsonValue } from "@skyeworx/core";
import type { HttpClient } from "../../http/http-client.ts";
import { listAt, textAt } from "../../record/json-access.ts";
import { stable } from "../../record/stable-record.ts";
import type { SiteFields } from "../site-fields.ts";
import { type BulkProperties, readProperties } from "./bulk-properties.ts";
import { readForms } from "./form/read-forms.ts";
import { listedPeople } from "./listed-people.ts";
import type { ListsByPerson, PeopleList } from "./lists-by-person.ts";
import { byId, type WorkItemRecord } from "./record.ts";
import { mayBeRequest, readRequest, requestCost, requestParts } from "./request/read-request.ts";

/** What Atlassian lists for one work item at a time, by the name of the part that keeps it; `request` has several parts. */
export type ListName = "watchers" | "votes" | "remote-links" | "properties" | "forms" | "request";

/** Names of all such parts. */
const partNames: readonly string[] = ["watchers", "votes", "remote-links", "properties", "forms", ...requestParts];

/** What was read of an item's lists. */
export interface ItemLists {
	/** Lists that hold something. */
	readonly parts: ReadonlyMap<string, JsonValue>;
	/** Parts that are known as they are, empty ones too. */
	readonly known: readonly string[];
	/** What the account may not see. */
	readonly refused: ReadonlySet<ListName>;
}

const remoteLinkChange = /^remote ?(issue|work ?item)? ?link$/i;

/** Whether a history tells of a link to something outside of Jira: made, changed or taken away. */
export function tellsOfRemoteLinks(history: readonly JsonValue[]): boolean {
	return history.some((entry) => listAt(entry, "items").some((item) => remoteLinkChange.test(textAt(item, "field") ?? "")));
}

/**
 * The lists that have to be asked for, one request each: those that the bulk read's counts and the item's history say are not
 * empty. Jira writes a line of history for every link to the outside, so an item without one has none.
 */
export function listsToAsk(item: WorkItemRecord, mayHaveRemoteLinks: boolean, known: KnownLists): readonly ListName[] {
	return [
		...peopleLists.filter((list) => item.counts[list] > 0 && known.byPerson?.of(list, item.id, item.counts[list]) === undefined),
		...(mayHaveRemoteLinks ? (["remote-links"] as const) : []),
		...(known.bulk.withheld ? (["properties"] as const) : []),
		...(item.counts.forms > 0 ? (["forms"] as const) : []),
		...(mayBeRequest(item, known.fields) ? (["request"] as const) : []),
	];
}

/** Requests that reading some lists of an item takes. */
export function costOfLists(item: WorkItemRecord, asked: readonly ListName[], { fields }: KnownLists): number {
	return asked.length + (asked.includes("request") ? requestCost(item, fields) - 1 : 0) + (asked.includes("forms") ? item.counts.forms : 0);
}

const peopleLists: readonly PeopleList[] = ["watchers", "votes"];

/** What is known of lists without asking for each. */
export interface KnownLists {
	readonly fields: SiteFields;
	readonly bulk: BulkProperties;
	readonly byPerson?: ListsByPerson | undefined;
}

interface Asking extends KnownLists {
	readonly client: HttpClient;
	readonly signal: AbortSignal | undefined;
}

/** Reads the lists asked for; the others are known to be empty, were read by person, or came with the bulk read. */
export async function readLists(asking: Asking, item: WorkItemRecord, asked: readonly ListName[]): Promise<ItemLists> {
	const parts = new Map<string, JsonValue>();
	const refused = new Set<ListName>();
	if (item.properties !== undefined) parts.set("properties", stable(item.properties));
	for (const list of peopleLists) {
		const people = item.counts[list] > 0 && !asked.includes(list) ? asking.byPerson?.of(list, item.id, item.counts[list]) : undefined;
		if (people !== undefined) parts.set(list, people);
	}
	await Promise.all(
		asked.map(async (name) => {
			if (name === "request") {
				const read = await readRequest(asking, item);
				if (read === undefined) refused.add(name);
				for (const [part, value] of read ?? []) parts.set(part, value);
				return;
			}
			if (name === "forms") {
				const forms = await readForms(asking, item.id);
				if (forms === undefined) refused.add(name);
				else if (forms.length > 0) parts.set(name, forms);
				return;
			}
			const answer = await readList(asking, item.id, name);
			if (answer === undefined) refused.add(name);
			else if (answer.list !== undefined) parts.set(name, answer.list);
		}),
	);
	const isRefused = (part: string) => refused.has(isOfRequest(part) ? "request" : (part as ListName));
	const isKnown = (part: string) => {
		if (part === "forms") return asking.fields.ofForms.total.length > 0;
		return part !== "properties" || asked.includes(part) || asking.bulk.given || parts.has(part);
	};
	return { parts: inOrder(parts), known: partNames.filter((part) => !isRefused(part) && isKnown(part)), refused };
}

const isOfRequest = (part: string): boolean => requestParts.some((name) => name === part);

/** Parts in a fixed order, however the answers came. */
function inOrder(parts: ReadonlyMap<string, JsonValue>): ReadonlyMap<string, JsonValue> {
	return new Map(
		partNames.flatMap((name) => {
			const part = parts.get(name);
			return part === undefined ? [] : [[name, part] as const];
		}),
	);
}

/** What the bulk read alone says, when there is no budget for more. */
export function listsOfBulk(item: WorkItemRecord, bulk: BulkProperties): ItemLists {
	const { properties } = item;
	const refused: ReadonlySet<ListName> = new Set();
	if (properties !== undefined) return { parts: new Map([["properties", stable(properties)]]), known: ["properties"], refused };
	return { parts: new Map(), known: bulk.given ? ["properties"] : [], refused };
}

/** @returns the list, if it holds something; undefined when the account may not see it */
async function readList(
	{ client, signal }: Asking,
	id: string,
	name: Exclude<ListName, "request" | "forms">,
): Promise<{ readonly list: JsonValue | undefined } | undefined> {
	if (name === "properties") {
		const found = await readProperties(client, id, signal);
		return { list: found === undefined ? undefined : stable(found) };
	}
	const path = name === "remote-links" ? "remotelink" : name;
	const call = {
		method: "GET",
		path: `/rest/api/3/issue/{issueIdOrKey}/${path}`,
		parameters: { issueIdOrKey: id },
		accept: [404],
		signal,
	} as const;
	try {
		// Gone since the bulk read, or watching and voting are switched off on this site.
		const { status, json } = await client.call(call);
		if (status === 404) return { list: undefined };
		const list = name === "remote-links" ? byId(listAt(json)) : listedPeople(listAt(json, name === "votes" ? "voters" : "watchers"));
		return { list: list.length === 0 ? undefined : list };
	} catch (error) {
		if (isAppError(error, "site-refused") || isAppError(error, "scope-missing")) return undefined;
		throw error;
	}
}

/** How many requests a run spends on lists of single items; what is left over, later runs read. */
export class ListBudget {
	private left: number;
	/** Above this id lists are still to be read; undefined when none is. */
	unlisted: number | undefined;
	/** Work items of service desks whose customer's side the account may not see. */
	refusedRequests = 0;
	/** Work items whose forms the account may not see. */
	refusedForms = 0;

	constructor(most: number, unlisted: number | undefined) {
		this.left = most;
		this.unlisted = unlisted;
	}

	/** Whether the lists of a page may be read; if not, its items are put down for later. */
	admit(requests: number, ids: readonly string[]): boolean {
		if (requests === 0) return true;
		if (this.left > 0) {
			this.left -= requests;
			return true;
		}
		this.unlisted = Math.min(this.unlisted ?? Number.POSITIVE_INFINITY, Number(ids[0] ?? 0) - 1);
		return false;
	}

	/** How many items' lists can be read yet, at one to two requests an item. */
	get room(): number {
		return Math.max(0, Math.floor(this.left / 2));
	}
}
