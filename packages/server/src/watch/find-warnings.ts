import type { CredentialWarning, SeenByCredential } from "./read-watch.ts";

/** What a credential sees now. */
export interface Seen extends Omit<SeenByCredential, "warnings"> {
	readonly gaps: readonly { readonly kind: string; readonly reason: string }[];
}

/** Somebody is told so many days before a token ends. */
const noticeDays = 14;
const dayMilliseconds = 86_400_000;
/** Names that a sentence holds. */
const shown = 8;

/**
 * What will keep a credential from working, and what it saw before and sees no more. The first look has nothing to compare with: what
 * is not seen then is said where the site was connected.
 */
export function findWarnings(
	before: SeenByCredential | undefined,
	now: Seen,
	{ expiresAt, at }: { readonly expiresAt: Date | null; readonly at: Date },
): readonly CredentialWarning[] {
	const warnings: CredentialWarning[] = [];
	const days = expiresAt === null ? Number.POSITIVE_INFINITY : (expiresAt.getTime() - at.getTime()) / dayMilliseconds;
	if (expiresAt !== null && days <= noticeDays) {
		const on = expiresAt.toISOString().slice(0, 10);
		warnings.push({
			code: "expires",
			detail: days <= 0 ? `The API token has ended on ${on}` : `The API token ends on ${on}: make a new one`,
		});
	}
	if (before === undefined) return warnings;
	const apps = before.apps.filter((app) => !now.apps.includes(app));
	if (apps.length > 0) warnings.push({ code: "apps", detail: `The credential has no access any more to: ${apps.join(", ")}` });
	const scopes = before.scopes.filter((scope) => !now.scopes.includes(scope));
	if (scopes.length > 0) warnings.push({ code: "scopes", detail: `The grant has lost scopes: ${list(scopes)}` });
	const kinds = before.kinds.filter((kind) => !now.kinds.includes(kind));
	if (kinds.length > 0) {
		const reasons = [...new Set(now.gaps.filter((gap) => kinds.includes(gap.kind)).map((gap) => gap.reason))];
		warnings.push({ code: "kinds", detail: `No longer readable: ${list(kinds)}. ${reasons.slice(0, shown).join(" ")}` });
	}
	const seen = new Set(now.spaces.map((space) => space.name));
	const spaces = before.spaces.filter((space) => !seen.has(space.name));
	if (spaces.length > 0) {
		const keys = list(spaces.map((space) => space.key));
		const detail = `No longer seen: the ${spaces.length === 1 ? "space" : "spaces"} ${keys}. The account lost the permission, or they were deleted; check the site when that is right`;
		warnings.push({ code: "spaces", detail });
	}
	return warnings;
}

function list(names: readonly string[]): string {
	return names.length <= shown ? names.join(", ") : `${names.slice(0, shown).join(", ")} and ${names.length - shown} more`;
}
