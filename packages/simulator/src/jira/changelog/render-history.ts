import { jiraTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import type { History } from "../model/issue.ts";
import { renderUser } from "../people/render-user.ts";

/** Writes one entry of the change history; bulk fetching gives `created` as a number, everything else as text. */
export function renderHistory(site: Site, base: string, history: History, created: "text" | "number" = "text"): Record<string, unknown> {
	return {
		id: String(history.id),
		author: renderUser(site, base, history.author),
		created: created === "number" ? history.created : jiraTime(history.created),
		items: history.items.map(({ fieldId, ...item }) => (fieldId === undefined ? item : { ...item, fieldId })),
	};
}
