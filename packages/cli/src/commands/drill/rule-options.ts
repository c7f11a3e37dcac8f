import type { DrillRule, Space } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";

/** What of a rule the command line names. */
export interface RuleOptions {
	readonly every?: DrillRule["every"];
	readonly items?: number;
	readonly space?: readonly string[];
	readonly wholeSite?: boolean;
	readonly drillSpace?: readonly string[];
	/** False for `--no-copies`. */
	readonly copies?: boolean;
}

/** The rule as it is after what was named. @throws AppError `bad-input` for contradictions and spaces that are not there */
export function ruleOf(before: DrillRule, options: RuleOptions, spaces: readonly Space[]): DrillRule {
	const { every, items, space, wholeSite, drillSpace, copies } = options;
	if (space !== undefined && wholeSite === true) throw new AppError("bad-input", "Name spaces or the whole site, but not both");
	if (drillSpace !== undefined && copies === false) throw new AppError("bad-input", "Name drill spaces or no copies, but not both");
	const named = (words: readonly string[]) => words.map((word) => spaceOf(word, spaces));
	return {
		every: every ?? before.every,
		items: items ?? before.items,
		spaces: wholeSite === true ? null : space === undefined ? before.spaces : named(space),
		drillSpaces: copies === false ? [] : drillSpace === undefined ? before.drillSpaces : named(drillSpace),
	};
}

function spaceOf(word: string, spaces: readonly Space[]): DrillRule["drillSpaces"][number] {
	const [, app, name = ""] = /^(jira|confluence):(.+)$/.exec(word) ?? [];
	const family = app === "confluence" ? "confluence" : "jira";
	const found = spaces.find(
		(space) => (space.app === "confluence") === (family === "confluence") && (space.key === name || space.id === name),
	);
	if (app !== undefined && found !== undefined) return { app: family, spaceId: found.id };
	throw new AppError("bad-input", `There is no space ${word}`, {
		hint: "Write jira:KEY or confluence:KEY, with the key or id of a space of the site.",
	});
}
