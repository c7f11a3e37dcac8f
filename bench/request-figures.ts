import { benchVault } from "./backup-bench.ts";
import type { Figure } from "./figure.ts";
import { type RecordedRequest, recordingProxy } from "./recording-proxy.ts";
import { type SimulatedSite, startSimulatedSite } from "./simulated-site.ts";

type Counts = Readonly<Record<string, number>>;

const isFile = (operation: string) => /attachment\/content|_media|\/download/.test(operation);
const isConfluence = (operation: string) => operation.includes("/wiki/");
/** Reads of one page's older versions: allowed one a page that has some. */
const isOldVersions = (operation: string) => /\/(pages|blogposts)\/\{[^}]+\}\/versions/.test(operation);
const isOldFiles = (operation: string) => /\/attachments\/\{[^}]+\}\/versions/.test(operation);
/** Comments beyond the twenty that a bulk read carries: allowed one a work item that has them. */
const isLongList = (operation: string) => /\/issue\/\{[^}]+\}\/(comment|worklog)/.test(operation);
/** What Atlassian lists for one work item at a time: one each, only where the bulk read says that there is something. */
const isItemList = (operation: string) => /\/issue\/\{[^}]+\}\/(watchers|votes|remotelink|properties)/.test(operation);
/** The customer's side of JSM's requests, one at a time as well. */
const isRequest = (operation: string) => operation.includes("/servicedeskapi/request/");
/** Forms filled in on one work item, where a field counts some. */
const isItemForm = (operation: string) => /\/jira\/forms\/.*\/issue\//.test(operation);
/** Who likes one page: so many pages of a thousand are asked in one run. */
const isLikes = (operation: string) => operation.includes("/likes/users");
const isOfOneItem = (operation: string) => [isItemList, isRequest, isItemForm, isLikes].some((is) => is(operation));

/** Searches for the work items that one person watches or voted for: they stand for lists of people, and grow with the people. */
const isPersonsSearch = ({ path, body }: RecordedRequest) => path.endsWith("/search/jql") && /\b(watcher|voter) = /.test(body.toString());

/** Lists and bulk reads that carry work items, and pages: what grows with their number. */
const isWorkItems = (operation: string) => /\/(search\/jql|(issue|changelog)\/bulkfetch|(comment|worklog)\/list)$/.test(operation);
const isPages = (operation: string) =>
	/\/wiki\/(rest\/api\/content\/search|api\/v2\/(pages|blogposts|footer-comments|inline-comments|attachments|users-bulk))$/.test(operation);
/** Everything else: spaces, boards, settings, folders; it grows with these. */
const isSetting = (operation: string) =>
	![isFile, isOldVersions, isOldFiles, isLongList, isOfOneItem, isWorkItems, isPages].some((is) => is(operation)) &&
	!operation.includes("_simulator");

function sum(counts: Counts, chosen: (operation: string) => boolean): number {
	return Object.entries(counts).reduce((total, [operation, count]) => total + (chosen(operation) ? count : 0), 0);
}

/** Counts the requests of a full and of an incremental backup, from the other side. */
export async function requestFigures(items: number): Promise<Figure[]> {
	const site = await startSimulatedSite(items);
	const bench = await benchVault();
	const proxy = await recordingProxy(site.url);
	try {
		const first = await bench.backup(site.connect(proxy.url));
		const full = await site.requests();
		const personsSearches = proxy.recorded.filter(isPersonsSearch).length;
		const held = (kind: string) => first.descriptor.counts[kind]?.created ?? 0;
		const workItems = held("jira.work-item");
		const pages = held("confluence.page") + held("confluence.blog-post");
		const jira = sum(full, isWorkItems) - personsSearches;
		const confluence = sum(full, isPages);
		const changed = await changeSome(site);
		await site.resetRequests();
		const second = await bench.backup(site.connect());
		const incremental = await site.requests();
		const deltas = Object.values(second.descriptor.counts).reduce((total, kind) => total + kind.changed + kind.created + kind.deleted, 0);
		return [
			{
				name: "Jira, full: requests per 1,000 work items",
				value: (jira * 1000) / workItems,
				unit: "requests",
				limit: { sense: "at most", value: 15 },
				note: `${jira} for ${workItems} work items; page sizes allow no fewer than ${smallestJira(workItems)} for ids, items and history; ${sum(full, isLongList)} more for long comment lists, ${personsSearches} for the lists of every person who watches or voted, ${sum(full, isItemList)} for remote links and lists of people that no search told, ${sum(full, isRequest)} for customers' requests and ${sum(full, isItemForm)} for forms, one each`,
			},
			{
				name: "Confluence, full: requests per 1,000 pages",
				value: (confluence * 1000) / pages,
				unit: "requests",
				limit: { sense: "at most", value: 40 },
				note: `${confluence} for ${pages} pages and posts; page sizes allow no fewer than ${smallestConfluence(pages)}; ${sum(full, isOldFiles)} more for older versions of files, ${sum(full, isLikes)} for who likes a page`,
			},
			{
				name: "Confluence, full: requests for older versions, each page that has some",
				value: sum(full, isOldVersions) / Math.max(1, await pagesWithVersions(first.snapshot.id, bench)),
				unit: "requests",
				limit: { sense: "at most", value: 1.05 },
				note: "one a page and 50 versions",
			},
			{
				name: "full: requests for spaces, boards, settings, folders and people, whatever the number of items",
				value: sum(full, isSetting),
				unit: "requests",
				note: `${sum(full, (operation) => isSetting(operation) && !isConfluence(operation))} of Jira's; some for each space, board and custom field`,
			},
			{
				name: `incremental, ${changed} items changed: requests`,
				value: sum(incremental, (operation) => !isFile(operation) && !isOfOneItem(operation)),
				unit: "requests",
				limit: { sense: "at most", value: 80 + 3 * changed },
				note: `${deltas} items seen to differ; the constant covers lists of spaces, census and sweeps, and one search for folders, whiteboards and databases (once a day each of these is read besides); a full run took ${sum(full, (operation) => !isFile(operation) && !isOfOneItem(operation))}; ${sum(incremental, isOfOneItem)} more for watchers, votes, remote links, customers' requests, forms and likes`,
			},
		];
	} finally {
		proxy.close();
		await bench.remove();
		await site.stop();
	}
}

/** Ids by the 5,000, items by the 100, histories by the 1,000. */
const smallestJira = (items: number) => Math.ceil(items / 5000) + Math.ceil(items / 100) + Math.ceil(items / 1000);
const smallestConfluence = (pages: number) => Math.ceil(pages / 250) * 5;

async function pagesWithVersions(snapshotId: number, { vault }: Awaited<ReturnType<typeof benchVault>>): Promise<number> {
	const reader = await vault.snapshot(snapshotId);
	const ids = new Set<string>();
	for (const kind of ["confluence.page", "confluence.blog-post"]) {
		for await (const facts of reader.entries({ kind })) if (facts.part.startsWith("versions/")) ids.add(facts.id);
	}
	return ids.size;
}

/** Edits ten work items as a person would. */
async function changeSome(site: SimulatedSite): Promise<number> {
	const found = (await site.call("POST", "/rest/api/3/search/jql", { jql: "created >= '2000-01-01' ORDER BY key", maxResults: 10 })) as {
		issues: { id: string }[];
	};
	for (const { id } of found.issues)
		await site.call("PUT", `/rest/api/3/issue/${id}`, { fields: { summary: `Changed for the bench ${id}` } });
	return found.issues.length;
}
