import type { ApplyContext } from "@skyeworx/engine";
import { rewriteStorage, type StorageMapping } from "../../storage-format/storage-format.ts";
import { contentIdInUrl } from "../content/describe-content.ts";
import { flavours } from "../content/flavour.ts";
import type { Content } from "../content/parts.ts";
import { spaceName } from "../space/restore/space-deed.ts";
import { treeFlavours } from "../tree-object/tree-flavour.ts";
import { titleName } from "./page-name.ts";

type References = Pick<ApplyContext, "mapped" | "mappedKey">;

/** Whose body it is: what it names without saying a space is of its own. */
export interface Origin {
	readonly spaceId: string;
	/** Undefined where the backup does not know it. */
	readonly spaceKey: string | undefined;
	/** The key of the space that the body is in after the restore, when that is another one. */
	readonly spaceKeyNow?: string | undefined;
	/** On another site: what did not come along is not there under its old name. */
	readonly elsewhere?: boolean;
}

/** Where a page's body comes from. */
export function originOf({ main, space }: Pick<Content, "main" | "space">, spaceKeyNow?: string): Origin {
	const moves = spaceKeyNow !== undefined && spaceKeyNow !== space?.key;
	return { spaceId: main.spaceId, spaceKey: space?.key, ...(moves ? { spaceKeyNow } : {}) };
}

const kinds = [...flavours, ...treeFlavours].map(({ kind }) => kind);

/** The id that a page, blog post, folder or the like has now; undefined when it kept it. */
function mappedId(references: References, id: string): string | undefined {
	for (const kind of kinds) {
		const now = references.mapped({ kind, id });
		if (now !== undefined && now.ref.id !== id) return now.ref.id;
	}
	return undefined;
}

/** An address of this site with the ids and keys that stand in it changed. */
function mappedUrl(references: References, siteUrl: string, url: string): string | undefined {
	if (!url.startsWith(`${siteUrl}/`) && !url.startsWith("/")) return undefined;
	const id = contentIdInUrl(url);
	const now = id === undefined ? undefined : mappedId(references, id);
	if (id !== undefined && now !== undefined) {
		const renamed = url.replace(new RegExp(`(pages/(?:edit-v2/)?|pageId=)${id}(?!\\d)`), `$1${now}`);
		return renamed.replace(/(\/wiki\/spaces\/)([^/?#]+)/, (all, path: string, key: string) => {
			const mapped = references.mappedKey(spaceName(decodeURIComponent(key)));
			return mapped === undefined ? all : `${path}${encodeURIComponent(mapped)}`;
		});
	}
	const key = /\/browse\/([A-Z][A-Z0-9_]+-\d+)/.exec(url)?.[1];
	const mappedKey = key === undefined ? undefined : references.mappedKey(key);
	return key === undefined || mappedKey === undefined ? undefined : url.replace(key, mappedKey);
}

/** A page named by its title: what it is called now, and by which space where that has to be said. */
function mappedPage(references: References, origin: Origin): NonNullable<StorageMapping["page"]> {
	return (title, spaceKey) => {
		if (spaceKey !== undefined && spaceKey !== origin.spaceKey) return undefined;
		const now = references.mappedKey(titleName(origin.spaceId, title));
		const { spaceKeyNow } = origin;
		// A page that goes into another space without what it names has to say from then on where that is.
		if (now === undefined && origin.elsewhere === true) return undefined;
		if (now === undefined)
			return spaceKeyNow === undefined || origin.spaceKey === undefined ? undefined : { title, spaceKey: origin.spaceKey };
		if (spaceKey === undefined) return { title: now };
		return spaceKeyNow === undefined ? { title: now } : { title: now, spaceKey: spaceKeyNow };
	};
}

/** A body in which everything that got a new name in a restore is called by it; every other byte stays. */
export function rewriteBody(body: string, references: References, siteUrl: string, origin: Origin): string {
	return rewriteStorage(body, {
		contentId: (id) => mappedId(references, id),
		page: mappedPage(references, origin),
		spaceKey: (key) => references.mappedKey(spaceName(key)),
		jiraKey: (key) => references.mappedKey(key),
		url: (url) => mappedUrl(references, siteUrl, url),
	});
}
