/** What is not known for sure about Atlassian, or differs between sites: each can be set at the start and changed while running. */
export interface Switches {
	/** How long (simulator time) a change stays invisible to search, in ms. */
	searchLagMs: number;
	/** While a change is younger than this (ms), search answers by turns with and without it; 0 switches it off. */
	searchFlickerMs: number;
	/** Most issues in one page of search when more than ids are asked. */
	searchPageMax: number;
	/** Most issues in one page of search when only ids or keys are asked. */
	searchIdsPageMax: number;
	/** Most ids in one bulkfetch. */
	bulkFetchMax: number;
	/** Whether bulk reads and searches take `*all` for properties; Atlassian documents it of single reads only. */
	bulkAllProperties: boolean;
	/** Most comments given inside `fields.comment` of a search. */
	inlinedComments: number;
	/** Most objects in one page of an Assets search. */
	assetPageMax: number;
	/** Whether an Assets search gives its first page whatever page is asked for: some people have seen it do so. */
	assetPagesStick: boolean;
	/** Whether creating or deleting a link moves `updated` of both work items. */
	linksBumpUpdated: boolean;
	/** Whether a work item that is moved back into a space has the key again that it had there; else it gets the next number. */
	movedBackGetsOldKey: boolean;
	/** Whether Jira refuses documents that show files it does not have (`ATTACHMENT_VALIDATION_ERROR`). */
	refuseUnknownMedia: boolean;
	/** Whether the property `sd.public.comment` makes a new comment internal; Atlassian documents JSM's own operation alone. */
	internalByProperty: boolean;
	/** Whether Confluence's search expands `metadata.likes`; Atlassian documents no such expansion, and clients use it. */
	searchTellsLikes: boolean;
	/** Whether content of an app's own type is written by that app alone; Atlassian documents only a permission in the space. */
	customContentByApps: boolean;
	/** Whether Confluence grants by space roles (role-based access) rather than by permissions alone. */
	spaceRoles: boolean;
	/** Whether Confluence's plan (Premium, Enterprise) has admin keys. */
	adminKeys: boolean;
	/** Whether Automation takes the uuid that a new rule names; Atlassian announced it, and refuses one that is taken. */
	ruleUuids: boolean;
	/** How long an old refresh token still works after its rotation, in ms. */
	refreshReuseLeewayMs: number;
	/** Life of an access token in ms. */
	accessTokenMs: number;
}

/** The switches as Atlassian most likely has them. */
export const defaultSwitches: Switches = {
	searchLagMs: 0,
	searchFlickerMs: 0,
	searchPageMax: 100,
	searchIdsPageMax: 5000,
	bulkFetchMax: 100,
	bulkAllProperties: true,
	inlinedComments: 20,
	assetPageMax: 100,
	assetPagesStick: false,
	linksBumpUpdated: false,
	movedBackGetsOldKey: true,
	refuseUnknownMedia: false,
	internalByProperty: true,
	searchTellsLikes: true,
	customContentByApps: false,
	spaceRoles: false,
	adminKeys: false,
	ruleUuids: true,
	refreshReuseLeewayMs: 600_000,
	accessTokenMs: 3_600_000,
};
