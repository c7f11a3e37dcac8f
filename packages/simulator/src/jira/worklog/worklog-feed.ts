import type { RequestContext } from "../../http/request.ts";
import type { Site } from "../../site/site.ts";

const pageSize = 1000;
/** Changes of the last minute are not in the feeds. */
const settling = 60_000;

interface Mark {
	readonly id: number;
	readonly at: number;
}

/** Writes a page of the worklogs that changed since a time, oldest first. */
export function updatedFeed(site: Site, request: RequestContext): object {
	return feed(
		site,
		request,
		[...site.jira.worklogMarks].map(([id, mark]) => ({ id, at: mark.updated })),
	);
}

/** Writes a page of the worklogs that were deleted since a time, oldest first. */
export function deletedFeed(site: Site, request: RequestContext): object {
	return feed(site, request, site.jira.worklogsDeleted);
}

function feed(site: Site, request: RequestContext, marks: readonly Mark[]): object {
	const since = Number(request.query.get("since") ?? 0);
	const newest = site.clock.now() - settling;
	const all = marks.filter((mark) => mark.at > since && mark.at <= newest).sort((a, b) => a.at - b.at || a.id - b.id);
	// A page never ends between two changes of the same instant: the next one begins after its `until`.
	let end = Math.min(pageSize, all.length);
	while (end > 0 && end < all.length && all[end]?.at === all[end - 1]?.at) end += 1;
	const page = all.slice(0, end);
	const until = page.at(-1)?.at ?? since;
	const address = (at: number): string => `${request.base}${request.path}?since=${at}`;
	const lastPage = end >= all.length;
	return {
		values: page.map((mark) => ({ worklogId: mark.id, updatedTime: mark.at, properties: [] })),
		since,
		until,
		self: address(since),
		...(lastPage ? {} : { nextPage: address(until) }),
		lastPage,
	};
}
