/** Where a site is and how it is reached. Not secret. */
export interface Connection {
	/** `https://acme.atlassian.net`, without a slash at the end. */
	readonly siteUrl: string;
	/** Atlassian's id of the site; found out when missing. */
	readonly cloudId?: string;
	/** Where refresh tokens are turned into access tokens; Atlassian's by default. */
	readonly authUrl?: string;
	/** The gateway for OAuth and for scoped API tokens; Atlassian's by default. */
	readonly apiUrl?: string;
	readonly type: "api-token" | "oauth";
}

/** The secret half of a connection. */
export type Credential =
	| { readonly type: "api-token"; readonly email: string; readonly token: string }
	| {
			readonly type: "oauth";
			readonly clientId: string;
			readonly clientSecret: string;
			/** Each use gives a new one and invalidates this one. */
			readonly refreshToken: string;
			readonly accessToken?: string;
			/** Epoch milliseconds. */
			readonly expiresAt?: number;
	  };

/** Keeps a connection's credential. Sealed at rest by whoever implements it. */
export interface CredentialStore {
	load(): Promise<Credential>;
	/** Resolves once `next` is stored durably; a rotated token that was not stored is lost for ever. */
	replace(previous: Credential, next: Credential): Promise<void>;
	/** Runs one piece of work at a time per grant, over all processes; the credential is loaded again inside. */
	exclusive<T>(work: () => Promise<T>): Promise<T>;
}
