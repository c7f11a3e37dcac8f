import type { ApplyContext } from "@skyeworx/engine";
import { rewriteStorage } from "../../storage-format/storage-format.ts";
import { contentIdInUrl } from "../content/describe-content.ts";
import { flavours } from "../content/flavour.ts";

type References = Pick<ApplyContext, "mapped" | "mappedKey">;

/** The id that a page, blog post or folder has now; undefined when it kept it. */
function mappedId(references: References, id: string): string | undefined {
	for (const { kind } of flavours) {
		const now = references.mapped({ kind, id });
		if (now !== undefined && now.ref.id !== id) return now.ref.id;
	}
	return undefined;
}

function mappedUrl(references: References, siteUrl: string, url: string): string | undefined {
	if (!url.startsWith(`${siteUrl}/`) && !url.startsWith("/")) return undefined;
	const id = contentIdInUrl(url);
	const now = id === undefined ? undefined : mappedId(references, id);
	if (id !== undefined && now !== undefined) return url.replace(new RegExp(`(pages/(?:edit-v2/)?|pageId=)${id}(?!\\d)`), `$1${now}`);
	const key = /\/browse\/([A-Z][A-Z0-9_]+-\d+)/.exec(url)?.[1];
	const mappedKey = key === undefined ? undefined : references.mappedKey(key);
	return key === undefined || mappedKey === undefined ? undefined : url.replace(key, mappedKey);
}

/** A body in which everything that got a new name in a restore is called by it; every other byte stays. */
export function rewriteBody(body: string, references: References, siteUrl: string): string {
	return rewriteStorage(body, {
		contentId: (id) => mappedId(references, id),
		jiraKey: (key) => references.mappedKey(key),
		url: (url) => mappedUrl(references, siteUrl, url),
	});
}
