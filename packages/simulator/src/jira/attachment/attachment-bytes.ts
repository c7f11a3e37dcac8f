import { fileContent } from "../../seed/file-content.ts";
import type { Attachment } from "../model/issue.ts";

/** Gives a file's bytes; seeded ones are made when asked. */
export function attachmentBytes(attachment: Attachment): Uint8Array {
	const { content } = attachment;
	return content instanceof Uint8Array ? content : fileContent(content.kind, content.seed, attachment.size);
}
