import type { Restrictions } from "../content/restrictions.ts";
import { restrictionsBody } from "../content/restrictions.ts";
import type { Deed } from "./deed.ts";

/** Lets only those view and change the page who could before; replaces what is there. */
export async function writeRestrictions(deed: Deed, id: string, restrictions: Restrictions): Promise<void> {
	await deed.context.step("restrictions", {
		run: async () => {
			const path = "/wiki/rest/api/content/{id}/restriction";
			const body = restrictionsBody(restrictions);
			// Replacing them twice gives the same.
			await deed.site.client.call({ method: "PUT", path, parameters: { id }, body, item: id, signal: deed.context.signal });
			return true;
		},
	});
}
