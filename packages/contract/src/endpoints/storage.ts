import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { uuid } from "../schemas/primitives.ts";
import { run } from "../schemas/run.ts";
import { recoveryKit } from "../schemas/site.ts";
import { kitProof, oldStoreRemoved, storageChange, storageSettings, storageTest } from "../schemas/storage.ts";

const params = z.object({ siteId: uuid });

/** Where vaults lie, what opens them, and how both change. */
export const storageEndpoints = {
	getStorage: endpoint({
		method: "GET",
		path: "/storage",
		tag: "Storage",
		summary: "The store and the key of new vaults, and how each site's vault is kept",
		access: "keys.manage",
		status: 200,
		response: storageSettings,
	}),
	updateStorage: endpoint({
		method: "PATCH",
		path: "/storage",
		tag: "Storage",
		summary: "Choose the store and the key of new vaults",
		description:
			"Both are tried first; one that lacks a right is refused, and nothing is changed. Vaults that exist stay as they are until they are moved or given the key. May need a second person.",
		access: "keys.manage",
		body: storageChange.refine((change) => Object.keys(change).length > 0, "Name a store or a key"),
		status: 200,
		response: storageSettings,
		audit: "storage.update",
	}),
	testStorage: endpoint({
		method: "POST",
		path: "/storage/test",
		tag: "Storage",
		summary: "Try a store and a key, and say which right is missing",
		description: "Without a body, the ones that are chosen. Writes small objects under probe/ and removes them; changes nothing else.",
		access: "keys.manage",
		body: storageChange,
		status: 200,
		response: storageTest,
		audit: "storage.test",
	}),
	moveSite: endpoint({
		method: "POST",
		path: "/sites/:siteId/move",
		tag: "Storage",
		summary: "Move a site's vault to the store that is chosen for new ones",
		description:
			"Copies every object, checks the copy, and switches in one step; backups go on meanwhile. The old place is kept and no longer written. May need a second person.",
		access: "keys.manage",
		params,
		status: 202,
		response: run,
		audit: "storage.move",
	}),
	removeOldStore: endpoint({
		method: "DELETE",
		path: "/sites/:siteId/old-store",
		tag: "Storage",
		summary: "Remove the vault's objects from where it was before it was moved",
		description: "Asks the new place first whether the vault is whole there. May need a second person.",
		access: "keys.manage",
		params,
		status: 200,
		response: oldStoreRemoved,
		audit: "storage.remove-old",
	}),
	changeSiteKey: endpoint({
		method: "POST",
		path: "/sites/:siteId/key",
		tag: "Storage",
		summary: "Open a site's vault with the key that is chosen for new ones, and no longer with the one before",
		description: "The recovery kit goes on opening it. May need a second person.",
		access: "keys.manage",
		params,
		status: 200,
		response: storageSettings,
		audit: "key.change",
	}),
	renewRecoveryKit: endpoint({
		method: "POST",
		path: "/sites/:siteId/recovery-kit",
		tag: "Storage",
		summary: "Make another recovery kit, where the first was lost; given back this once",
		description:
			"The kit before opens the vault no more: at once when nobody ever proved to have it, otherwise when the new one is proven. May need a second person.",
		access: "keys.manage",
		params,
		status: 201,
		response: recoveryKit,
		audit: "recovery-kit.renew",
	}),
	proveRecoveryKit: endpoint({
		method: "POST",
		path: "/sites/:siteId/recovery-kit/proof",
		tag: "Storage",
		summary: "Show that the recovery kit was kept: give the group of its code that was asked for",
		access: "site.connect",
		params,
		body: kitProof,
		status: 200,
		response: z.object({ provenAt: z.iso.datetime() }),
		limit: "sign-in",
		audit: "recovery-kit.prove",
	}),
} as const;
