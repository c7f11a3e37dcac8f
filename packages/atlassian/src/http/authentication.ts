import { AppError, type Clock, type Log, parseJson } from "@skyeworx/core";
import { z } from "zod";
import type { Connection, Credential, CredentialStore } from "./connection.ts";
import { type Transport, WireFailure } from "./transport.ts";

const tokenAnswer = z.object({
	access_token: z.string().min(1),
	refresh_token: z.string().min(1).optional(),
	expires_in: z.number().positive(),
});
const tokenError = z.object({ error: z.string(), error_description: z.string().optional() });

type OAuthCredential = Extract<Credential, { type: "oauth" }>;

export interface AuthenticationPorts {
	readonly connection: Connection;
	readonly store: CredentialStore;
	readonly transport: Transport;
	readonly clock: Clock;
	readonly log: Log;
}

/** Makes the `Authorization` header, and renews access tokens: one refresh at a time per grant, the new token stored before use. */
export class Authentication {
	private readonly ports: AuthenticationPorts;
	private current: Credential | undefined;
	private renewing: Promise<void> | undefined;

	constructor(ports: AuthenticationPorts) {
		this.ports = ports;
	}

	/** The header's value; refreshes a token that is about to expire. */
	async header(signal: AbortSignal): Promise<string> {
		this.current ??= await this.ports.store.load();
		if (this.current.type === "oauth" && !this.usable(this.current, undefined)) await this.renew(this.current.accessToken, signal);
		return headerOf(this.current);
	}

	/**
	 * Gets a new access token instead of the one that the site rejected.
	 * @returns false when the credential has nothing to renew
	 */
	async rejected(header: string, signal: AbortSignal): Promise<boolean> {
		this.current ??= await this.ports.store.load();
		if (this.current.type !== "oauth") return false;
		if (headerOf(this.current) === header) await this.renew(this.current.accessToken, signal);
		return true;
	}

	private usable(credential: OAuthCredential, rejected: string | undefined): boolean {
		if (credential.accessToken === undefined || credential.accessToken === rejected) return false;
		return credential.expiresAt === undefined || credential.expiresAt > this.ports.clock.now().getTime() + 60_000;
	}

	private renew(rejected: string | undefined, signal: AbortSignal): Promise<void> {
		this.renewing ??= this.ports.store
			.exclusive(() => this.refresh(rejected, signal))
			.finally(() => {
				this.renewing = undefined;
			});
		return this.renewing;
	}

	private async refresh(rejected: string | undefined, signal: AbortSignal): Promise<void> {
		const credential = await this.ports.store.load();
		this.current = credential;
		// Another process may have refreshed while this one waited its turn.
		if (credential.type !== "oauth" || this.usable(credential, rejected)) return;
		const fresh = await this.request(credential, signal);
		const next: OAuthCredential = {
			...credential,
			accessToken: fresh.access_token,
			refreshToken: fresh.refresh_token ?? credential.refreshToken,
			expiresAt: this.ports.clock.now().getTime() + fresh.expires_in * 1000,
		};
		await this.ports.store.replace(credential, next);
		this.current = next;
	}

	/** Atlassian accepts a used refresh token again for ten minutes, so a lost answer may be asked for again. */
	private async request(credential: OAuthCredential, signal: AbortSignal): Promise<z.infer<typeof tokenAnswer>> {
		const url = new URL(`${this.ports.connection.authUrl ?? "https://auth.atlassian.com"}/oauth/token`);
		const body = JSON.stringify({
			grant_type: "refresh_token",
			client_id: credential.clientId,
			client_secret: credential.clientSecret,
			refresh_token: credential.refreshToken,
		});
		for (let attempt = 1; ; attempt++) {
			const wait = 1000 * 2 ** attempt;
			try {
				const headers = { "content-type": "application/json", accept: "application/json" };
				const answer = await this.ports.transport.send({ url, method: "POST", headers, body, timeout: 30_000, signal });
				const text = new TextDecoder().decode(await answer.bytes());
				if (answer.status < 400) return parseToken(text);
				if (answer.status !== 429 && answer.status < 500) throw refusal(answer.status, text);
				if (attempt >= 4)
					throw new AppError("site-unreachable", "Atlassian's login does not answer properly", { facts: { status: answer.status } });
			} catch (error) {
				if (!(error instanceof WireFailure)) throw error;
				if (attempt >= 4) throw new AppError("site-unreachable", "Atlassian's login can't be reached", { cause: error });
			}
			this.ports.log.info("Refreshing the grant failed; trying again", { attempt });
			await this.ports.clock.sleep(wait, signal);
		}
	}
}

function headerOf(credential: Credential): string {
	if (credential.type === "oauth") return `Bearer ${credential.accessToken ?? ""}`;
	return `Basic ${Buffer.from(`${credential.email}:${credential.token}`).toString("base64")}`;
}

/** Reads what the login answers. @throws AppError `site-answer-malformed`, without quoting it */
export function parseToken(text: string): z.infer<typeof tokenAnswer> {
	try {
		return tokenAnswer.parse(parseJson(text));
	} catch {
		// The parse error would quote the answer, and the answer holds a token.
		throw new AppError("site-answer-malformed", "Atlassian's login answered something that is no token");
	}
}

/** What a refusal of the login means. */
export function refusal(status: number, text: string): AppError {
	let code = "";
	try {
		code = tokenError.parse(JSON.parse(text)).error;
	} catch {
		// An answer without a readable reason is a refusal all the same.
	}
	// A refresh token that is no good is refused as `unauthorized_client` ("refresh_token is invalid") or `invalid_grant`.
	if (code === "invalid_client" || code === "access_denied") {
		return new AppError("credential-rejected", "Atlassian does not know this app's client id and secret", {
			hint: "Check the OAuth app's client id and secret in the Atlassian developer console.",
			facts: { status, reason: code },
		});
	}
	return new AppError("credential-revoked", "The grant to this site was revoked or has expired", {
		hint: "Connect the site again and grant access.",
		facts: { status, reason: code },
	});
}
