/** A type of work item. */
export interface IssueType {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	readonly subtask: boolean;
	/** -1 sub-task, 0 standard, 1 epic. */
	readonly hierarchyLevel: number;
	readonly avatarId: number;
	/** The team-managed space that it belongs to; none unless told. */
	readonly projectId?: string;
}

/** A status of the workflow. */
export interface Status {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	/** 2 to do, 4 in progress, 3 done. */
	readonly category: 2 | 3 | 4;
	/** The team-managed space that it belongs to; none unless told. */
	readonly projectId?: string;
}

/** A priority or a resolution. */
export interface Named {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	/** `#rrggbb`; priorities only. */
	readonly statusColor?: string;
	/** Number of its picture; priorities only. */
	readonly avatarId?: number;
}

/** A way from statuses to a status. */
export interface Transition {
	readonly id: string;
	readonly name: string;
	/** Statuses it starts from; empty means from everywhere. */
	readonly from: readonly string[];
	readonly to: string;
	/** What happens to the resolution. */
	readonly resolution: "set" | "clear" | "keep";
}

/** A kind of link between work items. */
export interface LinkType {
	readonly id: string;
	readonly name: string;
	readonly inward: string;
	readonly outward: string;
}

/** A choice of a select field; children exist for cascading ones. */
export interface Option {
	readonly id: string;
	readonly value: string;
	readonly children: readonly Option[];
	/** No longer offered. */
	readonly disabled?: boolean;
	/** The context that it belongs to; the field's first one unless told. */
	readonly contextId?: string;
}

/** How a field's values are written, read and kept. */
export type FieldKind =
	| "summary"
	| "adf"
	| "text"
	| "number"
	| "url"
	| "date"
	| "datetime"
	| "labels"
	| "select"
	| "multi-select"
	| "cascading"
	| "user"
	| "multi-user"
	| "priority"
	| "components"
	| "versions"
	| "parent"
	| "sprint"
	| "rank"
	| "request-type"
	| "customer-organizations"
	| "asset-objects"
	| "security-level"
	| "issue-type"
	| "project"
	| "time-tracking"
	| "read-only";

/** A system or custom field. */
export interface Field {
	readonly id: string;
	readonly name: string;
	readonly kind: FieldKind;
	readonly clauseNames: readonly string[];
	/** As the `schema` of `GET /field`. */
	readonly schema: Readonly<Record<string, unknown>> | undefined;
	readonly options: readonly Option[];
	/** Whether the field is on the create and edit screens. */
	readonly onScreens: boolean;
	readonly navigable: boolean;
	readonly description: string;
	/** Project types that use the field; all unless told. */
	readonly projectTypes?: readonly string[];
	/** The team-managed space that it belongs to; none unless told. */
	readonly projectId?: string;
}

/** A sprint of a board. */
export interface Sprint {
	readonly id: number;
	name: string;
	state: "future" | "active" | "closed";
	readonly boardId: number;
	goal: string;
	startDate: number | undefined;
	endDate: number | undefined;
	completeDate: number | undefined;
	readonly createdDate: number;
}

/** A board of a project. */
export interface Board {
	readonly id: number;
	readonly name: string;
	readonly type: "scrum" | "kanban";
	readonly projectId: string;
	readonly filterId: string;
	/** What apps keep beside it. */
	readonly properties: Map<string, unknown>;
	/** Names of its three columns; those of a new board unless told. */
	readonly columns?: readonly [string, string, string];
}

/** A saved search. */
export interface Filter {
	readonly id: string;
	name: string;
	jql: string;
	ownerId: string;
	description?: string;
	/** As the API writes them, with the ids of what they name. */
	shares?: readonly Share[];
	editors?: readonly Share[];
	columns?: readonly string[] | undefined;
}

/** Whom a filter or dashboard is shared with. */
export interface Share {
	readonly id: number;
	readonly type: "user" | "group" | "project" | "projectRole" | "global" | "loggedin";
	/** Account, group or project. */
	readonly target?: string;
	readonly roleId?: string;
}

/** A kind of request in a service desk. */
export interface RequestType {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	readonly issueTypeId: string;
	readonly projectId: string;
}
