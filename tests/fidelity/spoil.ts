import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import type { SiteBench } from "../site-bench.ts";

const object = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
const objects = (list: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(list) ? list.filter(isJsonObject) : []);

/** An ADF document of one paragraph. */
export function paragraph(text: string): JsonObject {
	return { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text }] }] };
}

/** Changes everything of an item that the API lets one change, and deletes what can be deleted of it. */
export async function spoil(bench: SiteBench, item: StoredItem): Promise<void> {
	if (item.ref.kind === "jira.work-item") await spoilWorkItem(bench, item);
	else await spoilContent(bench, item);
}

/** Fields that an edit can empty; `names` are those of the item's edit screen. */
async function editable(bench: SiteBench, id: string): Promise<ReadonlySet<string>> {
	const answer = await bench.call("GET", `/rest/api/3/issue/${id}/editmeta`);
	return new Set(Object.keys(object(answer.fields)));
}

const kept: ReadonlySet<string> = new Set([
	"issuetype",
	"project",
	"summary",
	"description",
	"attachment",
	"comment",
	"worklog",
	"issuelinks",
	"parent",
	"reporter",
	"priority",
	"timetracking",
]);

async function spoilWorkItem(bench: SiteBench, item: StoredItem): Promise<void> {
	const path = `/rest/api/3/issue/${item.ref.id}`;
	const stored = object(object(item.parts.get("")).fields);
	const screen = await editable(bench, item.ref.id);
	const emptied = [...screen].filter((name) => !kept.has(name) && stored[name] !== undefined && stored[name] !== null);
	const fields: Record<string, JsonValue> = {
		summary: "Spoilt",
		description: paragraph("Nothing of the old text."),
		...Object.fromEntries(emptied.map((name) => [name, Array.isArray(stored[name]) ? [] : null])),
		...(screen.has("priority") ? { priority: { id: object(stored.priority).id === "1" ? "2" : "1" } } : {}),
	};
	const accountIds = objects(item.parts.get("participants")).flatMap(({ accountId }) => accountId ?? []);
	if (accountIds.length > 0) await bench.call("DELETE", `/rest/servicedeskapi/request/${item.ref.id}/participant`, { accountIds });
	await edit(bench, path, fields);
	const [comment, second] = objects(item.parts.get("comments"));
	if (comment !== undefined) await bench.call("PUT", `${path}/comment/${comment.id}`, { body: paragraph("Said otherwise.") });
	if (second !== undefined) await bench.remove(`${path}/comment/${second.id}`);
	const [worklog, other] = objects(item.parts.get("worklogs"));
	if (worklog !== undefined)
		await bench.call("PUT", `${path}/worklog/${worklog.id}`, { timeSpentSeconds: 60, comment: paragraph("Less.") });
	if (other !== undefined) await bench.remove(`${path}/worklog/${other.id}`);
	const [file] = objects(stored.attachment);
	if (file !== undefined) await bench.remove(`/rest/api/3/attachment/${file.id}`);
	const [link] = objects(stored.issuelinks);
	if (link !== undefined) await bench.remove(`/rest/api/3/issueLink/${link.id}`);
	await spoilBeside(bench, item, path);
	const { transitions } = await bench.call("GET", `${path}/transitions?expand=transitions.fields`);
	const onward = objects(transitions).find((one) => object(one.to).id !== object(stored.status).id && one.hasScreen !== true);
	if (onward !== undefined) await bench.post(`${path}/transitions`, { transition: { id: onward.id ?? "" } });
}

/** Changes what stands beside a work item: watchers, properties, links to the outside, its rank. */
async function spoilBeside(bench: SiteBench, item: StoredItem, path: string): Promise<void> {
	const [watcher] = objects(item.parts.get("watchers"));
	if (watcher !== undefined) await bench.remove(`${path}/watchers?accountId=${encodeURIComponent(String(watcher.accountId))}`);
	const [key, other] = Object.keys(object(item.parts.get("properties")));
	if (key !== undefined) await bench.call("PUT", `${path}/properties/${encodeURIComponent(key)}`, { spoilt: true });
	if (other !== undefined) await bench.remove(`${path}/properties/${encodeURIComponent(other)}`);
	const [remote] = objects(item.parts.get("remote-links"));
	if (remote !== undefined)
		await bench.call("PUT", `${path}/remotelink/${remote.id}`, { object: { url: "https://elsewhere.example.com/", title: "Elsewhere" } });
	const first = [...bench.simulator.state.jira.issues.keys()][0];
	if (String(first) !== item.ref.id)
		await bench.call("PUT", "/rest/agile/1.0/issue/rank", { issues: [item.ref.id], rankBeforeIssue: String(first) });
}

/** One field after the other when all at once are refused. */
async function edit(bench: SiteBench, path: string, fields: Readonly<Record<string, JsonValue>>): Promise<void> {
	try {
		await bench.call("PUT", path, { fields });
	} catch {
		for (const [name, value] of Object.entries(fields)) await bench.call("PUT", path, { fields: { [name]: value } }).catch(() => undefined);
	}
}

async function spoilContent(bench: SiteBench, item: StoredItem): Promise<void> {
	const main = object(item.parts.get(""));
	const id = item.ref.id;
	const path = `/wiki/api/v2/${item.ref.kind === "confluence.page" ? "pages" : "blogposts"}/${id}`;
	const comments = object(item.parts.get("comments"));
	const [footer, another] = objects(comments.footer).filter((comment) => typeof comment.parentCommentId !== "string");
	if (footer !== undefined) await sayOtherwise(bench, footer);
	if (another !== undefined) await bench.remove(`/wiki/api/v2/footer-comments/${another.id}`);
	const inline = objects(comments.inline).find((comment) => typeof comment.parentCommentId !== "string");
	if (inline !== undefined) await bench.remove(`/wiki/api/v2/inline-comments/${inline.id}`);
	for (const label of objects(item.parts.get("labels"))) await bench.remove(`/wiki/rest/api/content/${id}/label?name=${label.name}`);
	await bench.post(`/wiki/rest/api/content/${id}/label`, [{ prefix: "global", name: "spoilt" }]);
	const [property] = objects(item.parts.get("properties"));
	if (property !== undefined) await bench.remove(`${path}/properties/${property.id}`);
	const [file] = objects(item.parts.get("attachments"));
	if (file !== undefined) await bench.remove(`/wiki/api/v2/attachments/${file.id}`);
	const { version } = await bench.call("GET", path);
	await bench.call("PUT", path, {
		id,
		status: "current",
		title: `${String(main.title)} (spoilt)`,
		body: { representation: "storage", value: "<p>Nothing of the old text.</p>" },
		version: { number: Number(object(version).number) + 1 },
	});
}

async function sayOtherwise(bench: SiteBench, comment: JsonObject): Promise<void> {
	const version = { number: Number(object(comment.version).number) + 1 };
	const body = { representation: "storage", value: "<p>Said otherwise.</p>" };
	await bench.call("PUT", `/wiki/api/v2/footer-comments/${comment.id}`, { version, body });
}
