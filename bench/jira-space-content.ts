import type { SimulatedSite } from "./simulated-site.ts";

/** A Jira space to be restored: epics with stories, half of them under way, each with a comment, every fourth linked. */
export interface WrittenJiraSpace {
	readonly id: string;
	readonly key: string;
	/** Writes that no restore of it can do without, by operation. */
	readonly needed: Readonly<Record<string, number>>;
	/** What each work item says and where it hangs, in order. */
	outline(): Promise<readonly string[]>;
}

const key = "SHIPYARD";
const perEpic = 50;
const bulk = 50;
const text = (words: string) => ({ type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text: words }] }] });

interface Made {
	readonly issues: readonly { readonly id: string }[];
}

/** Makes the space as its people would. */
export async function writeJiraSpace(site: SimulatedSite, items: number): Promise<WrittenJiraSpace> {
	const { accountId } = (await site.call("GET", "/rest/api/3/myself")) as { accountId: string };
	const space = { key, name: "Shipyard", projectTypeKey: "software", leadAccountId: accountId, assigneeType: "UNASSIGNED" };
	const { id } = (await site.call("POST", "/rest/api/3/project", space)) as { id: number };
	const needed: Record<string, number> = {};
	const count = (operation: string) => {
		needed[operation] = (needed[operation] ?? 0) + 1;
	};
	const create = async (wanted: readonly { readonly summary: string; readonly type: string; readonly parent?: string }[]) => {
		const made: string[] = [];
		for (let start = 0; start < wanted.length; start += bulk) {
			const issueUpdates = wanted.slice(start, start + bulk).map(({ summary, type, parent }, index) => ({
				fields: {
					project: { key },
					issuetype: { name: type },
					summary,
					description: text(`What is to be done: ${summary}.`),
					labels: [`dock-${(start + index) % 7}`],
					...(parent === undefined ? {} : { parent: { id: parent } }),
				},
			}));
			const { issues } = (await site.call("POST", "/rest/api/3/issue/bulk", { issueUpdates })) as Made;
			made.push(...issues.map((issue) => issue.id));
		}
		for (const _one of made) count("POST issue");
		return made;
	};
	const epics = await create(
		Array.from({ length: Math.ceil(items / perEpic) }, (_, index) => ({ summary: `Ship ${index}`, type: "Epic" })),
	);
	const stories = await create(
		Array.from({ length: items - epics.length }, (_, index) => ({
			summary: `Plank ${index}`,
			type: "Story",
			parent: epics[Math.floor(index / perEpic)] ?? epics[0] ?? "",
		})),
	);
	for (const [index, issue] of [...epics, ...stories].entries()) {
		await site.call("POST", `/rest/api/3/issue/${issue}/comment`, { body: text(`Agreed on number ${index}.`) });
		count("POST comment");
		if (index % 2 === 0) {
			await site.call("POST", `/rest/api/3/issue/${issue}/transitions`, { transition: { id: "21" } });
			count("POST transitions");
		}
		if (index % 4 === 3) {
			const ends = { inwardIssue: { id: issue }, outwardIssue: { id: [...epics, ...stories][index - 1] } };
			await site.call("POST", "/rest/api/3/issueLink", { type: { name: "Blocks" }, ...ends });
			count("POST issueLink");
		}
	}
	return { id: String(id), key, needed, outline: async () => await outlineOf(site) };
}

interface Fields {
	readonly summary: string;
	readonly status: { readonly name: string };
	readonly labels: readonly string[];
	readonly parent?: { readonly fields: { readonly summary: string } };
	readonly comment: { readonly total: number };
	readonly issuelinks: readonly unknown[];
}

async function outlineOf(site: SimulatedSite): Promise<readonly string[]> {
	const lines: string[] = [];
	let nextPageToken: string | undefined;
	do {
		const fields = ["summary", "status", "labels", "parent", "comment", "issuelinks"];
		const query = { jql: `project = ${key}`, fields, maxResults: 100, ...(nextPageToken === undefined ? {} : { nextPageToken }) };
		const page = (await site.call("POST", "/rest/api/3/search/jql", query)) as {
			issues: { fields: Fields }[];
			nextPageToken?: string;
		};
		for (const { fields: said } of page.issues) {
			const beside = `${said.comment.total} comments, ${said.issuelinks.length} links`;
			lines.push(
				`${said.summary} under ${said.parent?.fields.summary ?? "nothing"}: ${said.status.name}, ${said.labels.join()}, ${beside}`,
			);
		}
		nextPageToken = page.nextPageToken;
	} while (nextPageToken !== undefined);
	return lines.toSorted();
}
