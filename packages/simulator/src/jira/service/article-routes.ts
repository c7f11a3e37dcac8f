import { param } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { refused } from "./desk-routes.ts";
import { page } from "./service-answers.ts";
import { findDesk } from "./service-routes.ts";

/** Registers the search of a desk's knowledge base: pages of the Confluence space that it is linked to. */
export function registerArticles(router: Router, site: Site): void {
	router.route("GET", "/rest/servicedeskapi/servicedesk/{serviceDeskId}/knowledgebase/article", (request) => {
		param(request, "serviceDeskId");
		const words = (request.query.get("query") ?? "").toLowerCase();
		if (words === "") throw refused("The query is required.");
		const { knowledgeSpace } = findDesk(site, request);
		const space = [...site.confluence.spaces.values()].find(({ key }) => key === knowledgeSpace);
		const found = [...site.confluence.contents.values()].filter(
			({ spaceId, type, status, title }) =>
				spaceId === space?.id && type === "page" && status === "current" && title.toLowerCase().includes(words),
		);
		return page(request, found, ({ id, title }) => ({
			title,
			excerpt: title,
			source: { type: "confluence", pageId: id, spaceKey: space?.key },
			content: { iframeSrc: `${request.base}/rest/servicedeskapi/knowledgebase/article/view/${id}` },
		}));
	});
}
