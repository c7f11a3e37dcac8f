import { createHash } from "node:crypto";
import type { Account } from "../site/accounts.ts";
import type { Site } from "../site/site.ts";
import type { Caller } from "./caller.ts";

/** One user's consent to the app: scopes, the refresh token that works now, and the ones it replaced. */
export interface Grant {
	readonly id: string;
	readonly account: Account;
	readonly scopes: ReadonlySet<string>;
	refreshToken: string;
	/** Replaced refresh tokens with the instant of their replacement. */
	readonly replaced: Map<string, number>;
	revoked: boolean;
}

interface AccessToken {
	readonly grant: Grant;
	readonly scopes: ReadonlySet<string>;
	readonly expires: number;
}

interface Code {
	readonly account: Account;
	readonly scopes: ReadonlySet<string>;
	readonly redirectUri: string;
	/** SHA-256 of the verifier that must come with it, base64url; undefined where nobody asked for that. */
	readonly challenge: string | undefined;
	readonly expires: number;
}

/** Credentials in a form that can be written to a file. */
export interface SavedCredentials {
	readonly clientId: string;
	readonly clientSecret: string;
	readonly ownerToken: string;
	readonly firstGrant: string;
	readonly apiTokens: ReadonlyMap<string, string>;
	readonly grants: readonly (Omit<Grant, "account"> & { readonly accountId: string })[];
}

/** Every credential of the site: API tokens, the OAuth app, grants and access tokens. */
export class Credentials {
	readonly clientId: string;
	readonly clientSecret: string;
	readonly grants: Grant[] = [];
	readonly #site: Site;
	readonly #apiTokens = new Map<string, Account>();
	readonly #access = new Map<string, AccessToken>();
	readonly #codes = new Map<string, Code>();
	readonly #basic = new Map<string, Caller>();

	/** The owner's API token. */
	readonly ownerToken: string;
	/** The owner's consent to everything; set once the scopes are known. */
	#first: Grant | undefined;

	/** @param saved what `save` gave, to go on with the same credentials; access tokens are not kept */
	constructor(site: Site, saved?: SavedCredentials) {
		this.#site = site;
		this.clientId = saved?.clientId ?? site.random.hex(32);
		this.clientSecret = saved?.clientSecret ?? `ATOA${site.random.hex(48)}`;
		for (const [token, accountId] of saved?.apiTokens ?? []) {
			const account = site.accounts.get(accountId);
			if (account !== undefined) this.#apiTokens.set(token, account);
		}
		for (const { accountId, ...grant } of saved?.grants ?? []) {
			const account = site.accounts.get(accountId);
			if (account !== undefined) this.grants.push({ ...grant, account });
		}
		this.#first = this.grants.find((grant) => grant.id === saved?.firstGrant);
		this.ownerToken = saved?.ownerToken ?? this.createApiToken(site.owner);
	}

	/** Gives the owner's first consent, made with these scopes when there is none yet. */
	ownerGrant(scopes: Iterable<string>): Grant {
		this.#first ??= this.createGrant(this.#site.owner, scopes);
		return this.#first;
	}

	/** Gives everything that must outlive the process. */
	save(): SavedCredentials {
		return {
			clientId: this.clientId,
			clientSecret: this.clientSecret,
			ownerToken: this.ownerToken,
			firstGrant: this.#first?.id ?? "",
			apiTokens: new Map([...this.#apiTokens].map(([token, account]) => [token, account.accountId])),
			grants: this.grants.map(({ account, ...grant }) => ({ ...grant, accountId: account.accountId })),
		};
	}

	/** Makes an API token for an account. */
	createApiToken(account: Account): string {
		const token = `ATATT3x${this.#site.random.hex(64)}`;
		this.#apiTokens.set(token, account);
		this.#basic.clear();
		return token;
	}

	/** Makes an API token useless from now on. */
	revokeApiToken(token: string): void {
		this.#apiTokens.delete(token);
		this.#basic.clear();
	}

	/** Records a consent of `account` to the app. */
	createGrant(account: Account, scopes: Iterable<string>): Grant {
		const grant: Grant = {
			id: this.#site.random.uuid(),
			account,
			scopes: new Set(scopes),
			refreshToken: `RT-${this.#site.random.hex(64)}`,
			replaced: new Map(),
			revoked: false,
		};
		this.grants.push(grant);
		return grant;
	}

	/** Makes an authorization code that lives ten minutes. */
	createCode(code: Omit<Code, "expires">): string {
		const text = this.#site.random.hex(40);
		this.#codes.set(text, { ...code, expires: this.#site.clock.now() + 600_000 });
		return text;
	}

	/** Takes an authorization code once; undefined when unknown, expired, made for another redirect address or another verifier. */
	takeCode(text: string, redirectUri: string, verifier: string): Omit<Code, "expires"> | undefined {
		const code = this.#codes.get(text);
		this.#codes.delete(text);
		if (code === undefined || code.expires <= this.#site.clock.now() || code.redirectUri !== redirectUri) return undefined;
		const proven = code.challenge === undefined || createHash("sha256").update(verifier).digest("base64url") === code.challenge;
		return proven ? code : undefined;
	}

	/** Makes an access token for a grant. */
	createAccessToken(grant: Grant): string {
		const token = `eyJ${this.#site.random.hex(96)}`;
		this.#access.set(token, { grant, scopes: grant.scopes, expires: this.#site.clock.now() + this.#site.switches.accessTokenMs });
		return token;
	}

	/** Exchanges a refresh token: rotates it, or gives the same successor within the leeway after a rotation. */
	refresh(token: string): { readonly grant: Grant; readonly access: string } | "revoked" | "invalid" {
		const now = this.#site.clock.now();
		for (const grant of this.grants) {
			if (grant.refreshToken === token) {
				if (grant.revoked) return "revoked";
				grant.replaced.set(token, now);
				grant.refreshToken = `RT-${this.#site.random.hex(64)}`;
				return { grant, access: this.createAccessToken(grant) };
			}
			const replacedAt = grant.replaced.get(token);
			if (replacedAt === undefined) continue;
			if (grant.revoked) return "revoked";
			if (now - replacedAt > this.#site.switches.refreshReuseLeewayMs) return "invalid";
			return { grant, access: this.createAccessToken(grant) };
		}
		return "invalid";
	}

	/** Makes every access token expire now; refresh tokens go on working. */
	expireAccessTokens(): void {
		this.#access.clear();
	}

	/** Withdraws every consent: access and refresh tokens stop working. */
	revokeGrants(): void {
		for (const grant of this.grants) grant.revoked = true;
		this.#access.clear();
	}

	/** Reads an `Authorization` header; undefined when it does not prove anything. `kind` is what the address asks for. */
	authenticate(header: string | undefined, kind: "basic" | "bearer"): Caller | undefined {
		if (header === undefined) return undefined;
		if (kind === "basic") return this.#authenticateBasic(header);
		if (!header.startsWith("Bearer ")) return undefined;
		const token = this.#access.get(header.slice(7));
		if (token === undefined || token.grant.revoked || token.expires <= this.#site.clock.now()) return undefined;
		return { account: token.grant.account, kind: "oauth", scopes: token.scopes };
	}

	#authenticateBasic(header: string): Caller | undefined {
		if (!header.startsWith("Basic ")) return undefined;
		const known = this.#basic.get(header);
		if (known !== undefined) return known.account.active ? known : undefined;
		const text = Buffer.from(header.slice(6), "base64").toString("utf8");
		const colon = text.indexOf(":");
		const account = this.#apiTokens.get(text.slice(colon + 1));
		if (account === undefined || !account.active || account.emailAddress.toLowerCase() !== text.slice(0, colon).toLowerCase())
			return undefined;
		const caller: Caller = { account, kind: "token", scopes: new Set() };
		this.#basic.set(header, caller);
		return caller;
	}
}
