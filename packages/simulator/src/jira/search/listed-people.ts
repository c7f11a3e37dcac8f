import type { Site } from "../../site/site.ts";
import type { Issue } from "../model/issue.ts";
import { readBody } from "../state.ts";

/** Account ids of who watches a work item and who voted for it. */
interface Listed {
	readonly watchers: readonly string[];
	readonly votes: readonly string[];
}

interface Known {
	readonly revision: number;
	readonly byIssue: Map<number, Listed>;
}

const known = new WeakMap<Site, Known>();
const nobody: readonly string[] = [];
const unlisted: Listed = { watchers: nobody, votes: nobody };

/** Who is listed on a work item, for searches: written out once for all questions between two changes of the site. */
export function listedPeople(site: Site, issue: Issue): Listed {
	const { revision } = site.jira;
	let lists = known.get(site);
	if (lists?.revision !== revision) {
		lists = { revision, byIssue: new Map() };
		known.set(site, lists);
	}
	let listed = lists.byIssue.get(issue.id);
	if (listed === undefined) {
		const { watchers, votes } = readBody(site.jira, issue);
		listed = watchers.size + votes.size === 0 ? unlisted : { watchers: [...watchers], votes: [...votes] };
		lists.byIssue.set(issue.id, listed);
	}
	return listed;
}
