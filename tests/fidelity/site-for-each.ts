import { afterEach, beforeEach, expect } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";

/** Everything back where it was, over what is there. */
export const inPlace = { target: { type: "in-place" }, ifExists: "overwrite" } as const;

type Jira = SiteBench["simulator"]["state"]["jira"];
type Project = Jira["projects"] extends ReadonlyMap<string, infer P> ? P : never;

/**
 * Gives each test of a file a site of its own, on which waits cost no time, and takes it away again. A request or an answer that
 * breaks Atlassian's documents fails the test.
 */
export function siteForEach(items: number, use: (bench: SiteBench) => void): void {
	let bench: SiteBench | undefined;
	beforeEach(async () => {
		bench = await siteBench(items, "hasty");
		use(bench);
	});
	afterEach(async () => {
		const violations = bench?.violations();
		await bench?.close();
		expect(violations).toEqual([]);
	});
}

/** A Jira space of a simulated site by its key. @throws Error where there is none */
export function spaceOfSite({ simulator }: SiteBench, key: string): Project {
	const space = [...simulator.state.jira.projects.values()].find((one) => one.key === key);
	if (space === undefined) throw new Error(`the site has no space ${key}`);
	return space;
}
