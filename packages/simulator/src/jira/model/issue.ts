import type { SeedFileKind } from "../../seed/file-content.ts";

/** A document in the Atlassian Document Format. */
export interface Adf {
	readonly type: "doc";
	readonly version: 1;
	readonly content: readonly unknown[];
}

/** Who may see a comment or worklog. */
export interface Visibility {
	readonly type: string;
	readonly value: string;
	readonly identifier: string | null;
}

export interface Comment {
	readonly id: number;
	readonly author: string;
	updateAuthor: string;
	body: Adf;
	readonly created: number;
	updated: number;
	visibility: Visibility | undefined;
	/** False for internal notes of a service desk. */
	jsdPublic: boolean;
	properties: Record<string, unknown>;
}

export interface Worklog {
	readonly id: number;
	readonly author: string;
	updateAuthor: string;
	comment: Adf | undefined;
	readonly created: number;
	updated: number;
	started: number;
	timeSpentSeconds: number;
	visibility: Visibility | undefined;
	properties: Record<string, unknown>;
}

/** One field's change inside a history. */
export interface Change {
	readonly field: string;
	readonly fieldtype: "jira" | "custom";
	readonly fieldId: string | undefined;
	readonly from: string | null;
	readonly fromString: string | null;
	readonly to: string | null;
	readonly toString: string | null;
}

export interface History {
	readonly id: number;
	readonly author: string;
	readonly created: number;
	readonly items: readonly Change[];
}

export interface RemoteLink {
	readonly id: number;
	globalId: string | undefined;
	relationship: string | undefined;
	application: Record<string, unknown>;
	object: Record<string, unknown>;
}

/** A question whether a request may go on, put to some people. */
export interface Approval {
	readonly id: string;
	readonly name: string;
	readonly created: number;
	completed: number | undefined;
	/** What each approver said, by account id. */
	readonly decisions: Map<string, "approved" | "declined" | "pending">;
}

/** What a request of a service desk has beside its work item. */
export interface RequestSide {
	readonly approvals: Approval[];
	/** What the customer thought of it: 1 to 5. */
	feedback: { readonly rating: number; readonly comment: string } | undefined;
}

/** The heavy part of a work item; seeds write it out only when it is first read. */
export interface IssueBody {
	description: Adf | null;
	environment: Adf | null;
	/** Values of custom fields in their kept form, by field id; absent means null. */
	readonly custom: Map<string, unknown>;
	readonly comments: Comment[];
	readonly worklogs: Worklog[];
	readonly histories: History[];
	readonly remoteLinks: RemoteLink[];
	readonly properties: Map<string, unknown>;
	readonly watchers: Set<string>;
	readonly votes: Set<string>;
	/** Requests of service desks only. */
	request?: RequestSide;
	forms?: IssueForm[];
}

/** A form on a work item: a copy of its template with the answers given. */
export interface IssueForm {
	readonly id: string;
	readonly templateId: string;
	design: FormDesign;
	updated: number;
	/** Seen by the team alone. */
	internal: boolean;
	status: "open" | "submitted" | "locked";
	answers: Record<string, unknown>;
}

/** What a form asks, and how it looks. */
export interface FormDesign {
	readonly settings: {
		readonly name: string;
		readonly submit?: { readonly lock?: boolean; readonly pdf?: boolean };
		readonly [member: string]: unknown;
	};
	readonly [member: string]: unknown;
}

/** A work item. */
export interface Issue {
	readonly id: number;
	projectId: string;
	key: string;
	number: number;
	typeId: string;
	summary: string;
	statusId: string;
	priorityId: string;
	resolutionId: string | undefined;
	assignee: string | undefined;
	reporter: string | undefined;
	readonly creator: string;
	readonly created: number;
	updated: number;
	resolved: number | undefined;
	statusChanged: number;
	parentId: number | undefined;
	labels: readonly string[];
	componentIds: readonly string[];
	fixVersionIds: readonly string[];
	affectedVersionIds: readonly string[];
	/** Who may see it; everybody of its space unless told. */
	securityLevelId?: string | undefined;
	/** `yyyy-MM-dd`. */
	dueDate: string | undefined;
	originalEstimate: number | undefined;
	remainingEstimate: number | undefined;
	attachmentIds: readonly number[];
	linkIds: readonly number[];
	childIds: readonly number[];
	/** Keys from before moves; they still lead here. */
	formerKeys?: readonly string[];
	/** Undefined while the seed's plan has not been written out. */
	body: IssueBody | undefined;
}

/** An uploaded file. */
export interface Attachment {
	readonly id: number;
	readonly issueId: number;
	readonly filename: string;
	readonly mimeType: string;
	readonly size: number;
	readonly author: string;
	readonly created: number;
	/** Id of the media node that shows the file in a document. */
	readonly mediaId: string;
	/** The bytes, or how a seed makes them. */
	readonly content: Buffer | { readonly kind: SeedFileKind; readonly seed: number };
}

/** A link between two work items. */
export interface IssueLink {
	readonly id: number;
	readonly typeId: string;
	readonly inwardId: number;
	readonly outwardId: number;
}

/** Makes an empty heavy part. */
export function emptyBody(): IssueBody {
	return {
		description: null,
		environment: null,
		custom: new Map(),
		comments: [],
		worklogs: [],
		histories: [],
		remoteLinks: [],
		properties: new Map(),
		watchers: new Set(),
		votes: new Set(),
	};
}
