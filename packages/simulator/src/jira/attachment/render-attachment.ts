import { jiraTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import type { Attachment } from "../model/issue.ts";
import { renderUser } from "../people/render-user.ts";

/** Writes an attachment's metadata; the operation `GET /attachment/{id}` gives its id as a number. */
export function renderAttachment(site: Site, base: string, attachment: Attachment): Record<string, unknown> {
	const json: Record<string, unknown> = {
		self: `${base}/rest/api/3/attachment/${attachment.id}`,
		id: String(attachment.id),
		filename: attachment.filename,
		author: renderUser(site, base, attachment.author),
		created: jiraTime(attachment.created),
		size: attachment.size,
		mimeType: attachment.mimeType,
		content: `${base}/rest/api/3/attachment/content/${attachment.id}`,
	};
	if (attachment.mimeType.startsWith("image/")) json.thumbnail = `${base}/rest/api/3/attachment/thumbnail/${attachment.id}`;
	return json;
}
