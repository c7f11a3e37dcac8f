import type { Fidelity } from "@skyeworx/engine";
import { degraded, derived, exact, idRows, impossible, row } from "../setting/fidelity-rows.ts";

const again = "What was deleted comes back under a new id, and is put back on the work items that are restored with it.";
const scheme = degraded("Jira takes the scheme as long as it is there.");
const moves = "Work items in a status that the scheme lacks are moved to one of the same name or category: the plan names them.";
const types = "Jira takes it once no work item is of a type that the scheme lacks: the plan counts them.";
const levels = "Levels of the same name take each other's place; where the scheme lacks one that was in use, it stays as it is.";

const fromTemplate = degraded(
	"A team-managed space comes back with what Jira's template gives it: work types, statuses and fields of its own are not made again, and its work items take those of the same name.",
);

/** What comes back of a space, member by member. */
export const spaceFidelity: Fidelity = [
	...idRows("self"),
	row("key", "Key", exact),
	row("name", "Name", exact),
	row("description", "Description", exact),
	row("url", "Link", exact),
	row("lead", "Lead", exact),
	row("assigneeType", "Default assignee", exact),
	row("projectCategory", "Category", exact),
	row("projectTypeKey", "Type of the space", impossible("Jira's API changes no type of a space."), exact),
	row("style", "Style", impossible("Jira's API changes no style of a space."), fromTemplate),
	row("simplified", "Team-managed", impossible("Jira's API changes no style of a space."), fromTemplate),
	row("isPrivate", "Private", impossible("Jira's API does not write who may see a team-managed space.")),
	row("uuid", "Id among all sites", exact, impossible("Jira gives every space a new one.")),
	row("email", "Sender of mail", impossible("It is set by an operation for mail of its own; kept in the snapshot.")),
	row("entityId", "Id among all sites", exact, impossible("Jira gives every space a new one.")),
	row("archived*", "Archived", impossible("A restore neither archives nor unarchives a space.")),
	row("deleted*", "In the trash", derived("Jira's trash")),
	row("retentionTillDate", "Deleted for good on", derived("Jira's trash")),
	row("issueTypes", "Work types", derived("the work type scheme")),
	row("issueTypeHierarchy", "Hierarchy", derived("the site")),
	row("landingPageInfo", "First page", derived("boards and queues")),
	row("favourite", "Favourite", derived("the reader")),
	row("components", "Components", degraded(again)),
	row("versions", "Versions", degraded(again)),
	row("roles", "Roles and who holds them", degraded("People and groups must still exist.")),
	row("properties", "Properties set by apps", exact),
	row("features", "Features", degraded("Those that Jira lets be switched.")),
	row("issueTypeScheme", "Work type scheme", degraded(types), scheme),
	row("issueTypeScreenScheme", "Screens of the work types", scheme),
	row("workflowScheme", "Workflow scheme", degraded(moves), exact),
	row("fieldScheme", "Field scheme", scheme, exact),
	row("permissionScheme", "Permission scheme", exact),
	row("notificationScheme", "Notification scheme", exact),
	row("issueSecurityScheme", "Security scheme", degraded(levels), exact),
];
