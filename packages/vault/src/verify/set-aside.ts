import { isAppError } from "@skyeworx/core";
import type { Store } from "../stores/store.ts";

/** Copies a damaged object to `quarantine/`; deletes the original only once the copy is there. An absent object is passed over. */
export async function setAside(store: Store, name: string, then: "and keep" | "and delete"): Promise<void> {
	let bytes: Uint8Array;
	try {
		bytes = await store.read(name);
	} catch (error) {
		if (isAppError(error, "store-object-missing")) return;
		throw error;
	}
	await store.create(`quarantine/${name}`, bytes);
	// A lock keeps it: it is passed over by readers all the same.
	if (then === "and delete") await store.delete(name);
}
