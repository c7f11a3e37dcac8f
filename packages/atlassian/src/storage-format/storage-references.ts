import { decodeEntities } from "./entities.ts";
import { attributeOf, type StorageAttribute, type StorageToken, scanStorage } from "./scan-storage.ts";

/** Where in the source a value stands that names something else. */
export interface Place {
	readonly start: number;
	readonly end: number;
	readonly within: "attribute" | "text";
}

/** Something a storage-format body names, and the places to change when that thing gets another name. */
export type StorageReference =
	| {
			readonly type: "page";
			readonly title: string | undefined;
			readonly spaceKey: string | undefined;
			readonly contentId: string | undefined;
			/** Blog posts are named with their day. */
			readonly postingDay: string | undefined;
			readonly titlePlace: Place | undefined;
			readonly spacePlace: Place | undefined;
			readonly idPlace: Place | undefined;
	  }
	| { readonly type: "space"; readonly key: string; readonly place: Place }
	| { readonly type: "attachment"; readonly fileName: string; readonly place: Place }
	| { readonly type: "user"; readonly accountId: string; readonly place: Place }
	| { readonly type: "url"; readonly url: string; readonly place: Place }
	/** A key in a parameter of the Jira macro. */
	| { readonly type: "jira-key"; readonly key: string; readonly place: Place };

type OpenTag = Extract<StorageToken, { type: "open" }>;

function place(attribute: StorageAttribute | undefined): Place | undefined {
	return attribute === undefined ? undefined : { start: attribute.start, end: attribute.end, within: "attribute" };
}

function decoded(attribute: StorageAttribute | undefined): string | undefined {
	return attribute === undefined ? undefined : decodeEntities(attribute.raw);
}

function pageReference(tag: OpenTag): StorageReference {
	const title = attributeOf(tag, "ri:content-title");
	const space = attributeOf(tag, "ri:space-key");
	const id = attributeOf(tag, "ri:content-id");
	return {
		type: "page",
		title: decoded(title),
		spaceKey: decoded(space),
		contentId: decoded(id),
		postingDay: decoded(attributeOf(tag, "ri:posting-day")),
		titlePlace: place(title),
		spacePlace: place(space),
		idPlace: place(id),
	};
}

function single(tag: OpenTag, name: string, make: (value: string, place: Place) => StorageReference): StorageReference | undefined {
	const attribute = attributeOf(tag, name);
	const where = place(attribute);
	return attribute === undefined || where === undefined ? undefined : make(decodeEntities(attribute.raw), where);
}

/** What a single tag refers to. */
function tagReference(tag: OpenTag): StorageReference | undefined {
	switch (tag.name) {
		case "ri:page":
		case "ri:blog-post":
		case "ri:content-entity":
			return pageReference(tag);
		case "ri:space":
			return single(tag, "ri:space-key", (key, where) => ({ type: "space", key, place: where }));
		case "ri:attachment":
			return single(tag, "ri:filename", (fileName, where) => ({ type: "attachment", fileName, place: where }));
		case "ri:user":
			return single(tag, "ri:account-id", (accountId, where) => ({ type: "user", accountId, place: where }));
		case "ri:url":
			return single(tag, "ri:value", (url, where) => ({ type: "url", url, place: where }));
		case "a":
			return single(tag, "href", (url, where) => ({ type: "url", url, place: where }));
		default:
			return undefined;
	}
}

/** Follows the nesting of macros, to know the macro that a parameter belongs to. */
class MacroNesting {
	private readonly macros: string[] = [];
	private parameter: string | undefined;

	open(tag: OpenTag): void {
		if (tag.empty) return;
		if (tag.name === "ac:structured-macro") this.macros.push(decoded(attributeOf(tag, "ac:name")) ?? "");
		if (tag.name === "ac:parameter") this.parameter = decoded(attributeOf(tag, "ac:name")) ?? "";
	}

	close(name: string): void {
		if (name === "ac:structured-macro") this.macros.pop();
		if (name === "ac:parameter") this.parameter = undefined;
	}

	/** Whether text met now is a Jira key that a Jira macro shows. */
	get inJiraKey(): boolean {
		return this.parameter === "key" && this.inJira;
	}

	/** Whether text met now is a query that a Jira macro runs. */
	get inJiraQuery(): boolean {
		return (this.parameter === "jqlQuery" || this.parameter === "jql") && this.inJira;
	}

	private get inJira(): boolean {
		return (this.macros.at(-1) ?? "").startsWith("jira");
	}
}

/** The keys of work items that a query names; keys need no entities, so they stand in the source as they are. */
function* keysInQuery(source: string, start: number, end: number): Generator<StorageReference> {
	for (const match of source.slice(start, end).matchAll(/(?<![\w-])[A-Z][A-Z0-9_]+-\d+(?![\w-])/g)) {
		const [key] = match;
		const at = start + match.index;
		yield { type: "jira-key", key, place: { start: at, end: at + key.length, within: "text" } };
	}
}

/** Finds everything that a body names, in order. Code, comments and other CDATA are not looked into. */
export function* storageReferences(source: string): Generator<StorageReference> {
	const nesting = new MacroNesting();
	for (const token of scanStorage(source)) {
		if (token.type === "open") {
			nesting.open(token);
			const reference = tagReference(token);
			if (reference !== undefined) yield reference;
		} else if (token.type === "close") {
			nesting.close(token.name);
		} else if (token.type === "text" && nesting.inJiraKey) {
			const key = decodeEntities(source.slice(token.start, token.end)).trim();
			if (/^[A-Z][A-Z0-9_]+-\d+$/.test(key)) yield { type: "jira-key", key, place: { start: token.start, end: token.end, within: "text" } };
		} else if (token.type === "text" && nesting.inJiraQuery) {
			yield* keysInQuery(source, token.start, token.end);
		}
	}
}
