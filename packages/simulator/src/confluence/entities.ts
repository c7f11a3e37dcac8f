import type { SeedFileKind } from "../seed/file-content.ts";

/** Kinds of objects in a space's content tree, blog posts, and content of apps' own types. */
export type ContentType = "page" | "blogpost" | "folder" | "whiteboard" | "database" | "embed" | "custom";
export type ContentStatus = "current" | "archived" | "trashed" | "draft";

/** A body as it was written: storage format always; ADF too when it was written as ADF. */
export interface Body {
	readonly storage: string;
	/** The document exactly as it came, as JSON text. */
	readonly adf?: string;
}

/** One version of a page, blog post or comment. */
export interface Version {
	readonly number: number;
	readonly createdAt: number;
	readonly authorId: string;
	readonly message: string;
	readonly minorEdit: boolean;
	readonly title: string;
	/** Inline comments put markers into the current version's body without making a new version. */
	body: Body;
}

export interface Property {
	readonly id: string;
	readonly key: string;
	value: unknown;
	version: { number: number; createdAt: number; authorId: string; message: string };
}

/** A label on something; its id is shared by everything that has the same prefix and name. */
export interface Label {
	readonly id: string;
	readonly prefix: string;
	readonly name: string;
}

/** Who may read or change something; nobody named means everybody. */
export interface Restriction {
	users: string[];
	/** Group ids. */
	groups: string[];
}

/** What content of an app's own type has beside the rest; its `versions` hold the body in whatever representation it has. */
export interface CustomFacts {
	/** `forge:{app}:{environment}:{module}` or `ac:{app}:{module}`. */
	readonly type: string;
	readonly representation: "storage" | "raw";
	/** The page, blog post or other custom content that it is in; undefined in a space. */
	containerId: string | undefined;
}

/** A page, blog post, folder, whiteboard, database, smart link or custom content. */
export interface Content {
	readonly id: string;
	readonly type: ContentType;
	status: ContentStatus;
	readonly spaceId: string;
	title: string;
	parentId: string | undefined;
	/** Place among its siblings; undefined for blog posts. */
	position: number | undefined;
	readonly authorId: string;
	ownerId: string;
	lastOwnerId: string | undefined;
	readonly createdAt: number;
	readonly live: boolean;
	readonly embedUrl: string | undefined;
	readonly custom?: CustomFacts;
	/** What somebody changed on a published page and has not published yet; one version, as drafts have. */
	unpublished?: Version;
	/** Oldest first; the last is the current one. Never empty. */
	readonly versions: Version[];
	readonly labels: Label[];
	readonly properties: Property[];
	readonly likes: string[];
	readonly restrictions: { readonly read: Restriction; readonly update: Restriction };
}

export interface SpacePermission {
	readonly id: string;
	readonly principal: { readonly type: "user" | "group"; readonly id: string };
	readonly operation: { readonly key: string; readonly targetType: string };
}

/** How a space looks; without one it has the site's look and the usual settings. */
export interface SpaceLook {
	readonly selected: "global" | "custom" | "theme";
	/** All settings of the look, as they were given. */
	readonly custom: Readonly<Record<string, unknown>> | undefined;
	readonly themeKey: string | undefined;
	readonly routeOverride: boolean;
	readonly contentMode: "standard" | "compact";
}

/** Who has which role in a space, where the site grants by roles. */
export interface RoleAssignment {
	readonly principal: { readonly principalType: "USER" | "GROUP"; readonly principalId: string };
	readonly roleId: string;
}

export interface Space {
	readonly id: string;
	readonly key: string;
	name: string;
	readonly type: "global" | "personal" | "collaboration" | "knowledge_base";
	status: "current" | "archived" | "trashed";
	readonly authorId: string;
	readonly createdAt: number;
	homepageId: string | undefined;
	description: string;
	readonly labels: Label[];
	readonly properties: Property[];
	readonly permissions: SpacePermission[];
	look?: SpaceLook;
	roles?: readonly RoleAssignment[];
	/** A data security policy hides the space's content from apps (OAuth callers). */
	blockedForApps: boolean;
}

/** What an inline comment is anchored to. */
interface InlineAnchor {
	readonly markerRef: string;
	readonly selection: string;
	resolved: boolean;
	/** Was resolved once and opened again. */
	reopened: boolean;
	resolutionModifierId: string | undefined;
	resolutionModifiedAt: number | undefined;
}

/** A footer or inline comment; replies have a `parentId` and no anchor. */
export interface Comment {
	readonly id: string;
	readonly kind: "footer" | "inline";
	/** A page, a blog post, custom content or an attachment. */
	readonly containerId: string;
	readonly parentId: string | undefined;
	readonly anchor: InlineAnchor | undefined;
	readonly createdAt: number;
	readonly versions: Version[];
	readonly properties: Property[];
	readonly likes: string[];
}

/** An attachment's bytes: uploaded, or a recipe from which the same invented bytes are made each time. */
export type FileBytes = { readonly uploaded: Uint8Array } | { readonly kind: SeedFileKind; readonly seed: number };

export interface AttachmentVersion {
	readonly number: number;
	readonly createdAt: number;
	readonly authorId: string;
	readonly message: string;
	readonly minorEdit: boolean;
	readonly mediaType: string;
	readonly fileId: string;
	readonly fileSize: number;
	readonly bytes: FileBytes;
}

export interface Attachment {
	/** `att` and a number. */
	readonly id: string;
	/** Id of the page, blog post or custom content. */
	readonly containerId: string;
	title: string;
	status: "current" | "trashed";
	readonly createdAt: number;
	readonly versions: AttachmentVersion[];
	readonly labels: Label[];
	readonly properties: Property[];
}

/** A template of a space, or of the whole site. */
export interface Template {
	readonly id: string;
	name: string;
	description: string;
	readonly spaceKey: string | undefined;
	body: Body;
	labels: Label[];
}

/** A long-running task of v1 (space deletion). */
export interface LongTask {
	readonly id: string;
	readonly name: string;
	readonly startedAt: number;
	readonly finishesAt: number;
	/** Set when the work was done. */
	done: boolean;
}
