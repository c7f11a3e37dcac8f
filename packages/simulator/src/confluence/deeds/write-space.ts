import type { Site } from "../../site/site.ts";
import type { Space, SpacePermission } from "../entities.ts";
import { nextId } from "../ids.ts";
import { badRequest } from "../refusals.ts";
import { createContent } from "./write-content.ts";

/** What a space is made from. */
export interface NewSpace {
	readonly key: string;
	readonly name: string;
	readonly description: string;
	readonly authorId: string;
	readonly createdAt?: number;
	readonly type?: Space["type"];
	/** Only the author may see it. */
	readonly personal?: boolean;
}

const targets = ["page", "blogpost", "comment", "attachment"];

/** Makes a space with its home page. @throws HttpError 400 for a bad key, or one that another space holds, in the trash too */
export function createSpace(site: Site, input: NewSpace): Space {
	const state = site.confluence;
	if (!/^~?[A-Za-z0-9]{1,255}$/.test(input.key)) throw badRequest("The space key may hold letters and digits only");
	if (state.spaceByKey(input.key) !== undefined) throw badRequest(`A space already exists with key ${input.key}`);
	const space: Space = {
		id: nextId(site),
		key: input.key,
		name: input.name,
		type: input.type ?? "global",
		status: "current",
		authorId: input.authorId,
		createdAt: input.createdAt ?? site.clock.now(),
		homepageId: undefined,
		description: input.description,
		labels: [],
		properties: [],
		permissions: permissionsFor(site, input),
		blockedForApps: false,
	};
	state.spaces.set(space.id, space);
	const home = createContent(site, {
		space,
		type: "page",
		title: `${input.name} Home`,
		authorId: input.authorId,
		createdAt: space.createdAt,
		body: { storage: `<p>Welcome to ${input.name.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}.</p>` },
	});
	space.homepageId = home.id;
	state.touch();
	return space;
}

function permissionsFor(site: Site, input: NewSpace): SpacePermission[] {
	const permissions: SpacePermission[] = [];
	const grant = (principal: SpacePermission["principal"], key: string, targetType: string): void => {
		permissions.push({ id: nextId(site), principal, operation: { key, targetType } });
	};
	const author = { type: "user", id: input.authorId } as const;
	const groups =
		input.personal === true
			? []
			: [...site.groups.values()].filter((group) => group.name === "confluence-users" || group.name === "site-admins");
	for (const principal of [author, ...groups.map((group) => ({ type: "group", id: group.groupId }) as const)]) {
		grant(principal, "read", "space");
		for (const target of targets) {
			grant(principal, "create", target);
			grant(principal, "delete", target);
		}
	}
	const admins = groups.filter((group) => group.name === "site-admins").map((group) => ({ type: "group", id: group.groupId }) as const);
	for (const principal of [author, ...admins]) grant(principal, "administer", "space");
	return permissions;
}

/** Deletes a space with all its content, for good. */
export function deleteSpace(site: Site, space: Space): void {
	for (const content of site.confluence.contents.values()) if (content.spaceId === space.id) site.confluence.removeContent(content);
	for (const [id, template] of site.confluence.templates) if (template.spaceKey === space.key) site.confluence.templates.delete(id);
	site.confluence.spaces.delete(space.id);
	site.confluence.touch();
}
