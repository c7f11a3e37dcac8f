import type { LabelRecord } from "../content/records.ts";
import type { Deed } from "./deed.ts";

function named(label: LabelRecord): string {
	return `${label.prefix ?? "global"}:${label.name}`;
}

/** Labels as they are wanted and as they are; `step` begins the names of the steps when it is not the page itself that bears them. */
interface LabelChange {
	readonly wanted: readonly LabelRecord[];
	readonly now: readonly LabelRecord[];
	readonly step?: string;
}

/** Makes the labels of a page or an attachment those of the backup: adds what is missing, takes away what is too much. */
export async function writeLabels(
	deed: Pick<Deed, "site" | "context">,
	id: string,
	{ wanted: labels, now, step = "" }: LabelChange,
): Promise<void> {
	const { client } = deed.site;
	const { context } = deed;
	const held = new Set(now.map(named));
	const wanted = new Set(labels.map(named));
	const missing = labels.filter((label) => !held.has(named(label)));
	if (missing.length > 0) {
		await context.step(`${step}labels`, {
			run: async () => {
				const body = missing.map(({ name, prefix }) => ({ name, prefix: prefix ?? "global" }));
				// Adding a label that is there changes nothing.
				await client.call({
					method: "POST",
					path: "/wiki/rest/api/content/{id}/label",
					parameters: { id },
					body,
					item: id,
					idempotent: true,
					signal: context.signal,
				});
				return true;
			},
		});
	}
	for (const label of now.filter((one) => !wanted.has(named(one)))) {
		await context.step(`${step}unlabel ${label.id ?? named(label)}`, {
			run: async () => {
				const path = "/wiki/rest/api/content/{id}/label";
				await client.call({
					method: "DELETE",
					path,
					parameters: { id },
					query: { name: label.name },
					accept: [404],
					item: id,
					signal: context.signal,
				});
				return true;
			},
		});
	}
}
