import { isAppError, type JsonValue } from "@skyeworx/core";
import { z } from "zod";
import type { HttpClient } from "../../http/http-client.ts";
import { readAhead } from "../../read-ahead.ts";
import { textAt } from "../../record/json-access.ts";
import { readUsers } from "../read-users.ts";
import { findIds, idsPerPage, spacesConditions } from "./find-changes.ts";
import { listedPeople } from "./listed-people.ts";

/** A list of people that a work item has, by the name of the part that keeps it. */
export type PeopleList = "watchers" | "votes";

interface Reading {
	readonly client: HttpClient;
	/** Jira project ids. */
	readonly spaces: readonly string[];
	readonly signal: AbortSignal | undefined;
	/** Most work items with such a list; with more of them one by one, over several runs, is the better way. */
	readonly most: number;
}

/** The JQL field that counts a list's people, and the one that names them. */
const jqlFields = { watchers: { count: "watchers", person: "watcher" }, votes: { count: "votes", person: "voter" } } as const;
/** Searches in flight. */
const searchesAhead = 4;
/** People that searches refuse before the way is given up; deleted accounts are refused one by one. */
const mostRefusals = 10;

/**
 * Who watches and who voted, read the other way round: for every person the items, 5,000 a request, instead of one request for
 * every item. The search index may be behind, and may leave people out: only a list as long as the item itself says is answered.
 */
export class ListsByPerson {
	private readonly people: readonly JsonValue[];
	private readonly lists: ReadonlyMap<PeopleList, Pairs>;

	constructor(people: readonly JsonValue[], lists: ReadonlyMap<PeopleList, Pairs>) {
		this.people = people;
		this.lists = lists;
	}

	/** The list of an item that has `count` people on it, as {@link listedPeople} gives it; undefined when it has to be asked for. */
	of(list: PeopleList, id: string, count: number): readonly JsonValue[] | undefined {
		const found = this.lists.get(list)?.of(Number(id));
		return found?.length === count ? found.flatMap((index) => this.people[index] ?? []) : undefined;
	}
}

/** Reads such lists by person where that takes fewer requests; undefined where it does not, or the search does not tell. */
export async function listsByPerson(reading: Reading): Promise<ListsByPerson | undefined> {
	try {
		const people = listedPeople(await readUsers(reading.client, reading.signal));
		const lists = new Map<PeopleList, Pairs>();
		for (const list of ["watchers", "votes"] as const) {
			const pairs = (await isWorthwhile(reading, list, people.length)) ? await readPairs(reading, list, people) : undefined;
			if (pairs !== undefined) lists.set(list, pairs);
		}
		return lists.size === 0 ? undefined : new ListsByPerson(people, lists);
	} catch (error) {
		if (isRefusal(error)) return undefined;
		throw error;
	}
}

function isRefusal(error: unknown): boolean {
	return isAppError(error, "site-refused") || isAppError(error, "scope-missing");
}

const counted = z.object({ count: z.number() });

async function isWorthwhile({ client, spaces, signal, most }: Reading, list: PeopleList, people: number): Promise<boolean> {
	let count = 0;
	for (const condition of spacesConditions(spaces)) {
		const body = { jql: `${condition} AND ${jqlFields[list].count} > 0` };
		const call = { method: "POST", path: "/rest/api/3/search/approximate-count", body, idempotent: true, signal } as const;
		count += (await client.read(call, counted)).count;
	}
	return count <= most && people + count / idsPerPage < count;
}

async function readPairs(reading: Reading, list: PeopleList, people: readonly JsonValue[]): Promise<Pairs | undefined> {
	const codes: number[] = [];
	let refused = 0;
	const tasks = people.map((person, index) => async (): Promise<readonly number[] | undefined> => {
		const condition = ` AND ${jqlFields[list].person} = ${JSON.stringify(textAt(person, "accountId") ?? "")}`;
		const found: number[] = [];
		try {
			for await (const id of findIds(reading, condition)) found.push(codeOf(id, index));
			return found;
		} catch (error) {
			if (isRefusal(error)) return undefined;
			throw error;
		}
	});
	for await (const found of readAhead(tasks, searchesAhead)) {
		if (found !== undefined) for (const code of found) codes.push(code);
		else if (++refused > mostRefusals) return undefined;
	}
	return new Pairs(codes);
}

/** Ids of work items stay far below 2^33, so a pair fits in a double. */
const peoplePerId = 2 ** 20;
const codeOf = (id: number, person: number): number => id * peoplePerId + person;

/** Pairs of an item's id and a person's index, 8 bytes each, sorted. */
class Pairs {
	private readonly codes: Float64Array;

	constructor(codes: Iterable<number>) {
		this.codes = Float64Array.from(codes).sort();
	}

	/** The people of an item, ascending. */
	of(id: number): readonly number[] {
		const found: number[] = [];
		for (let at = this.firstFrom(codeOf(id, 0)); at < this.codes.length; at += 1) {
			const code = this.codes[at] ?? 0;
			if (code >= codeOf(id + 1, 0)) break;
			const person = code % peoplePerId;
			if (person !== found.at(-1)) found.push(person);
		}
		return found;
	}

	private firstFrom(bound: number): number {
		let [low, high] = [0, this.codes.length];
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((this.codes[middle] ?? Number.POSITIVE_INFINITY) < bound) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}
