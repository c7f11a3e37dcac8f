import type { KindRestore, ReceiptField, RestoreOptions, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../../app-reader.ts";
import { type Explanation, fieldReceipt } from "../../fields.ts";
import { isElsewhere } from "../../restore/placement.ts";
import { wantsField } from "../../restore/plan-details.ts";
import { grantName, roleName, spaceContent, spaceFields } from "../space-content.ts";
import { closedToApps, spaceFidelity } from "../space-fidelity.ts";
import { applySpace, finishSpace } from "./apply-space.ts";
import { planSpaces } from "./plan-space.ts";
import { undoCreatedSpace } from "./undo-space.ts";

type Context = Parameters<KindRestore["receipt"]>[2];

/** What may differ although nothing failed, as the fidelity table says. */
function explanation(created: boolean, field: string): Explanation {
	const row = spaceFidelity.find((one) => one.field === field.replace("/", "."));
	const said = created ? row?.recreated : row?.inPlace;
	if (said?.level === "degraded") return { result: "degraded", reason: said.why };
	return said?.level === "impossible" ? { result: "impossible", reason: said.reason } : undefined;
}

/** Nobody may lack what they could do; that somebody can do more is said by name. */
function access(site: AppSite, options: RestoreOptions, wanted: readonly string[], now: readonly string[]): Explanation {
	const missing = wanted.filter((name) => !now.includes(name));
	if (missing.length > 0) {
		if (isElsewhere(options)) return { result: "degraded", reason: `Not known on this site: ${missing.join("; ")}.` };
		if (site.credential !== "api-token") return { result: "degraded", reason: closedToApps };
		return { result: "failed", reason: `Not granted again: ${missing.join("; ")}.` };
	}
	return { result: "degraded", reason: `Beside those of the backup: ${now.filter((name) => !wanted.includes(name)).join("; ")}.` };
}

/** Compares the space that was wanted with the one that is there. */
function spaceReceipt(site: AppSite, wantedItem: StoredItem, nowItem: StoredItem, context: Context): readonly ReceiptField[] {
	const created = isElsewhere(context.options) || wantedItem.ref.id !== nowItem.ref.id;
	const [wanted, now] = [spaceContent(wantedItem), spaceContent(nowItem)];
	const home = (id: string): string => context.mapped({ kind: "confluence.page", id })?.ref.id ?? id;
	const compared = fieldReceipt(spaceFields(wanted, home), spaceFields(now), (field) => {
		if (field === "permissions")
			return access(site, context.options, (wanted.permissions ?? []).map(grantName), (now.permissions ?? []).map(grantName));
		if (field === "roles") return access(site, context.options, (wanted.roles ?? []).map(roleName), (now.roles ?? []).map(roleName));
		return explanation(created, field);
	});
	const lost = created ? spaceFidelity.filter(({ recreated }) => recreated.level === "impossible") : [];
	return [
		...compared.filter(({ field }) => wantsField(context.options, field)),
		...lost
			.filter(({ field }) => ["id", "authorId", "createdAt"].includes(field))
			.map(({ field, label, recreated }): ReceiptField => {
				const reason = recreated.level === "impossible" ? recreated.reason : "";
				return { field, label, result: "impossible", reason };
			}),
	];
}

/** The restore half of spaces. */
export function spaceRestore(site: AppSite): KindRestore {
	return {
		reachesOtherSites: true,
		plan: (wanted, live, options) => planSpaces(site, wanted, live, options),
		apply: (context, plan, wanted) => applySpace(site, context, plan, wanted),
		finish: (context, plan, wanted, result) => finishSpace(site, context, { plan, wanted, result }),
		undoCreated: (made, { restoreId, signal }) => undoCreatedSpace({ site, made, restoreId, signal }),
		receipt: (wanted, now, context) => spaceReceipt(site, wanted, now, context),
	};
}
