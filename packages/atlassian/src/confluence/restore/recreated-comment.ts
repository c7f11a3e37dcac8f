import { encodeText } from "../../storage-format/storage-format.ts";
import { minute } from "../content/compare-content.ts";
import { type Content, nameOf } from "../content/parts.ts";
import type { CommentRecord } from "../content/records.ts";

/** Who wrote it and when, as the first line of a comment that is created again. */
function originally(people: Content["people"], comment: CommentRecord): string {
	const who = encodeText(nameOf(people, comment.version.authorId));
	return `<p><em>Originally by ${who}, ${minute(comment.version.createdAt)}</em></p>`;
}

/** The body of a comment that is created again: Atlassian would name only the connection's account. */
export function recreatedBody(content: Pick<Content, "people">, comment: CommentRecord, body: string, quoted?: string): string {
	const quote = quoted === undefined ? "" : `<blockquote><p>${encodeText(quoted)}</p></blockquote>`;
	return `${originally(content.people, comment)}${quote}${body}`;
}
