import { atlassianDocuments } from "@skyeworx/testkit";
import { describe, expect, it } from "vitest";
import {
	rewriteStorage,
	type StorageMapping,
	storageReferences,
	storageText,
	withoutMarkers,
} from "../../packages/atlassian/src/storage-format/storage-format.ts";
import { recordedPages } from "./recorded-documents.ts";

const folder = atlassianDocuments("fixtures", process.env);
const pages = folder === undefined ? [] : recordedPages(folder);

/** Turns every name around, so that doing it twice gives the first one back. */
const turned = (text: string): string => [...text].reverse().join("");

const everything: StorageMapping = {
	contentId: turned,
	page: (title, spaceKey) => ({ title: turned(title), ...(spaceKey === undefined ? {} : { spaceKey: turned(spaceKey) }) }),
	spaceKey: turned,
	fileName: turned,
	accountId: turned,
	url: turned,
	jiraKey: (key) => key.replace(/\d+$/, turned),
};

/** A body with the values of its references cut out: what no rewriting may touch. */
function aroundReferences(source: string): string {
	const places = [...storageReferences(source)].flatMap((reference) =>
		reference.type === "page"
			? [reference.titlePlace, reference.spacePlace, reference.idPlace].filter((place) => place !== undefined)
			: [reference.place],
	);
	let rest = "";
	let at = 0;
	for (const { start, end } of [...places].sort((a, b) => a.start - b.start)) {
		rest += `${source.slice(at, start)}…`;
		at = end;
	}
	return rest + source.slice(at);
}

const names = (source: string): readonly string[] =>
	[...storageReferences(source)].map((reference) => {
		if (reference.type === "page") return JSON.stringify([reference.title, reference.spaceKey, reference.contentId]);
		if (reference.type === "attachment") return reference.fileName;
		if (reference.type === "user") return reference.accountId;
		return reference.type === "url" ? reference.url : reference.key;
	});

describe.skipIf(folder === undefined)("storage format that other people's tools wrote", () => {
	it("is there in numbers, with references in it", () => {
		expect(pages.length).toBeGreaterThan(30);
		expect(pages.flatMap(({ storage }) => names(storage)).length).toBeGreaterThan(20);
	});

	it.each(pages)("$name keeps every byte when nothing has another name", ({ storage }) => {
		expect(rewriteStorage(storage, {})).toBe(storage);
		expect(rewriteStorage(storage, { contentId: () => undefined, page: () => undefined, url: () => undefined })).toBe(storage);
		if (!storage.includes("inline-comment-marker")) expect(withoutMarkers(storage)).toBe(storage);
	});

	it.each(pages)("$name changes its references and nothing else", ({ storage }) => {
		const renamed = rewriteStorage(storage, everything);
		expect(aroundReferences(renamed)).toBe(aroundReferences(storage));
		expect(names(rewriteStorage(renamed, everything))).toEqual(names(storage));
		if (![...storageReferences(storage)].some(({ type }) => type === "jira-key")) expect(storageText(renamed)).toBe(storageText(storage));
	});
});
