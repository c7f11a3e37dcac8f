import { isAppError, isJsonObject } from "@skyeworx/core";
import { z } from "zod";
import type { AppSite } from "../../app-reader.ts";

const answer = z.looseObject({
	results: z.array(z.looseObject({ accountId: z.string(), displayName: z.string().nullish(), publicName: z.string().nullish() })),
});
const batch = 250;

/** Finds the display names of accounts, each asked for once; Confluence's records name people by id only. */
export class People {
	private readonly site: AppSite;
	private readonly names = new Map<string, string | undefined>();
	private available = true;
	private turn: Promise<void> = Promise.resolve();

	constructor(site: AppSite) {
		this.site = site;
	}

	/** Learns the names of those not known yet. A credential that may not see users goes without names. */
	async learn(accountIds: Iterable<string | null | undefined>, signal?: AbortSignal): Promise<void> {
		// One at a time: pages are read side by side and mostly name the same people.
		const mine = this.turn.then(() => this.learnNow(accountIds, signal));
		this.turn = mine.catch(() => {});
		await mine;
	}

	private async learnNow(accountIds: Iterable<string | null | undefined>, signal: AbortSignal | undefined): Promise<void> {
		const unknown = [...new Set(accountIds)].filter((id): id is string => id != null && id !== "" && !this.names.has(id));
		for (let at = 0; at < unknown.length && this.available; at += batch) await this.ask(unknown.slice(at, at + batch), signal);
	}

	private async ask(accountIds: readonly string[], signal: AbortSignal | undefined): Promise<void> {
		try {
			const call = {
				method: "POST",
				path: "/wiki/api/v2/users-bulk",
				body: { accountIds: [...accountIds] },
				idempotent: true,
				signal,
			} as const;
			const { results } = await this.site.client.read(call, answer);
			for (const id of accountIds) this.names.set(id, undefined);
			for (const user of results) this.names.set(user.accountId, user.displayName || user.publicName || undefined);
		} catch (error) {
			if (!isAppError(error, "scope-missing") && !isAppError(error, "site-refused") && !isAppError(error, "not-found")) throw error;
			this.available = false;
			this.site.ports.log.warn("Names of Confluence users are not readable", { code: error.code });
		}
	}

	/** The known names of these accounts. */
	of(accountIds: Iterable<string | null | undefined>): ReadonlyMap<string, string> {
		const found = new Map<string, string>();
		for (const id of accountIds) {
			const name = id == null ? undefined : this.names.get(id);
			if (id != null && name !== undefined) found.set(id, name);
		}
		return found;
	}
}

/** All account ids that a record or a body part names, at any depth. */
export function accountsIn(value: unknown, found: Set<string> = new Set()): Set<string> {
	if (Array.isArray(value)) for (const member of value) accountsIn(member, found);
	else if (isJsonObject(value as never)) {
		for (const [name, member] of Object.entries(value as Record<string, unknown>)) {
			if (typeof member === "string" && /^(accountId|authorId|ownerId|lastOwnerId|spaceOwnerId|resolutionLastModifierId)$/.test(name))
				found.add(member);
			else if (typeof member === "object") accountsIn(member, found);
		}
	}
	return found;
}
