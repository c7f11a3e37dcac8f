import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import Provider from "oidc-provider";

/** Somebody with an account in the tenant, as Entra's tokens tell of them. */
export interface EntraAccount {
	readonly oid: string;
	readonly name: string;
	readonly preferred_username: string;
	readonly groups?: readonly string[];
	/** Another tenant than the provider's own: a guest, or a forgery. */
	readonly tid?: string;
	readonly _claim_names?: Readonly<Record<string, string>>;
}

export const clientId = "11111111-2222-4333-8444-555555555555";
export const clientSecret = "the application's secret";

/** An OpenID provider that looks like a tenant of Microsoft Entra ID: `/{tenant}/v2.0`, `tid`, `oid`, `groups`. */
export class EntraTenant {
	readonly tenantId: string;
	/** Who is signed in at Microsoft in the browser. */
	account: EntraAccount | undefined;
	#server: Server | undefined;
	#authority = "";

	constructor(tenantId: string) {
		this.tenantId = tenantId;
	}

	get authority(): string {
		return this.#authority;
	}

	async start(): Promise<void> {
		let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {};
		const server = createServer((request, response) => handle(request, response));
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		this.#server = server;
		const path = `/${this.tenantId}/v2.0`;
		this.#authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
		const { privateKey } = await generateKeyPair("RS256", { extractable: true });
		const provider = this.#provider(await exportJWK(privateKey));
		const answer = provider.callback();
		handle = (request, response) => {
			const inner = (request.url ?? "").slice(path.length);
			if (inner.startsWith("/interaction/")) void this.#signIn(provider, request, response);
			else {
				// As frameworks do for what is mounted below a path: the provider writes its own addresses by the difference.
				Object.assign(request, { originalUrl: request.url, url: inner });
				void answer(request, response);
			}
		};
	}

	async stop(): Promise<void> {
		this.#server?.closeAllConnections();
		await new Promise<void>((resolve) => (this.#server === undefined ? resolve() : this.#server.close(() => resolve())));
	}

	#provider(signingKey: JWK): Provider {
		const accounts = new Map<string, EntraAccount>();
		return new Provider(this.#authority, {
			clients: [
				{
					client_id: clientId,
					client_secret: clientSecret,
					redirect_uris: ["http://127.0.0.1/api/sign-in/entra/callback"],
					token_endpoint_auth_method: "client_secret_post",
					application_type: "native",
				},
			],
			jwks: { keys: [{ ...signingKey, alg: "RS256", use: "sig", kid: "entra" }] },
			cookies: { keys: ["a key of the test"] },
			pkce: { required: () => true },
			conformIdTokenClaims: false,
			claims: {
				openid: ["sub", "tid", "oid", "groups", "_claim_names"],
				profile: ["name", "preferred_username"],
				email: ["email"],
			},
			features: { devInteractions: { enabled: false } },
			interactions: { url: (_context, interaction) => `/${this.tenantId}/v2.0/interaction/${interaction.uid}` },
			findAccount: (_context, id) => {
				const account = this.account?.oid === id ? this.account : accounts.get(id);
				if (account === undefined) return undefined;
				accounts.set(id, account);
				return { accountId: id, claims: () => ({ sub: `pairwise-${id}`, tid: this.tenantId, ...structuredClone(account) }) };
			},
			loadExistingGrant: async (context) => {
				const grant = new context.oidc.provider.Grant({ clientId, accountId: context.oidc.session?.accountId ?? "" });
				grant.addOIDCScope("openid profile email");
				await grant.save();
				return grant;
			},
		});
	}

	async #signIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
		const result =
			this.account === undefined
				? { error: "access_denied", error_description: "AADSTS65004: the user declined" }
				: { login: { accountId: this.account.oid, remember: false }, consent: {} };
		await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
	}
}
