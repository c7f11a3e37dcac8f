import { isoTime } from "../site/clock.ts";
import type { Site } from "../site/site.ts";
import { rootOf } from "./deeds/write-comment.ts";
import type { Attachment, Comment, Content } from "./entities.ts";

/** A title as Confluence writes it into addresses. */
const slug = (title: string): string => encodeURIComponent(title).replaceAll("%20", "+");

const keyOf = (site: Site, content: Content): string => site.confluence.spaces.get(content.spaceId)?.key ?? "";

/** The path below `/wiki` where a person sees an object. */
export function webui(site: Site, content: Content): string {
	const space = keyOf(site, content);
	if (content.status === "draft") return `/pages/resumedraft.action?draftId=${content.id}`;
	if (content.type === "page") return `/spaces/${space}/pages/${content.id}/${slug(content.title)}`;
	if (content.type !== "blogpost") return `/spaces/${space}/${content.type}/${content.id}`;
	const [year, month, day] = isoTime(content.createdAt).slice(0, 10).split("-");
	return `/spaces/${space}/blog/${year}/${month}/${day}/${content.id}/${slug(content.title)}`;
}

/** The links of a page or blog post. */
export function contentLinks(site: Site, content: Content): Record<string, string> {
	const kind = content.type === "blogpost" ? "blog" : "pages";
	const editui = `/spaces/${keyOf(site, content)}/${kind}/edit-v2/${content.id}${content.status === "draft" ? `?draftId=${content.id}` : ""}`;
	return { editui, webui: webui(site, content), tinyui: `/x/${Buffer.from(content.id).toString("base64url")}` };
}

/** The path where a person sees a comment. */
export function commentWebui(site: Site, comment: Comment): string {
	const attachment = site.confluence.attachments.get(comment.containerId);
	const content = site.confluence.contents.get(attachment?.containerId ?? comment.containerId);
	const page = content === undefined ? "" : webui(site, content);
	const focus = comment.kind === "inline" ? `focusedCommentId=${rootOf(site, comment).id}` : `focusedCommentId=${comment.id}`;
	return `${page}?${focus}`;
}

/** The path below `/wiki` of an attachment's bytes. */
export function downloadPath(attachment: Attachment, version: { readonly number: number; readonly createdAt: number }): string {
	const name = encodeURIComponent(attachment.title);
	return `/download/attachments/${attachment.containerId}/${name}?version=${version.number}&modificationDate=${version.createdAt}&cacheVersion=1&api=v2`;
}
