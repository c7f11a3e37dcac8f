/** A person or app of the site. */
export interface Account {
	readonly accountId: string;
	readonly accountType: "atlassian" | "app" | "customer";
	readonly displayName: string;
	readonly emailAddress: string;
	readonly timeZone: string;
	active: boolean;
}

/** A group of the site. */
export interface Group {
	readonly groupId: string;
	readonly name: string;
	readonly members: Set<string>;
}

/** The caller of public endpoints. */
export const anonymous: Account = {
	accountId: "",
	accountType: "app",
	displayName: "Anonymous",
	emailAddress: "",
	timeZone: "Etc/UTC",
	active: false,
};
