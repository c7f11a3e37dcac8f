import type { Account } from "../../site/accounts.ts";
import type { Site } from "../../site/site.ts";

const sizes = ["48x48", "24x24", "16x16", "32x32"] as const;

/** Gives the four avatar addresses of something. */
export function avatarUrls(site: Site, kind: string, id: string | number): Record<string, string> {
	return Object.fromEntries(sizes.map((size) => [size, `${site.url}/_media/avatar/${kind}/${id}/${size}.png`]));
}

const cache = new WeakMap<Account, Map<string, object>>();

/** Writes a person as Jira does inside fields, comments and histories. */
export function renderUser(site: Site, base: string, accountId: string | undefined): object | null {
	const account = accountId === undefined ? undefined : site.accounts.get(accountId);
	if (account === undefined) return null;
	let byBase = cache.get(account);
	if (byBase === undefined) {
		byBase = new Map();
		cache.set(account, byBase);
	}
	const key = `${base} ${account.active}`;
	let rendered = byBase.get(key);
	if (rendered === undefined) {
		rendered = {
			self: `${base}/rest/api/3/user?accountId=${encodeURIComponent(account.accountId)}`,
			accountId: account.accountId,
			emailAddress: account.emailAddress,
			avatarUrls: avatarUrls(site, "user", account.accountId.slice(-12)),
			displayName: account.displayName,
			active: account.active,
			timeZone: account.timeZone,
			accountType: account.accountType,
		};
		byBase.set(key, rendered);
	}
	return rendered;
}
