/** A component of a project. */
export interface Component {
	readonly id: string;
	readonly projectId: string;
	name: string;
	description: string;
	leadAccountId: string | undefined;
	assigneeType?: string;
}

/** A version (release) of a project. */
export interface Version {
	readonly id: string;
	readonly projectId: string;
	name: string;
	description: string;
	released: boolean;
	archived: boolean;
	startDate: string | undefined;
	releaseDate: string | undefined;
}

/** A space of Jira. */
export interface Project {
	readonly id: string;
	key: string;
	readonly oldKeys: string[];
	name: string;
	description: string;
	readonly typeKey: "software" | "service_desk" | "business";
	leadAccountId: string;
	assigneeType: "PROJECT_LEAD" | "UNASSIGNED";
	url: string;
	readonly uuid: string;
	issueTypeIds: readonly string[];
	/** Set of spaces that manage themselves: they use no schemes, and have statuses of their own. */
	teamManaged?: { readonly statusIds: readonly string[] };
	/** Schemes that it uses, by what they are: `workflowScheme`. */
	schemes?: Record<string, string>;
	/** Who holds which role: role id, then `user:…` and `group:…`. */
	roles?: Map<string, Set<string>>;
	/** Key of the Confluence space with the articles of its service desk. */
	knowledgeSpace?: string;
	/** Features that were switched. */
	features?: Map<string, boolean>;
	categoryId?: string | undefined;
	readonly properties: Map<string, unknown>;
	/** Number that the next work item gets. */
	nextNumber: number;
	archived: boolean;
	/** Accounts without the permission Browse projects here. */
	closedTo?: Set<string>;
	/** Set while in the trash. */
	deleted: { readonly at: number; readonly by: string } | undefined;
}
