import type { Answer } from "../../http/answer.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Site } from "../../site/site.ts";
import { seesContent } from "../access.ts";
import type { Content } from "../entities.ts";
import { callerKey } from "../reach.ts";
import { latest } from "../state.ts";
import { choiceParam, choicesParam, idsParam } from "./input.ts";
import { type Order, pageOf, sorted } from "./paging.ts";
import { blogPostShape, bulkFormats, pageShape } from "./shapes.ts";

const pageSorts = ["id", "-id", "created-date", "-created-date", "modified-date", "-modified-date", "title", "-title"] as const;
const blogSorts = ["id", "-id", "created-date", "-created-date", "modified-date", "-modified-date"] as const;

const values: Readonly<Record<string, (content: Content) => number | string>> = {
	id: (content) => Number(content.id),
	"created-date": (content) => content.createdAt,
	"modified-date": (content) => latest(content).createdAt,
	title: (content) => content.title.toLowerCase(),
	"child-position": (content) => content.position ?? 0,
};

/** The order that a `sort` of contents means; by id when there is none. */
export function contentOrder(sort: string | undefined): Order<Content> {
	const descending = sort?.startsWith("-") === true;
	const value = values[descending ? (sort ?? "").slice(1) : (sort ?? "id")] ?? ((content: Content) => Number(content.id));
	return { value, id: (content) => content.id, descending };
}

/** Answers a list of pages or blog posts, filtered as the query says, within some spaces or on the whole site. */
export function listContents(
	site: Site,
	request: RequestContext,
	wanted: { readonly type: "page" | "blogpost"; readonly within?: ReadonlySet<string>; readonly among?: (content: Content) => boolean },
): Answer {
	const page = wanted.type === "page";
	const sort = choiceParam(request, "sort", page ? pageSorts : blogSorts);
	const statuses: readonly string[] =
		(page
			? choicesParam(request, "status", ["current", "archived", "deleted", "trashed"])
			: choicesParam(request, "status", ["current", "deleted", "trashed"])) ?? (page ? ["current", "archived"] : ["current"]);
	const format = choiceParam(request, "body-format", bulkFormats);
	const subtype = choiceParam(request, "subtype", ["live", "page"]);
	const ids = idsParam(request, "id");
	const within = wanted.within ?? asSet(idsParam(request, "space-id", 100));
	const title = request.query.get("title");
	const order = contentOrder(sort);
	const matches = (content: Content): boolean =>
		content.type === wanted.type &&
		statuses.includes(content.status) &&
		(within === undefined || within.has(content.spaceId)) &&
		(title === null || content.title === title) &&
		(subtype === undefined || content.live === (subtype === "live")) &&
		(wanted.among === undefined || wanted.among(content)) &&
		seesContent(site, content, request.caller);
	const { contents } = site.confluence;
	const compute = (): Content[] => {
		const candidates = ids === undefined ? [...contents.values()] : ids.flatMap((id) => contents.get(id) ?? []);
		return sorted(candidates.filter(matches), order);
	};
	const items = site.confluence.listing(listKey(request), compute);
	const render = page ? (item: Content) => pageShape(site, item, { format }) : (item: Content) => blogPostShape(site, item, { format });
	return pageOf({ request, site, items, order, render });
}

const asSet = (ids: readonly string[] | undefined): ReadonlySet<string> | undefined => (ids === undefined ? undefined : new Set(ids));

/** Names a list by everything that its entries depend on. */
export function listKey(request: RequestContext): string {
	const query = new URLSearchParams(request.query);
	query.delete("cursor");
	query.delete("limit");
	query.delete("body-format");
	return `${request.path}?${query}#${callerKey(request.caller)}`;
}
