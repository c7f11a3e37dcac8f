import type { JsonValue } from "@skyeworx/core";
import type { StoredItem, ToldChange } from "@skyeworx/engine";
import { idAt, listAt, textAt, timeAt } from "../../record/json-access.ts";

/** What a line of history says that has no field of its own, by the name that Jira gives it. */
const unnamed: Readonly<Record<string, string>> = {
	IssueParentAssociation: "fields.parent",
	RemoteIssueLink: "remote-links",
	RemoteWorkItemLink: "remote-links",
	Comment: "comments",
	WorklogId: "worklogs",
	Rank: "rank",
};

/** Jira computes it, or moves it by other means. */
const notWritten: ReadonlySet<string> = new Set(["timespent", "project", "Key", "key"]);

/** The path that a line of history speaks of; null for one that says that something was added. */
function pathOf(line: JsonValue): string | null | undefined {
	const [name, fieldId] = [textAt(line, "field") ?? "", textAt(line, "fieldId")];
	const [from, to] = [idAt(line, "from"), idAt(line, "to")];
	if (notWritten.has(name) || notWritten.has(fieldId ?? "")) return undefined;
	const isAddition = (from ?? "") === "" && (to ?? "") !== "";
	if (fieldId === "attachment" || name === "Attachment") return isAddition ? null : `file/${from ?? ""}`;
	if (fieldId === "issuelinks" || name === "Link") return isAddition ? null : "links";
	const path = unnamed[name];
	if (path !== undefined) return isAddition && path !== "fields.parent" ? null : path;
	return fieldId === undefined || fieldId === "" ? undefined : `fields.${fieldId}`;
}

/** Who changed what of a work item: from its history, and from the dates of its comments and worklogs. */
export function toldChanges(item: StoredItem): readonly ToldChange[] {
	const lines = listAt(item.parts.get("history")).flatMap((entry) => {
		const paths = listAt(entry, "items").map(pathOf);
		const fields = paths.filter((path) => typeof path === "string");
		const change = { at: timeAt(entry, "created") ?? 0, accountId: textAt(entry, "author", "accountId") ?? "" };
		return [...(fields.length > 0 ? [{ ...change, fields }] : []), ...(paths.includes(null) ? [{ ...change, fields: [] }] : [])];
	});
	return [
		...lines,
		...(["comments", "worklogs"] as const).flatMap((part) => listAt(item.parts.get(part)).flatMap((entry) => written(part, entry))),
	];
}

function written(part: "comments" | "worklogs", entry: JsonValue): readonly ToldChange[] {
	const [created, updated] = [timeAt(entry, "created") ?? 0, timeAt(entry, "updated") ?? 0];
	const added: ToldChange = { at: created, accountId: textAt(entry, "author", "accountId") ?? "", fields: [] };
	if (updated <= created) return [added];
	return [
		added,
		{ at: updated, accountId: textAt(entry, "updateAuthor", "accountId") ?? "", fields: [`${part}/${idAt(entry, "id") ?? ""}`] },
	];
}
