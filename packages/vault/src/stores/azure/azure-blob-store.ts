import type { Clock } from "@skyeworx/core";
import { bucketStore } from "../bucket/bucket-store.ts";
import type { Store } from "../store.ts";
import { AzureContainer } from "./azure-container.ts";
import type { AzurePlace } from "./azure-place.ts";

/** Keeps a vault in a container of Azure Blob Storage; nothing is asked before the first call. */
export function azureBlobStore(place: AzurePlace, ports: { readonly clock: Clock }): Store {
	return bucketStore(new AzureContainer(place, ports.clock), { recover: place.recover ?? false });
}
