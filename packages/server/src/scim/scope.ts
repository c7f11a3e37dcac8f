import { createHmac } from "node:crypto";
import type { Log } from "@skyeworx/core";
import type { AccessPorts } from "../access/sessions.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { deriveKey } from "../keys/seal.ts";

export interface ScimPorts extends AccessPorts {
	readonly log: Log;
}

/** Whose people a request is about, and where its resources are addressed. */
export interface ScimScope {
	readonly organizationId: string;
	readonly tokenId: string;
	/** `https://backup.example.com/scim/v2` */
	readonly base: string;
}

/** What a name is looked up by: from the database alone nobody learns or guesses it. Names that differ in case only are the same. */
export function nameDigest(sealer: Sealer, what: "user" | "group", name: string): Buffer {
	return createHmac("sha256", deriveKey(sealer.key, `scim/${what}`))
		.update(name.toLowerCase())
		.digest();
}

/** One page of a list, as a client asks for it (RFC 7644, section 3.4.2.4). */
export interface PageQuery {
	readonly startIndex: number;
	readonly count: number;
	readonly filter: string | undefined;
}

const listSchema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/** One page of a list as SCIM answers it. */
export function listBody(page: PageQuery, total: number, resources: readonly object[]): object {
	return { schemas: [listSchema], totalResults: total, startIndex: page.startIndex, itemsPerPage: resources.length, Resources: resources };
}

/** What every resource says of itself. */
export function metaOf(
	type: "User" | "Group",
	scope: ScimScope,
	row: { readonly id: string; readonly created_at: Date; readonly updated_at: Date | null },
) {
	return {
		resourceType: type,
		created: row.created_at.toISOString(),
		lastModified: (row.updated_at ?? row.created_at).toISOString(),
		location: `${scope.base}/${type}s/${row.id}`,
	};
}
