import { openConnector } from "@skyeworx/atlassian";
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
	const intro = "What is kept, and how faithfully each field comes back. Generated from the registry of kinds by `npm run docs`.";
	return `# Coverage\n\n${intro}\n\n${sections.join("\n\n")}\n`;
}
