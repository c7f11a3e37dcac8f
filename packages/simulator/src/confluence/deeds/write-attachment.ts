import type { Site } from "../../site/site.ts";
import type { Attachment, AttachmentVersion, FileBytes } from "../entities.ts";
import { nextId } from "../ids.ts";

/** A file that is added to a page or blog post. */
export interface NewFile {
	readonly containerId: string;
	readonly fileName: string;
	readonly mediaType: string;
	readonly bytes: FileBytes;
	readonly fileSize: number;
	readonly comment: string;
	readonly minorEdit: boolean;
	readonly authorId: string;
	readonly createdAt?: number;
}

function version(site: Site, file: NewFile, number: number): AttachmentVersion {
	return {
		number,
		createdAt: file.createdAt ?? site.clock.now(),
		authorId: file.authorId,
		message: file.comment,
		minorEdit: file.minorEdit,
		mediaType: file.mediaType,
		fileId: site.random.uuid(),
		fileSize: file.fileSize,
		bytes: file.bytes,
	};
}

/** The attachment with this name on a page or blog post, if it is not in the trash. */
export const attachmentNamed = (site: Site, containerId: string, fileName: string): Attachment | undefined =>
	site.confluence.attachmentsOf(containerId).find((known) => known.title === fileName && known.status === "current");

/** Adds a file, or a new version when there is one with its name. */
export function putFile(site: Site, file: NewFile): Attachment {
	const known = attachmentNamed(site, file.containerId, file.fileName);
	if (known !== undefined) {
		addVersion(site, known, file);
		return known;
	}
	const first = version(site, file, 1);
	const attachment: Attachment = {
		id: `att${nextId(site)}`,
		containerId: file.containerId,
		title: file.fileName,
		status: "current",
		createdAt: first.createdAt,
		versions: [first],
		labels: [],
		properties: [],
	};
	site.confluence.putAttachment(attachment);
	return attachment;
}

/** Adds a version to an attachment. */
export function addVersion(site: Site, attachment: Attachment, file: NewFile): void {
	attachment.versions.push(version(site, file, (attachment.versions.at(-1)?.number ?? 0) + 1));
	site.confluence.touch();
}

/** The current version of an attachment. */
export function latestFile(attachment: Attachment): AttachmentVersion {
	const found = attachment.versions.at(-1);
	if (found === undefined) throw new Error(`${attachment.id} has no version`);
	return found;
}
