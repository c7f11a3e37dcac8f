import type { Caller } from "../auth/caller.ts";
import type { Site } from "../site/site.ts";
import type { Attachment, Comment, Content, Restriction, Space } from "./entities.ts";

/** Tells whether an account is named by a restriction; one that names nobody lets everybody pass. */
function passes(site: Site, restriction: Restriction, accountId: string): boolean {
	if (restriction.users.length === 0 && restriction.groups.length === 0) return true;
	return restriction.users.includes(accountId) || restriction.groups.some((id) => site.groups.get(id)?.members.has(accountId) === true);
}

/** Tells whether a request is made under an admin key that is in force. */
const usesAdminKey = (site: Site, caller: Caller): boolean =>
	caller.withAdminKey === true &&
	caller.kind === "token" &&
	(site.confluence.adminKeys.get(caller.account.accountId) ?? 0) > site.clock.now();

/** Tells whether the caller has a permission in a space. */
export function mayInSpace(
	site: Site,
	space: Space,
	caller: Caller,
	operation: { readonly key: string; readonly targetType: string },
): boolean {
	if (caller.kind === "anonymous") return false;
	if (caller.kind === "oauth" && space.blockedForApps) return false;
	const { accountId } = caller.account;
	return space.permissions.some(
		({ principal, operation: granted }) =>
			granted.key === operation.key &&
			granted.targetType === operation.targetType &&
			(principal.type === "user" ? principal.id === accountId : site.groups.get(principal.id)?.members.has(accountId) === true),
	);
}

/** Tells whether the caller sees a space. */
export const seesSpace = (site: Site, space: Space, caller: Caller): boolean =>
	mayInSpace(site, space, caller, { key: "read", targetType: "space" });

/** Tells whether the caller sees a page, blog post or other object: the space and every view restriction from the object to the root. */
export function seesContent(site: Site, content: Content, caller: Caller): boolean {
	const space = site.confluence.spaces.get(content.spaceId);
	if (space === undefined || !seesSpace(site, space, caller)) return false;
	const { accountId } = caller.account;
	const container = containerOfCustom(site, content);
	if (container !== undefined) return container.status !== "trashed" && seesContent(site, container, caller);
	if (usesAdminKey(site, caller)) return true;
	if (!passes(site, content.restrictions.read, accountId)) return false;
	return site.confluence.ancestorsOf(content).every((above) => passes(site, above.restrictions.read, accountId));
}

/** What custom content is in, where that is not the space itself. */
const containerOfCustom = (site: Site, { custom }: Content): Content | undefined =>
	custom?.containerId === undefined ? undefined : site.confluence.contents.get(custom.containerId);

/** Tells whether the caller may change an object that it sees. */
export function editsContent(site: Site, content: Content, caller: Caller): boolean {
	return usesAdminKey(site, caller) || passes(site, content.restrictions.update, caller.account.accountId);
}

/** The page or blog post that an attachment or comment is on, through the attachment of a comment. */
export function containerOf(site: Site, item: Attachment | Comment): Content | undefined {
	const direct = site.confluence.contents.get(item.containerId);
	if (direct !== undefined) return direct;
	const attachment = site.confluence.attachments.get(item.containerId);
	return attachment === undefined ? undefined : site.confluence.contents.get(attachment.containerId);
}
