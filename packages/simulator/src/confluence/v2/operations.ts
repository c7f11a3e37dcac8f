import type { Caller } from "../../auth/caller.ts";
import type { Site } from "../../site/site.ts";
import { editsContent, mayInSpace } from "../access.ts";
import type { Content } from "../entities.ts";

/** What the caller may do with an object. */
export function operationsOf(site: Site, content: Content, caller: Caller): { operation: string; targetType: string }[] {
	const space = site.confluence.spaces.get(content.spaceId);
	const operations = [{ operation: "read", targetType: content.type }];
	if (space === undefined || !editsContent(site, content, caller)) return operations;
	for (const key of ["create", "delete"]) {
		if (!mayInSpace(site, space, caller, { key, targetType: content.type })) continue;
		operations.push({ operation: key === "create" ? "update" : key, targetType: content.type });
	}
	return operations;
}
