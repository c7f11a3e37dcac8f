/** Where browsers reach this server: `https://backup.example.com`; undefined when it is not said, as in the demo. */
export interface PublicAddress {
	readonly publicUrl: string | undefined;
}

export function isSecure({ publicUrl }: PublicAddress): boolean {
	return publicUrl?.startsWith("https://") === true;
}

/** `__Host-` ties a cookie to this very host and to TLS; browsers refuse it on plain HTTP, which only the demo uses. */
export function sessionCookieName(address: PublicAddress): string {
	return isSecure(address) ? "__Host-skyeworx_session" : "skyeworx_session";
}

/** Writes the session's cookie; without a token it ends. */
export function sessionCookie(address: PublicAddress, session: { readonly token: string; readonly seconds: number } | undefined): string {
	const { token, seconds } = session ?? { token: "", seconds: 0 };
	const secure = isSecure(address) ? "; Secure" : "";
	return `${sessionCookieName(address)}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`;
}
