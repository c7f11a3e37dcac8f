import type { Catalog } from "@skyeworx/catalog";
import { AppError, type Clock, type Log } from "@skyeworx/core";
import type { Vault } from "@skyeworx/vault";
import type { Connector, KindDefinition } from "../connector/connector.ts";
import type { KindRestore } from "../connector/kind-restore.ts";

/** What planning needs: it writes nothing anywhere. */
export interface PlanPorts {
	readonly vault: Vault;
	readonly connector: Connector;
	readonly catalog: Catalog;
	readonly clock: Clock;
	readonly log: Log;
}

/** A kind that can be restored. */
export type RestorableKind = KindDefinition & { readonly restore: KindRestore };

/** @throws AppError `bad-input` when items of this kind are kept but can't be restored */
export function restorableKind(connector: Connector, id: string): RestorableKind {
	const kind = connector.kinds.find((candidate) => candidate.id === id);
	if (kind?.restore === undefined) {
		throw new AppError("bad-input", `Items of kind ${id} can't be restored`, {
			facts: { kind: id },
			hint: "The coverage page lists what can be restored; this kind can be previewed and exported.",
		});
	}
	return { ...kind, restore: kind.restore };
}
