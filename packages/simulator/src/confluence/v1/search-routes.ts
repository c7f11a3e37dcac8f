import { type Answer, ok } from "../../http/answer.ts";
import { confluenceV1Error } from "../../http/errors.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import { isoTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { webui } from "../addresses.ts";
import { callerKey } from "../reach.ts";
import { latest } from "../state.ts";
import { parseCql } from "./cql.ts";
import { bodyText, find, type Hit, titleOf } from "./cql-match.ts";
import { Expansion, hitShape } from "./shapes.ts";

const scopes = [["search:confluence"], ["read:content-details:confluence"]];

/** Fixed limits of one page of search results: fewer when bodies are expanded, fewer still when they are rendered. */
const most = { plain: 200, withBody: 50, rendered: 25 } as const;

/** Registers search by CQL. */
export function registerSearch(router: Router, site: Site): void {
	router.route("GET", "/wiki/rest/api/content/search", (request) => contentSearch(site, request), scopes);
	router.route("GET", "/wiki/rest/api/search", (request) => search(site, request), scopes);
}

interface Slice {
	readonly hits: readonly Hit[];
	readonly limit: number;
	readonly start: number;
	readonly total: number;
	readonly expand: Expansion;
	readonly links: Record<string, string>;
}

function slice(site: Site, request: RequestContext, path: string): Slice {
	const cql = request.query.get("cql");
	if (cql === null) throw confluenceV1Error(400, "BadRequestException: The cql parameter is required");
	const given = Number(request.query.get("limit") ?? 25);
	if (!Number.isInteger(given) || given < 0) throw confluenceV1Error(400, "BadRequestException: limit must be a number from 0");
	const expand = new Expansion(request.query.getAll("expand"));
	const limit = Math.min(given, mostFor(expand));
	const start = startOf(request);
	const found = hitsFor(site, cql, request);
	const hits = found.slice(start, start + limit);
	const address = (from: number): string => {
		const query = new URLSearchParams(request.query);
		query.delete("start");
		query.set("limit", String(limit));
		query.set("cursor", `_sa_${Buffer.from(String(from)).toString("base64url")}`);
		return `/rest/api${path}?${query}`;
	};
	const links: Record<string, string> = {
		base: `${site.url}/wiki`,
		context: "/wiki",
		self: `${site.url}/wiki/rest/api${path}?${request.query}`,
	};
	if (start + limit < found.length && limit > 0) links.next = address(start + limit);
	if (start > 0) links.prev = address(Math.max(0, start - limit));
	return { hits, limit, start, total: found.length, expand, links };
}

/** Keeps the hits while nothing changes, so that paging through a long result sorts it once; not while the index lags, because then time alone changes them. */
function hitsFor(site: Site, cql: string, request: RequestContext): readonly Hit[] {
	const query = parseCql(cql);
	const moving = site.switches.searchLagMs > 0 || site.switches.searchFlickerMs > 0 || cql.includes("now(");
	const context = readContext(request);
	const statuses = new Set(context.contentStatuses ?? ["current"]);
	const search = (): Hit[] => find(site, query, { caller: request.caller, statuses }).filter((hit) => isWithin(site, hit, context));
	if (moving) return search();
	const key = `cql:${cql}#${request.query.get("cqlcontext") ?? ""}#${callerKey(request.caller)}`;
	return site.confluence.listing(key, search);
}

/** `cqlcontext`: where a query looks. */
interface Context {
	readonly spaceKey?: string;
	readonly contentId?: string;
	readonly contentStatuses?: readonly string[];
}

function readContext(request: RequestContext): Context {
	const text = request.query.get("cqlcontext");
	if (text === null) return {};
	try {
		const { spaceKey, contentId, contentStatuses } = JSON.parse(text) as Record<string, unknown>;
		return {
			...(typeof spaceKey === "string" ? { spaceKey } : {}),
			...(typeof contentId === "string" ? { contentId } : {}),
			...(Array.isArray(contentStatuses) ? { contentStatuses: contentStatuses.map(String) } : {}),
		};
	} catch {
		throw confluenceV1Error(400, "BadRequestException: cqlcontext must be a JSON object");
	}
}

function isWithin(site: Site, hit: Hit, { spaceKey, contentId }: Context): boolean {
	if (contentId !== undefined && hit.content.id !== contentId) return false;
	return spaceKey === undefined || site.confluence.spaces.get(hit.content.spaceId)?.key === spaceKey;
}

function mostFor(expand: Expansion): number {
	if (expand.has("body.export_view") || expand.has("body.styled_view")) return most.rendered;
	return expand.has("body") ? most.withBody : most.plain;
}

function startOf(request: RequestContext): number {
	const cursor = request.query.get("cursor");
	const start =
		cursor === null
			? Number(request.query.get("start") ?? 0)
			: Number(Buffer.from(cursor.replace("_sa_", ""), "base64url").toString("utf8"));
	if (!Number.isInteger(start) || start < 0) throw confluenceV1Error(400, "BadRequestException: The cursor is invalid");
	return start;
}

function contentSearch(site: Site, request: RequestContext): Answer {
	const { hits, limit, start, expand, links } = slice(site, request, "/content/search");
	const results = hits.map((hit) => hitShape(site, hit, expand));
	return ok({ results, start, limit, size: results.length, _links: links }, results.length);
}

function search(site: Site, request: RequestContext): Answer {
	const { hits, limit, start, total, expand, links } = slice(site, request, "/search");
	const inner = new Expansion(
		request.query
			.getAll("expand")
			.flatMap((value) => value.split(","))
			.map((path) => path.replace(/^content\./, "")),
	);
	const results = hits.map((hit) => resultShape(site, hit, expand.has("content") ? inner : new Expansion([])));
	return ok(
		{
			results,
			start,
			limit,
			size: results.length,
			totalSize: total,
			cqlQuery: request.query.get("cql"),
			searchDuration: 12,
			_links: links,
		},
		results.length,
	);
}

function resultShape(site: Site, hit: Hit, expand: Expansion): Record<string, unknown> {
	const space = site.confluence.spaces.get(hit.content.spaceId);
	const modified = hit.item.versions.at(-1)?.createdAt ?? latest(hit.content).createdAt;
	return {
		content: hitShape(site, hit, expand),
		title: titleOf(hit),
		excerpt: bodyText(hit).replace(/\s+/g, " ").trim().slice(0, 200),
		url: webui(site, hit.content),
		resultGlobalContainer: { title: space?.name ?? "", displayUrl: `/spaces/${space?.key ?? ""}` },
		breadcrumbs: [],
		entityType: "content",
		iconCssClass: "aui-icon content-type-page",
		lastModified: isoTime(modified),
		friendlyLastModified: isoTime(modified).slice(0, 10),
		score: 0,
	};
}
