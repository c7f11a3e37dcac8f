import type { Site } from "../../site/site.ts";
import type { Issue } from "../model/issue.ts";

interface Stale {
	/** How search still sees the work item; undefined: not at all. */
	readonly document: Issue | undefined;
	readonly changedAt: number;
}

/** What search sees: the work items, with recent changes hidden while the index lags behind. */
export class SearchIndex {
	readonly #stale = new Map<number, Stale>();
	#turn = 0;

	/** Must be told before a work item is created, changed or deleted. */
	beforeChange(site: Site, id: number): void {
		if (site.switches.searchLagMs <= 0 && site.switches.searchFlickerMs <= 0) return;
		const now = site.clock.now();
		const known = this.#stale.get(id);
		const hidden = known !== undefined && now - known.changedAt < this.#span(site);
		const issue = site.jira.issues.get(id);
		this.#stale.set(id, { document: hidden ? known.document : issue === undefined ? undefined : { ...issue }, changedAt: now });
	}

	#span(site: Site): number {
		return Math.max(site.switches.searchLagMs, site.switches.searchFlickerMs);
	}

	/** The work items as search sees them now; those in `fresh` as they are. */
	documents(site: Site, fresh: ReadonlySet<number>): Iterable<Issue> {
		this.#turn += 1;
		if (!this.isBehind(site)) return site.jira.issues.values();
		return this.#lagging(site, fresh);
	}

	/** Whether some change is still hidden or flickering. */
	isBehind(site: Site): boolean {
		const now = site.clock.now();
		for (const [id, stale] of this.#stale) if (now - stale.changedAt >= this.#span(site)) this.#stale.delete(id);
		return this.#stale.size > 0;
	}

	*#lagging(site: Site, fresh: ReadonlySet<number>): Iterable<Issue> {
		const now = site.clock.now();
		const hides = (stale: Stale | undefined): stale is Stale => {
			if (stale === undefined) return false;
			const age = now - stale.changedAt;
			return age < site.switches.searchLagMs || (age < site.switches.searchFlickerMs && this.#turn % 2 === 1);
		};
		for (const issue of site.jira.issues.values()) {
			const stale = this.#stale.get(issue.id);
			if (fresh.has(issue.id) || !hides(stale)) yield issue;
			else if (stale.document !== undefined) yield stale.document;
		}
		for (const [id, stale] of this.#stale) {
			if (!site.jira.issues.has(id) && stale.document !== undefined && hides(stale)) yield stale.document;
		}
	}
}
