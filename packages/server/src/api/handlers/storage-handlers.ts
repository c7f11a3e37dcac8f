import { changeSiteKey } from "../../storage/change-site-key.ts";
import { changeStorage } from "../../storage/change-storage.ts";
import { proveRecoveryKit } from "../../storage/kit-proof.ts";
import { readStorage } from "../../storage/read-storage.ts";
import { removeOldStore } from "../../storage/remove-old-store.ts";
import { dropOlderKits, renewKit } from "../../storage/renew-kit.ts";
import { requestMove } from "../../storage/request-move.ts";
import { testStorage } from "../../storage/test-storage.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

type Names =
	| "getStorage"
	| "updateStorage"
	| "testStorage"
	| "moveSite"
	| "removeOldStore"
	| "changeSiteKey"
	| "renewRecoveryKit"
	| "proveRecoveryKit";

/** Where vaults lie, what opens them, and how both change. */
export function storageHandlers(platform: Platform): HandlersOf<Names> {
	return {
		getStorage: async ({ principal }) => ({ body: await readStorage(platform, principal) }),
		updateStorage: async ({ principal, body, note }) => {
			note.facts = { ...(body.store !== undefined && { store: body.store.type }), ...(body.key !== undefined && { key: body.key.type }) };
			await changeStorage(platform, principal, body);
			return { body: await readStorage(platform, principal) };
		},
		testStorage: async ({ principal, body, note }) => {
			const result = await testStorage(platform, principal, body);
			note.facts = { ok: result.ok };
			return { body: result };
		},
		moveSite: async ({ principal, params, note }) => {
			const run = await requestMove(platform, principal, params.siteId);
			note.facts = { run: run.id };
			return { body: run };
		},
		removeOldStore: async ({ principal, params, note }) => {
			const removed = await removeOldStore(platform, principal, params.siteId);
			note.facts = { ...removed };
			return { body: removed };
		},
		changeSiteKey: async ({ principal, params }) => {
			await changeSiteKey(platform, principal, params.siteId);
			return { body: await readStorage(platform, principal) };
		},
		renewRecoveryKit: async ({ principal, params }) => ({ body: await renewKit(platform, principal, params.siteId) }),
		proveRecoveryKit: async ({ principal, params, body }) => {
			const { siteId } = params;
			const { at, slotId } = await proveRecoveryKit(platform, principal, siteId, body.part);
			if (slotId !== undefined) await dropOlderKits(platform, principal, { siteId, slotId });
			return { body: { provenAt: at.toISOString() } };
		},
	};
}
