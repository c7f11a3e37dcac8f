import type { Fidelity, FidelityRow, FieldFidelity } from "@skyeworx/engine";

const exact: FieldFidelity = { level: "exact" };
const degraded = (why: string): FieldFidelity => ({ level: "degraded", why });
const impossible = (reason: string): FieldFidelity => ({ level: "impossible", reason });
const derived = (from: string): FieldFidelity => ({ level: "derived", from });

function row(field: string, label: string, inPlace: FieldFidelity, recreated: FieldFidelity = inPlace): FidelityRow {
	return { field, label, inPlace, recreated };
}

const noAuthor = "Jira's API writes in the connection's name: the text says who wrote it first and when.";
const newId = "Jira gives every new work item the next number of its space; ids and keys can't be asked for.";
const numbered = derived("Jira numbers everything that is made by itself");
const ranked = "Put back between the work items that stood beside it; Jira gives its place a new number.";
const noRestriction =
	"Jira's API has no documented way to restrict a work item to roles; one that was restricted is not created again in the open.";
const noApproval = "JSM's API asks for no approval and lets only the approver decide; who decided what is kept in the snapshot.";
const noClock = "JSM's API sets no clocks: they begin anew; what they showed is kept in the snapshot.";
const movedBack =
	"Moved back from another space by Jira's bulk move, unless sub-tasks that are not selected would go along, or the space has no such work type.";
const keyMovedBack =
	"The same; one that is moved back into its space has its old key again or the next number, as Jira gives it. Every key that it had leads to it.";
const noDate = "Jira's API sets no dates of creation.";

/** What Jira notes of an entry by itself when it is written. */
function entryNumbers(list: "comments" | "worklogs", noun: string): Fidelity {
	return [
		row(`${list}.*.id`, `Id of a ${noun}`, numbered),
		row(`${list}.*.self`, `Address of a ${noun}`, numbered),
		row(`${list}.*.updateAuthor`, `Last author of a ${noun}`, derived("the last change")),
		row(`${list}.*.updated`, `Last change of a ${noun}`, derived("the last change")),
	];
}

/** What comes back of a work item, field by field. Docs, the coverage page and receipts are made from it. */
export const workItemFidelity: Fidelity = [
	row("id", "Id", exact, impossible(newId)),
	row("key", "Key", degraded(keyMovedBack), impossible(newId)),
	row("self", "Address in the API", derived("its id")),
	row("names", "Names of custom fields", derived("the fields of the site")),
	row("fields.summary", "Summary", exact),
	row("fields.description", "Description", exact, degraded("Files and links in it point to what they are called now.")),
	row("fields.environment", "Environment", exact, degraded("Files and links in it point to what they are called now.")),
	row("fields.issuetype", "Work type", degraded("Jira changes a type in place only within the same workflow."), exact),
	row("fields.project", "Space", degraded(movedBack), exact),
	row("fields.status", "Status", degraded("Reached by as many transitions as the workflow needs; each is written to the history.")),
	row("fields.resolution", "Resolution", degraded("Set where a screen or a transition allows it.")),
	row("fields.priority", "Priority", exact),
	row("fields.labels", "Labels", exact),
	row("fields.components", "Components", exact),
	row("fields.fixVersions", "Fix versions", exact),
	row("fields.versions", "Affects versions", exact),
	row("fields.assignee", "Assignee", degraded("A person who is no longer active can't be assigned.")),
	row("fields.reporter", "Reporter", degraded("Needs the permission Modify reporter; an inactive person can't be set.")),
	row("fields.parent", "Parent", exact, exact),
	row("fields.duedate", "Due date", exact),
	row("fields.security", "Security level", exact),
	row("fields.timeoriginalestimate", "Original estimate", exact),
	row("fields.timeestimate", "Remaining estimate", exact),
	row("fields.customfield_*", "Custom fields", degraded("Fields that only an app or Jira itself writes stay as they are.")),
	row("rank", "Rank", degraded(ranked)),
	row("fields.issuerestriction", "Restriction to roles", impossible(noRestriction)),
	row("fields.creator", "Creator", exact, impossible("Jira's API names the connection's account.")),
	row("fields.created", "Created", exact, impossible(noDate)),
	row("fields.updated", "Updated", derived("the last change")),
	row("fields.resolutiondate", "Resolved", derived("the transition that resolved it")),
	row("fields.statuscategorychangedate", "Status category changed", derived("transitions")),
	row("fields.statusCategory", "Status category", derived("the status")),
	row("fields.lastViewed", "Last viewed", derived("the reader")),
	row("fields.thumbnail", "Thumbnails", derived("the attachments")),
	row("fields.votes", "Number of votes", derived("the people who voted")),
	row("votes.*", "Votes", impossible("Only a person can vote for themselves; the connection's own vote comes back.")),
	row("fields.watches", "Number of watchers", derived("the people who watch")),
	row("watchers.*", "Watchers", degraded("Needs the permission Manage watcher list; a person who is no longer active can't watch.")),
	row("remote-links.*", "Links to other sites", degraded("The same link under a new id.")),
	...["globalId", "relationship", "application", "object"].map((member) => row(`remote-links.*.${member}`, "Links to other sites", exact)),
	row("remote-links.*.id", "Id of a link to another site", numbered),
	row("remote-links.*.self", "Address of a link to another site", numbered),
	row("properties.*", "Properties set by apps", degraded("An app may keep its properties from being written by others.")),
	row("fields.subtasks", "Subtasks", derived("the parent of each subtask")),
	row("fields.timespent", "Time spent", derived("worklogs")),
	row("fields.timetracking", "Time tracking", derived("estimates and worklogs")),
	row("fields.progress", "Progress", derived("estimates and worklogs")),
	row("fields.workratio", "Work ratio", derived("estimates and worklogs")),
	row("fields.aggregate*", "Sums over subtasks", derived("subtasks")),
	row("fields.attachment", "Attachments", derived("the files")),
	...["filename", "mimeType", "size", "bytes"].map((member) => row(`fields.attachment.*.${member}`, "Attachment", exact)),
	row("fields.attachment.*", "Attachment", exact),
	row("fields.attachment.*.author", "Author of an attachment", exact, impossible("Jira's API uploads in the connection's name.")),
	row("fields.attachment.*.created", "Date of an attachment", exact, impossible(noDate)),
	...["id", "self", "content", "thumbnail"].map((member) => row(`fields.attachment.*.${member}`, "Address of an attachment", numbered)),
	row(
		"file/*",
		"Attachments",
		degraded("A deleted file comes back under a new id, in the connection's name; texts that showed it are pointed to it."),
	),
	row("request.requestTypeId", "Request type", derived("the field Request Type")),
	row("request.requestType", "Name of the request type", derived("its request type")),
	row("request.serviceDeskId", "Service desk", derived("its space")),
	row("request.createdDate", "Created, as customers see it", derived("its creation")),
	row("request.currentStatus", "Status, as customers see it", derived("the status")),
	row("participants.*", "Request participants", degraded("A person who is no longer active, or no customer of the desk, can't take part.")),
	row("approvals.*", "Approvals", impossible(noApproval)),
	row("service-levels.*", "Service levels", derived("clocks that Jira runs by itself"), impossible(noClock)),
	row("feedback", "Feedback", impossible("Only the reporter gives feedback; the connection's own comes back.")),
	row(
		"forms.*",
		"Forms",
		degraded("A form that is gone is attached again from today's template, under a new id, and submitted in the connection's name."),
	),
	row("forms.*.state", "Answers of a form, who sees it, whether it was submitted", exact),
	row("forms.*.design", "What a form asks", impossible("A form asks what its template asks today; what it asked is kept in the snapshot.")),
	...["name", "internal", "submitted", "lock"].map((member) => row(`forms.*.${member}`, "Form", derived("its design and its state"))),
	...["id", "formTemplate", "updated"].map((member) => row(`forms.*.${member}`, "Id and date of a form", numbered)),
	row("comments.*", "Comments", degraded(`A deleted comment comes back under a new id. ${noAuthor}`)),
	row("comments.*.body", "Text of a comment", exact, degraded(noAuthor)),
	row("comments.*.author", "Author of a comment", exact, impossible(noAuthor)),
	row("comments.*.created", "Date of a comment", exact, impossible(noDate)),
	row("comments.*.visibility", "Who may see a comment", exact),
	row("comments.*.jsdPublic", "Whether customers see a comment", exact),
	...entryNumbers("comments", "comment"),
	row("worklogs.*", "Worklogs", degraded(`Start and time spent are exact. ${noAuthor}`)),
	row("worklogs.*.author", "Author of a worklog", exact, impossible(noAuthor)),
	...["started", "timeSpent", "timeSpentSeconds", "visibility"].map((member) => row(`worklogs.*.${member}`, "Work logged", exact)),
	row("worklogs.*.comment", "Text of a worklog", exact, degraded(noAuthor)),
	row("worklogs.*.created", "Date of a worklog", exact, impossible(noDate)),
	row("worklogs.*.issueId", "Work item of a worklog", derived("the work item")),
	...entryNumbers("worklogs", "worklog"),
	row("links.*.id", "Id of a link", numbered),
	...["type", "direction", "other"].map((member) => row(`links.*.${member}`, "Links to work items", exact)),
	row("links.*", "Links to work items", degraded("Same type and target under a new link id.")),
	row("history", "Change history", exact, impossible("Jira's API writes no history; it is kept in the snapshot.")),
];
