import { allConfluenceLimits, allJiraLimits, openConnector } from "@skyeworx/atlassian";
import { quietLog, systemClock, systemRandom } from "@skyeworx/core";
import type { FieldFidelity, KindDefinition } from "@skyeworx/engine";

/** Every kind with its restore half. Opening a connector asks nothing of anybody. */
function kinds(): readonly KindDefinition[] {
	const credential = { type: "api-token", email: "nobody@example.com", token: "none" } as const;
	return openConnector({
		connection: { siteUrl: "https://site.example.com", type: "api-token" },
		credentials: { load: async () => credential, replace: async () => {}, exclusive: async (work) => await work() },
		ports: { clock: systemClock, random: systemRandom, log: quietLog },
	}).kinds;
}

const apps = { jira: "Jira", jsm: "Jira Service Management", confluence: "Confluence" } as const;

function written(fidelity: FieldFidelity): string {
	switch (fidelity.level) {
		case "exact":
			return "exact";
		case "degraded":
			return `degraded: ${fidelity.why}`;
		case "impossible":
			return `impossible: ${fidelity.reason}`;
		case "derived":
			return `derived from ${fidelity.from}`;
	}
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** The README's short table: what is kept, what comes back. */
export function coverageSummary(): string {
	const rows = kinds().map((kind) => {
		const exact = kind.fidelity.filter((row) => row.inPlace.level === "exact").length;
		const fields = kind.fidelity.filter((row) => row.inPlace.level !== "derived").length;
		const back =
			kind.restore === undefined ? "kept, searched, compared; not restored yet" : `yes: ${exact} of ${fields} fields exact in place`;
		return `| ${apps[kind.app]} | ${kind.names[1]} | yes | ${back} |`;
	});
	return ["| app | kind | backed up | restored |", "|---|---|---|---|", ...rows].join("\n");
}

/** How long a change may go unseen; the numbers are those of read-confluence.ts, read-spaces.ts and read-tree-objects.ts. */
const seen = `## Confluence: when a change is seen

Each run asks for what changed since the last one; the rest is found by sweeps, which list everything.

| change | seen |
|---|---|
| a new or edited page, blog post, comment or attachment | by the next run |
| a deleted or moved page, a deleted comment or attachment, labels, properties, restrictions | by the next run on sites of up to 25,000 pages and posts; within an hour up to 100,000, within six hours beyond. An app grant pays each sweep in quota points: there 5,000 and 25,000 |
| a folder, whiteboard, database or smart link that is new, renamed, deleted, or has another property | by the next run: one search tells of all, each that changed is read |
| one that was moved, or changed in what the search does not tell | by the next run where there are at most 20, else within a day, when each is read |
| a space's grants, labels and properties; templates | by the next run of up to 50 spaces, else within a day |
| a space's look | within a day |`;

/** `docs/coverage.md`: every field of every kind. */
export function coverageDocument(): string {
	const sections = kinds().map((kind) => {
		const heading = `## ${apps[kind.app]}: ${kind.names[1]} (\`${kind.id}\`)`;
		const scopes = `Scopes to read: ${kind.scopes.read.join(", ") || "none"}. Scopes to restore: ${kind.scopes.restore.join(", ") || "none"}.`;
		if (kind.fidelity.length === 0) return `${heading}\n\nKept, searched and compared; not restored yet. ${scopes}`;
		const rows = kind.fidelity.map(
			(row) => `| ${cell(row.label)} | \`${row.field}\` | ${cell(written(row.inPlace))} | ${cell(written(row.recreated))} |`,
		);
		return [heading, "", scopes, "", "| field | path | changed in place | created again |", "|---|---|---|---|", ...rows].join("\n");
	});
	const limits = allConfluenceLimits.map(({ kind, reason }) => `- \`${kind}\`: ${reason}`);
	const notKept = ["## Confluence: what is not kept", "", "Every run's blind-spot report says so, too.", "", ...limits].join("\n");
	const left = allJiraLimits.map(({ what, kind, why }) => `- ${what} (\`${kind}\`): ${why}`);
	const notKeptOfJira = [
		"## Jira and Jira Service Management: what is not kept",
		"",
		"Every run's blind-spot report says so, too.",
		"",
		...left,
	].join("\n");
	const intro = "What is kept, and how faithfully each field comes back. Generated from the registry of kinds by `npm run docs`.";
	return `# Coverage\n\n${intro}\n\n${[...sections, notKeptOfJira, notKept, seen].join("\n\n")}\n`;
}
