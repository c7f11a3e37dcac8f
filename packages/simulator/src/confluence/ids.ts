import type { Site } from "../site/site.ts";
import type { Label } from "./entities.ts";

/** Takes the next id of Confluence: all its objects share one sequence. */
export const nextId = (site: Site): string => String(site.ids.take("confluence", 98_305));

/** Finds or makes the label with this prefix and name; names are lower case. */
export function labelNamed(site: Site, name: string, prefix = "global"): Label {
	const labels = site.confluence.labels;
	const lower = name.toLowerCase();
	const known = labels.get(`${prefix}:${lower}`);
	if (known !== undefined) return known;
	const label: Label = { id: nextId(site), prefix, name: lower };
	labels.set(`${prefix}:${lower}`, label);
	return label;
}
