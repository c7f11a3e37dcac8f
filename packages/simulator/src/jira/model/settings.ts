/** One configured thing as the API writes it, without addresses: `self` is added when it is read. */
export interface Setting {
	readonly id: string;
	name: string;
	[member: string]: unknown;
}

/** What a site has of each sort. */
const settingSorts = [
	"role",
	"category",
	"issueTypeScheme",
	"workflow",
	"workflowScheme",
	"screen",
	"screenScheme",
	"issueTypeScreenScheme",
	"fieldScheme",
	"fieldContext",
	"permissionScheme",
	"notificationScheme",
	"securityScheme",
	"dashboard",
	"organization",
	"queue",
	"requestTypeGroup",
	"automationRule",
	"formTemplate",
	"priorityScheme",
] as const;

export type SettingSort = (typeof settingSorts)[number];

/** One line of Jira's audit log. */
interface AuditLine {
	readonly id: number;
	readonly at: number;
	readonly author: string;
	readonly summary: string;
	readonly category: string;
	readonly object: { readonly id: string; readonly name: string; readonly typeName: string };
}

/** Everything that is configured beside types, statuses, fields and the like, and who changed any of it. */
export interface Settings {
	readonly of: Readonly<Record<SettingSort, Map<string, Setting>>>;
	/** Custom fields in the trash, with what they were. */
	readonly trashedFields: Map<string, unknown>;
	readonly audit: AuditLine[];
}

/** Adds the sorts that a site does not have which was saved before there were such. */
export function withAllSorts(settings: Settings): Settings {
	return { ...settings, of: { ...createSettings().of, ...settings.of } };
}

/** Makes an empty configuration. */
export function createSettings(): Settings {
	const of = Object.fromEntries(settingSorts.map((sort) => [sort, new Map<string, Setting>()])) as Record<
		SettingSort,
		Map<string, Setting>
	>;
	return { of, trashedFields: new Map(), audit: [] };
}
