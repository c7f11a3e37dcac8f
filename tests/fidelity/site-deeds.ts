import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { SiteBench } from "../site-bench.ts";
import { paragraph } from "./spoil.ts";

const object = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
const objects = (list: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(list) ? list.filter(isJsonObject) : []);

/** The element that a number picks; undefined when there is none. */
export function pick<T>(list: readonly T[], by: number): T | undefined {
	return list.length === 0 ? undefined : list[by % list.length];
}

/** A deed of a person on the site; `by` picks what it is done to, `tag` is new each time. */
export type Deed = (bench: SiteBench, by: number, tag: string) => Promise<void>;

const workItems = (bench: SiteBench): readonly string[] => [...bench.simulator.state.jira.issues.keys()].map(String);
const contents = (bench: SiteBench, type: "page" | "blogpost", status: string) =>
	[...bench.simulator.state.confluence.contents.values()].filter((one) => one.type === type && one.status === status);
const homes = (bench: SiteBench) => new Set([...bench.simulator.state.confluence.spaces.values()].map((space) => space.homepageId));

/** Pages and posts that a person edits. */
const written = (bench: SiteBench) => [...contents(bench, "page", "current"), ...contents(bench, "blogpost", "current")];
const pathOf = (content: { readonly id: string; readonly type: string }): string =>
	`/wiki/api/v2/${content.type === "page" ? "pages" : "blogposts"}/${content.id}`;
const containerOf = (content: { readonly id: string; readonly type: string }): JsonObject =>
	content.type === "page" ? { pageId: content.id } : { blogPostId: content.id };

/** Uploads a text file. */
export async function upload(
	bench: SiteBench,
	file: { readonly method: string; readonly path: string; readonly name: string; readonly text: string },
) {
	const { email, apiToken } = bench.simulator.site;
	const body = new FormData();
	body.set("file", new Blob([file.text], { type: "text/plain" }), file.name);
	const authorization = `Basic ${Buffer.from(`${email}:${apiToken}`).toString("base64")}`;
	const headers = { authorization, "x-atlassian-token": "no-check" };
	const answer = await fetch(bench.simulator.url + file.path, { method: file.method, headers, body });
	if (!answer.ok) throw new Error(`${file.path}: ${answer.status} ${await answer.text()}`);
}

const onWorkItem =
	(deed: (bench: SiteBench, path: string, by: number, tag: string) => Promise<void>): Deed =>
	async (bench, by, tag) => {
		const id = pick(workItems(bench), by);
		if (id !== undefined) await deed(bench, `/rest/api/3/issue/${id}`, Math.floor(by / 7), tag);
	};

/** Work items that customers asked for, by JSM's own address. */
const onRequest =
	(deed: (bench: SiteBench, path: string, by: number, tag: string) => Promise<void>): Deed =>
	async (bench, by, tag) => {
		const requests = [...bench.simulator.state.jira.issues.values()].filter(
			(issue) => issue.body?.custom.has("customfield_10010") === true,
		);
		const issue = pick(requests, by);
		if (issue !== undefined) await deed(bench, `/rest/servicedeskapi/request/${issue.id}`, Math.floor(by / 7), tag);
	};

const onContent =
	(deed: (bench: SiteBench, content: ReturnType<typeof written>[number], by: number, tag: string) => Promise<void>): Deed =>
	async (bench, by, tag) => {
		const content = pick(written(bench), by);
		if (content !== undefined) await deed(bench, content, Math.floor(by / 7), tag);
	};

/** Files that hang on what a person edits. */
const onFile =
	(
		deed: (
			bench: SiteBench,
			file: ReturnType<SiteBench["simulator"]["state"]["confluence"]["attachmentsOf"]>[number],
			by: number,
			tag: string,
		) => Promise<void>,
	): Deed =>
	async (bench, by, tag) => {
		const ids = new Set(written(bench).map(({ id }) => id));
		const files = [...bench.simulator.state.confluence.attachments.values()].filter(
			(one) => one.status === "current" && ids.has(one.containerId),
		);
		const file = pick(files, by);
		if (file !== undefined) await deed(bench, file, Math.floor(by / 7), tag);
	};

async function entry(bench: SiteBench, path: string, list: string, by: number): Promise<JsonObject | undefined> {
	return pick(objects((await bench.call("GET", path))[list]), by);
}

/** What people do with work items. */
export const workItemDeeds: Readonly<Record<string, Deed>> = {
	editSummary: onWorkItem(async (bench, path, _by, tag) => void (await bench.call("PUT", path, { fields: { summary: `Summary ${tag}` } }))),
	editTexts: onWorkItem(async (bench, path, _by, tag) => {
		await bench.call("PUT", path, { fields: { description: paragraph(`Text ${tag}`), labels: [`label-${tag}`] } });
	}),
	emptyTexts: onWorkItem(
		async (bench, path) => void (await bench.call("PUT", path, { fields: { description: null, labels: [], duedate: null } })),
	),
	mention: onWorkItem(async (bench, path, by, tag) => {
		const key = bench.simulator.state.jira.issues.get(Number(pick(workItems(bench), by)))?.key ?? "CORE-1";
		const card = { type: "inlineCard", attrs: { url: `${bench.simulator.url}/browse/${key}` } };
		const description = {
			type: "doc",
			version: 1,
			content: [{ type: "paragraph", content: [{ type: "text", text: `See ${tag} ` }, card] }],
		};
		await bench.call("PUT", path, { fields: { description } });
	}),
	comment: onWorkItem(async (bench, path, _by, tag) => void (await bench.post(`${path}/comment`, { body: paragraph(`Comment ${tag}`) }))),
	editComment: onWorkItem(async (bench, path, by, tag) => {
		const comment = await entry(bench, `${path}/comment`, "comments", by);
		if (comment !== undefined) await bench.call("PUT", `${path}/comment/${comment.id}`, { body: paragraph(`Comment, edited ${tag}`) });
	}),
	deleteComment: onWorkItem(async (bench, path, by) => {
		const comment = await entry(bench, `${path}/comment`, "comments", by);
		if (comment !== undefined) await bench.remove(`${path}/comment/${comment.id}`);
	}),
	logWork: onWorkItem(async (bench, path) => {
		await bench.post(`${path}/worklog`, { timeSpentSeconds: 1800, started: "2026-05-04T09:00:00.000+0000" });
	}),
	deleteWorklog: onWorkItem(async (bench, path, by) => {
		const worklog = await entry(bench, `${path}/worklog`, "worklogs", by);
		if (worklog !== undefined) await bench.remove(`${path}/worklog/${worklog.id}`);
	}),
	attach: onWorkItem(
		async (bench, path, _by, tag) => await upload(bench, { method: "POST", path: `${path}/attachments`, name: `${tag}.txt`, text: tag }),
	),
	detach: onWorkItem(async (bench, path, by) => {
		const file = pick(objects(object((await bench.call("GET", path)).fields).attachment), by);
		if (file !== undefined) await bench.remove(`/rest/api/3/attachment/${file.id}`);
	}),
	link: onWorkItem(async (bench, path, by) => {
		const [one, other] = [path.split("/").at(-1), pick(workItems(bench), by)];
		if (one === other) return;
		await bench.post("/rest/api/3/issueLink", { type: { name: "Relates" }, inwardIssue: { id: one }, outwardIssue: { id: other } });
	}),
	transit: onWorkItem(async (bench, path, by) => {
		const { transitions } = await bench.call("GET", `${path}/transitions`);
		const transition = pick(
			objects(transitions).filter((one) => one.hasScreen !== true),
			by,
		);
		if (transition !== undefined) await bench.post(`${path}/transitions`, { transition: { id: transition.id ?? "" } });
	}),
	watch: onWorkItem(async (bench, path, by) => {
		const account = pick(
			[...bench.simulator.state.accounts.values()].filter((one) => one.active),
			by,
		);
		if (account !== undefined) await bench.call("POST", `${path}/watchers`, account.accountId);
	}),
	unwatch: onWorkItem(async (bench, path, by) => {
		const watcher = await entry(bench, `${path}/watchers`, "watchers", by);
		if (watcher !== undefined) await bench.remove(`${path}/watchers?accountId=${encodeURIComponent(String(watcher.accountId))}`);
	}),
	linkOutside: onWorkItem(async (bench, path, by, tag) => {
		const object = { url: `https://build.example.com/${by % 3}`, title: `Build ${tag}` };
		await bench.post(`${path}/remotelink`, by % 2 === 0 ? { globalId: `build=${by % 3}`, object } : { object });
	}),
	setProperty: onWorkItem(
		async (bench, path, by, tag) => void (await bench.call("PUT", `${path}/properties/note-${by % 3}`, { said: tag })),
	),
	deleteProperty: onWorkItem(async (bench, path, by) => await bench.remove(`${path}/properties/note-${by % 3}`)),
	takePart: onRequest(async (bench, path, by) => {
		const account = pick(
			[...bench.simulator.state.accounts.values()].filter((one) => one.active),
			by,
		);
		if (account !== undefined) await bench.post(`${path}/participant`, { accountIds: [account.accountId] });
	}),
	leaveRequest: onRequest(async (bench, path, by) => {
		const person = await entry(bench, `${path}/participant`, "values", by);
		if (person !== undefined) await bench.call("DELETE", `${path}/participant`, { accountIds: [String(person.accountId)] });
	}),
	noteInternally: onRequest(
		async (bench, path, _by, tag) => void (await bench.post(`${path}/comment`, { body: `Note ${tag}`, public: false })),
	),
	answerCustomer: onRequest(
		async (bench, path, _by, tag) => void (await bench.post(`${path}/comment`, { body: `Answer ${tag}`, public: true })),
	),
	rankBefore: onWorkItem(async (bench, path, by) => {
		const [one, other] = [path.split("/").at(-1), pick(workItems(bench), by)];
		if (one !== other) await bench.call("PUT", "/rest/agile/1.0/issue/rank", { issues: [one], rankBeforeIssue: other });
	}),
	deleteItem: onWorkItem(async (bench, path) => await bench.remove(`${path}?deleteSubtasks=true`)),
	createItem: async (bench, _by, tag) => {
		await bench.post("/rest/api/3/issue", { fields: { project: { key: "CORE" }, issuetype: { name: "Task" }, summary: `New ${tag}` } });
	},
};

async function rewrite(
	bench: SiteBench,
	content: ReturnType<typeof written>[number],
	over: { readonly title?: string; readonly body?: string },
) {
	const { version, body } = await bench.call("GET", `${pathOf(content)}?body-format=storage`);
	await bench.call("PUT", pathOf(content), {
		id: content.id,
		status: "current",
		title: over.title ?? content.title,
		body: { representation: "storage", value: over.body ?? object(object(body).storage).value ?? "" },
		version: { number: Number(object(version).number) + 1 },
	});
}

/** What people do with pages and blog posts. */
export const contentDeeds: Readonly<Record<string, Deed>> = {
	editBody: onContent(async (bench, content, _by, tag) => await rewrite(bench, content, { body: `<p>Words ${tag} to comment on.</p>` })),
	rename: onContent(async (bench, content, _by, tag) => await rewrite(bench, content, { title: `Title ${tag}` })),
	footerComment: onContent(async (bench, content, _by, tag) => {
		const body = { representation: "storage", value: `<p>Remark ${tag}</p>` };
		await bench.post("/wiki/api/v2/footer-comments", { ...containerOf(content), body });
	}),
	inlineComment: onContent(async (bench, content, _by, tag) => {
		await rewrite(bench, content, { body: `<p>Words ${tag} to comment on, and words.</p>` });
		const inlineCommentProperties = { textSelection: tag, textSelectionMatchCount: 1, textSelectionMatchIndex: 0 };
		const body = { representation: "storage", value: `<p>Inline ${tag}</p>` };
		await bench.post("/wiki/api/v2/inline-comments", { ...containerOf(content), body, inlineCommentProperties });
	}),
	deleteRemark: onContent(async (bench, content, by) => {
		const comment = pick(bench.simulator.state.confluence.commentsOf(content.id), by);
		if (comment !== undefined) await bench.remove(`/wiki/api/v2/${comment.kind}-comments/${comment.id}`);
	}),
	label: onContent(
		async (bench, content, _by, tag) =>
			void (await bench.post(`/wiki/rest/api/content/${content.id}/label`, [{ prefix: "global", name: `l-${tag}` }])),
	),
	unlabel: onContent(async (bench, content, by) => {
		const label = pick(content.labels, by);
		if (label !== undefined) await bench.remove(`/wiki/rest/api/content/${content.id}/label?name=${label.name}`);
	}),
	property: onContent(async (bench, content, by, tag) => {
		const [key, value] = [`note-${by % 2}`, { said: tag }];
		const known = content.properties.find((property) => property.key === key);
		if (known === undefined) await bench.post(`${pathOf(content)}/properties`, { key, value });
		else
			await bench.call("PUT", `${pathOf(content)}/properties/${known.id}`, { key, value, version: { number: known.version.number + 1 } });
	}),
	restrict: onContent(async (bench, content, by) => {
		const accountId = bench.simulator.site.accountId;
		const restrictions = { user: [{ type: "known", accountId }] };
		const path = `/wiki/rest/api/content/${content.id}/restriction`;
		if (by % 2 === 0) await bench.call("PUT", path, [{ operation: "update", restrictions }]);
		else await bench.remove(path);
	}),
	attachFile: onContent(async (bench, content, _by, tag) => {
		await upload(bench, { method: "PUT", path: `/wiki/rest/api/content/${content.id}/child/attachment`, name: `${tag}.txt`, text: tag });
	}),
	attachVersion: onContent(async (bench, content, by, tag) => {
		const file = pick(
			bench.simulator.state.confluence.attachmentsOf(content.id).filter((one) => one.status === "current"),
			by,
		);
		const path = `/wiki/rest/api/content/${content.id}/child/attachment`;
		if (file !== undefined) await upload(bench, { method: "PUT", path, name: file.title, text: `version ${tag}` });
	}),
	detachFile: onContent(async (bench, content, by) => {
		const file = pick(
			bench.simulator.state.confluence.attachmentsOf(content.id).filter((one) => one.status === "current"),
			by,
		);
		if (file !== undefined) await bench.remove(`/wiki/api/v2/attachments/${file.id}`);
	}),
	labelFile: onFile(
		async (bench, file, _by, tag) =>
			void (await bench.post(`/wiki/rest/api/content/${file.id}/label`, [{ prefix: "global", name: `f-${tag}` }])),
	),
	unlabelFile: onFile(async (bench, file, by) => {
		const label = pick(file.labels, by);
		if (label !== undefined) await bench.remove(`/wiki/rest/api/content/${file.id}/label?name=${label.name}`);
	}),
	fileProperty: onFile(async (bench, file, by, tag) => {
		const key = `made-by-${by % 3}`;
		const path = `/wiki/api/v2/attachments/${file.id}/properties`;
		const [known] = objects((await bench.call("GET", `${path}?key=${key}`)).results);
		const value = { tool: tag };
		if (known === undefined) await bench.post(path, { key, value });
		else await bench.call("PUT", `${path}/${known.id}`, { key, value, version: { number: Number(object(known.version).number) + 1 } });
	}),
	move: onContent(async (bench, content, by) => {
		const target = pick(
			contents(bench, "page", "current").filter((one) => one.spaceId === content.spaceId),
			by,
		);
		if (content.type !== "page" || homes(bench).has(content.id) || target === undefined) return;
		const above = [target, ...bench.simulator.state.confluence.ancestorsOf(target)];
		if (!above.includes(content)) await bench.call("PUT", `/wiki/rest/api/content/${content.id}/move/append/${target.id}`);
	}),
	trash: onContent(async (bench, content) => {
		if (!homes(bench).has(content.id)) await bench.remove(pathOf(content));
	}),
	purge: async (bench, by) => {
		const content = pick([...contents(bench, "page", "trashed"), ...contents(bench, "blogpost", "trashed")], by);
		if (content !== undefined) await bench.remove(`${pathOf(content)}?purge=true`);
	},
	createPage: async (bench, by, tag) => {
		const parent = pick(contents(bench, "page", "current"), by);
		if (parent === undefined) return;
		const body = { representation: "storage", value: `<p>New ${tag}</p>` };
		await bench.post("/wiki/api/v2/pages", { spaceId: parent.spaceId, parentId: parent.id, status: "current", title: `New ${tag}`, body });
	},
};
