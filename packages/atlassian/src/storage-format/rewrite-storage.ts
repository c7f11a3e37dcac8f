import { encodeAttribute, encodeText } from "./entities.ts";
import { type Place, type StorageReference, storageReferences } from "./storage-references.ts";

/** What things are called now; undefined leaves a reference as it is. */
export interface StorageMapping {
	readonly contentId?: (id: string) => string | undefined;
	/** A page or blog post named by its title; the space key is that of the reference, undefined for the own space. */
	readonly page?: (title: string, spaceKey: string | undefined) => { readonly title: string; readonly spaceKey?: string } | undefined;
	readonly spaceKey?: (key: string) => string | undefined;
	readonly fileName?: (name: string) => string | undefined;
	readonly accountId?: (id: string) => string | undefined;
	readonly url?: (url: string) => string | undefined;
	readonly jiraKey?: (key: string) => string | undefined;
}

/** A change of the source between two positions. */
export interface Edit {
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

/** Makes non-overlapping changes; every other character stays. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
	if (edits.length === 0) return source;
	const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
	let result = "";
	let at = 0;
	for (const edit of ordered) {
		result += source.slice(at, edit.start) + edit.text;
		at = edit.end;
	}
	return result + source.slice(at);
}

function* replace(place: Place | undefined, before: string | undefined, after: string | undefined): Generator<Edit> {
	if (place === undefined || after === undefined || after === before) return;
	yield { start: place.start, end: place.end, text: place.within === "attribute" ? encodeAttribute(after) : encodeText(after) };
}

function* pageEdits(reference: Extract<StorageReference, { type: "page" }>, mapping: StorageMapping): Generator<Edit> {
	const { title, spaceKey, contentId } = reference;
	if (contentId !== undefined) yield* replace(reference.idPlace, contentId, mapping.contentId?.(contentId));
	const page = title === undefined ? undefined : mapping.page?.(title, spaceKey);
	yield* replace(reference.titlePlace, title, page?.title);
	const space = page?.spaceKey ?? (spaceKey === undefined ? undefined : mapping.spaceKey?.(spaceKey));
	if (reference.spacePlace !== undefined) {
		yield* replace(reference.spacePlace, spaceKey, space);
	} else if (page?.spaceKey !== undefined && reference.titlePlace !== undefined) {
		// The value's closing quote stands right after the place.
		const after = reference.titlePlace.end + 1;
		yield { start: after, end: after, text: ` ri:space-key="${encodeAttribute(page.spaceKey)}"` };
	}
}

function* editsOf(reference: StorageReference, mapping: StorageMapping): Generator<Edit> {
	switch (reference.type) {
		case "page":
			yield* pageEdits(reference, mapping);
			break;
		case "space":
			yield* replace(reference.place, reference.key, mapping.spaceKey?.(reference.key));
			break;
		case "attachment":
			yield* replace(reference.place, reference.fileName, mapping.fileName?.(reference.fileName));
			break;
		case "user":
			yield* replace(reference.place, reference.accountId, mapping.accountId?.(reference.accountId));
			break;
		case "url":
			yield* replace(reference.place, reference.url, mapping.url?.(reference.url));
			break;
		case "jira-key":
			yield* replace(reference.place, reference.key, mapping.jiraKey?.(reference.key));
			break;
	}
}

/** Renames what a body refers to and keeps every other byte as it is; a mapping that renames nothing gives the body back. */
export function rewriteStorage(source: string, mapping: StorageMapping): string {
	const edits: Edit[] = [];
	for (const reference of storageReferences(source)) edits.push(...editsOf(reference, mapping));
	return applyEdits(source, edits);
}
