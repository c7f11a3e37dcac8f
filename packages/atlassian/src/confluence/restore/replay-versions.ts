import type { JsonValue } from "@skyeworx/core";
import { numberAt, textAt } from "../../record/json-access.ts";
import { withoutMarkers } from "../../storage-format/storage-format.ts";
import { minute } from "../content/compare-content.ts";
import { nameOf } from "../content/parts.ts";
import { authorNames } from "./author-names.ts";
import { bodyOrigin, currentRecord, type Deed } from "./deed.ts";
import { spaceNow } from "./placement.ts";
import { pagesTitled } from "./places.ts";
import { rewriteBody } from "./rewrite-body.ts";
import { createPage, putPage, wantedBody } from "./write-page.ts";

/** An older version as it is written again. */
interface Replayed {
	readonly number: number;
	readonly title: string;
	readonly body: string;
	readonly message: string;
}

/** Atlassian keeps no more of a version's message. */
const longestMessage = 255;

/** Says who wrote the version first, when, and what they said of it: Atlassian would name only the connection's account and today. */
export function originMessage(
	{ context }: Pick<Deed, "context">,
	people: ReadonlyMap<string, string>,
	part: JsonValue,
	number: number,
): string {
	const who = nameOf(people, textAt(part, "authorId"));
	const said = textAt(part, "message") ?? "";
	const mark = `(restore ${context.restoreId})`;
	const origin = `Version ${number}, by ${who}, ${minute(textAt(part, "createdAt"))}`;
	const room = longestMessage - origin.length - mark.length - 3;
	return said === "" || room < 8 ? `${origin} ${mark}` : `${origin}: ${said.slice(0, room)} ${mark}`;
}

function olderVersions(deed: Deed, people: ReadonlyMap<string, string>): readonly Replayed[] {
	return [...deed.wanted.parts]
		.filter(([name]) => name.startsWith("versions/"))
		.flatMap(([, part]): Replayed[] => {
			const number = numberAt(part, "number");
			const body = textAt(part, "page", "body", "storage", "value");
			// One whose body is not held can't be written.
			if (number === undefined || body === undefined) return [];
			const text = rewriteBody(withoutMarkers(body), deed.context, deed.site.siteUrl, bodyOrigin(deed));
			return [
				{
					number,
					title: textAt(part, "page", "title") ?? deed.details.title,
					body: text,
					message: originMessage(deed, people, part, number),
				},
			];
		})
		.sort((a, b) => a.number - b.number);
}

/** An old title may be another page's today: then that version has the title that the page has in the end. */
async function titlesFree(deed: Deed, versions: readonly Replayed[]): Promise<ReadonlyMap<string, string>> {
	const { title } = deed.details;
	const titles = new Map([[title, title]]);
	const spaceId = spaceNow(deed.context, deed.details);
	for (const { title: old } of versions) {
		if (titles.has(old)) continue;
		const taken = await pagesTitled(deed.site.client, deed.flavour, { spaceId, title: old, signal: deed.context.signal });
		titles.set(old, taken.length === 0 ? old : title);
	}
	return titles;
}

async function writeVersion(deed: Deed, id: string, step: string, version: Omit<Replayed, "number">): Promise<void> {
	await deed.context.step(step, {
		run: async () => {
			const { record } = await currentRecord(deed, id);
			await putPage(deed, id, { ...version, version: record.version.number + 1 });
			return { version: record.version.number + 1 };
		},
		find: async () => {
			const { record } = await currentRecord(deed, id);
			return record.version.message === version.message ? { version: record.version.number } : undefined;
		},
	});
}

/** Creates the page anew; where that is asked for, with its older versions, oldest first, and then as it was last. */
export async function createWithHistory(deed: Deed): Promise<string> {
	const last = { title: deed.details.title, body: wantedBody(deed, () => false) };
	const parts = [...deed.wanted.parts].filter(([name]) => name.startsWith("versions/")).map(([, part]) => part);
	const replays = deed.context.options.replayVersions === true && parts.length > 0;
	const people = replays ? await authorNames(deed, parts) : deed.content.people;
	const older = replays ? olderVersions(deed, people) : [];
	const [first, ...middle] = older;
	if (first === undefined) return await createPage(deed, last);
	const titles = await titlesFree(deed, older);
	const titled = (version: Replayed): Omit<Replayed, "number"> => ({ ...version, title: titles.get(version.title) ?? last.title });
	// A page is created without a message: its first version is written over at once, so that it says where it is from.
	const id = await createPage(deed, { title: titled(first).title, body: first.body });
	// What Atlassian answered then is overwritten by what follows.
	delete deed.made.main;
	for (const version of [first, ...middle]) await writeVersion(deed, id, `version ${version.number}`, titled(version));
	await writeVersion(deed, id, "last version", { ...last, message: lastMessage(deed, people) });
	return id;
}

/** The same of the version that was the last. */
export function lastMessage(deed: Pick<Deed, "context" | "content">, people: ReadonlyMap<string, string>): string {
	const { version } = deed.content.main;
	return originMessage(
		deed,
		people,
		{ authorId: version.authorId ?? null, createdAt: version.createdAt ?? null, message: version.message ?? null },
		version.number,
	);
}
