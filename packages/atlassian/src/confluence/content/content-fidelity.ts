import type { Fidelity, FidelityRow, FieldFidelity } from "@skyeworx/engine";

const exact: FieldFidelity = { level: "exact" };
const degraded = (why: string): FieldFidelity => ({ level: "degraded", why });
const impossible = (reason: string): FieldFidelity => ({ level: "impossible", reason });

const newId = "Atlassian gives a page that is created again a new id; references in restored bodies are changed to it.";
const byConnection = "Atlassian records the connection's account; the original author and date are written into the text.";

const replayed = "where it is asked for they are written again, each with its first author and date in its message.";

const olderFiles = "Uploaded again, oldest first, each with its first author and date in its comment.";

const numbered: FieldFidelity = { level: "derived", from: "Confluence's own numbering" };
const lastChange: FieldFidelity = { level: "derived", from: "the last change" };
const ofThePage: FieldFidelity = { level: "derived", from: "the page" };
const fileDate = impossible("Atlassian notes the connection's account and the day of the upload.");

function row(field: string, label: string, inPlace: FieldFidelity, recreated: FieldFidelity = inPlace): FidelityRow {
	return { field, label, inPlace, recreated };
}

/** What a comment and an attachment consist of. */
export const hangingFidelity: Fidelity = [
	row("comments.*.text", "Text of a comment", exact, degraded(byConnection)),
	row("comments.*.place", "Whether a comment is inline", exact, degraded("One whose words are gone becomes a comment below the page.")),
	row("comments.*.parent", "What a reply answers", exact),
	row("comments.*.resolved", "Whether a comment is resolved", exact),
	row("comments.*.status", "Status of a comment", exact),
	row("comments.*.version", "Author and date of a comment", lastChange, impossible(byConnection)),
	row("comments.*.resolutionLastModifierId", "Who resolved a comment", exact, impossible(byConnection)),
	row("comments.*.resolutionLastModifiedAt", "When a comment was resolved", exact, impossible(byConnection)),
	row("comments.*.attachmentId", "File that a comment is on", { level: "derived", from: "the file's new id" }),
	row("comments.*.id", "Id of a comment", numbered),
	...["title", "mediaType", "fileSize", "status", "bytes"].map((member) => row(`files.*.${member}`, "Attachments", exact)),
	row("files.*.labels", "Labels of an attachment", exact),
	row("files.*.properties", "Properties of an attachment", exact),
	row("files.*.version", "Version of an attachment", lastChange, fileDate),
	row("files.*.older", "Older versions of an attachment", { level: "derived", from: "the uploads" }, degraded(olderFiles)),
	row("files.*.createdAt", "Date of an attachment", exact, fileDate),
	row("files.*.comment", "Comment of an attachment", degraded("It says which restore uploaded it.")),
	row("files.*.fileId", "Id of an attachment's content", { level: "derived", from: "the content" }),
	...["id", "pageId", "blogPostId"].map((member) => row(`files.*.${member}`, "Id of an attachment", numbered)),
];

/** What comes back of a page or blog post, and how well. */
export const contentFidelity: Fidelity = [
	{ field: "id", label: "Id and address", inPlace: exact, recreated: impossible(newId) },
	{ field: "title", label: "Title", inPlace: exact, recreated: exact },
	{
		field: "body",
		label: "Body",
		inPlace: exact,
		recreated: degraded("References to things with a new id are changed; all else is kept as it was."),
	},
	row("body.atlas_doc_format", "Body as the editor has it (ADF), where it says more", { level: "derived", from: "the body" }),
	{
		field: "status",
		label: "Status",
		inPlace: degraded("A page that was archived or published since stays so: Atlassian's API takes no page out of its archive."),
		recreated: exact,
	},
	{ field: "parent", label: "Parent", inPlace: exact, recreated: exact },
	{
		field: "position",
		label: "Position among its siblings",
		inPlace: degraded("Put right when its parent is; a mere change of the order stays."),
		recreated: degraded("Put before the sibling that followed it, as far as siblings are still there."),
	},
	{ field: "labels", label: "Labels", inPlace: exact, recreated: exact },
	{ field: "properties.*", label: "Content properties", inPlace: exact, recreated: exact },
	{ field: "comments.*", label: "Comments and replies", inPlace: degraded(byConnection), recreated: degraded(byConnection) },
	{
		field: "comments.*.anchor",
		label: "Place of inline comments",
		inPlace: exact,
		recreated: degraded("Tied to the same words again; a comment whose words are not in the page becomes a comment below it."),
	},
	{ field: "files.*", label: "Attachments", inPlace: exact, recreated: degraded("The file is the same; its id, author and date are new.") },
	{ field: "owner", label: "Owner", inPlace: exact, recreated: degraded("Set when the owner's account still exists.") },
	{
		field: "authorId",
		label: "Author",
		inPlace: exact,
		recreated: impossible("Atlassian records the connection's account as the author."),
	},
	{
		field: "createdAt",
		label: "Creation date",
		inPlace: exact,
		recreated: impossible("Atlassian dates a page by itself; blog posts keep theirs."),
	},
	{
		field: "versions.*",
		label: "Older versions",
		inPlace: exact,
		recreated: impossible(`Kept in the backup and readable there; ${replayed}`),
	},
	{
		field: "restrictions",
		label: "View and edit restrictions",
		inPlace: exact,
		recreated: degraded("Set right after the page is created; accounts and groups must still exist."),
	},
	row("spaceId", "Space", impossible("Atlassian's API moves no page to another space."), exact),
	row("lastOwnerId", "Former owner", lastChange),
	row("subtype", "Whether it is a live doc", exact, degraded("A live doc comes back as a page.")),
	row("_links", "Address", ofThePage),
	...hangingFidelity,
	row("likes", "Likes", impossible("Atlassian lets nobody like something in another's name: those that are there stay.")),
	{
		field: "version",
		label: "Version number",
		inPlace: { level: "derived", from: "the number of changes" },
		recreated: { level: "derived", from: "the number of changes" },
	},
];
