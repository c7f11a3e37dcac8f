import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import type { AzurePlace } from "./azure-place.ts";

/** The Azurite that `npm run test:azure` started; undefined where none can run. */
export const localAzure = inject("localAzure");

/** A new container in it. */
export async function newContainer(): Promise<AzurePlace> {
	if (localAzure === undefined) throw new Error("no Azurite runs here");
	const { BlobServiceClient, StorageSharedKeyCredential } = await import("@azure/storage-blob");
	const { account, endpoint, key } = localAzure;
	const container = `test-${randomUUID()}`;
	await new BlobServiceClient(endpoint, new StorageSharedKeyCredential(account, key)).createContainer(container);
	return { account, container, prefix: "vaults/acme", endpoint, credentials: { type: "account-key", key } };
}
