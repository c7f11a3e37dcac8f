import { AppError } from "@skyeworx/core";
import { at, idAt, textAt } from "../../record/json-access.ts";
import { currentRecord, type Deed } from "./deed.ts";

const pollMilliseconds = 500;
const mostPolls = 120;

/** Archives a page that was archived when the backup was taken; Atlassian does it in the background. */
export async function archivePage(deed: Deed, id: string): Promise<void> {
	const { context, site } = deed;
	const { signal } = context;
	const { task } = await context.step("archive", {
		run: async () => {
			const body = { pages: [{ id: Number(id) }] };
			const { json } = await site.client.call({ method: "POST", path: "/wiki/rest/api/content/archive", body, signal });
			return { task: idAt(json, "id") ?? "" };
		},
		find: async () => ((await currentRecord(deed, id)).record.status === "archived" ? { task: "" } : undefined),
	});
	for (let poll = 0; poll < mostPolls && task !== ""; poll++) {
		const call = { method: "GET", path: "/wiki/rest/api/longtask/{id}", parameters: { id: String(task) }, accept: [404], signal } as const;
		const { status, json } = await site.client.call(call);
		if (status === 404 || at(json, "finished") === true) return;
		if (textAt(json, "status") === "Failed") throw new AppError("site-refused", "Atlassian could not archive the page");
		await site.ports.clock.sleep(pollMilliseconds, signal);
	}
}
