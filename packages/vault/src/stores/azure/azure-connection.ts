import type { BlobServiceClient, ContainerClient, StoragePipelineOptions } from "@azure/storage-blob";
import type { AzureCredentials, AzurePlace } from "./azure-place.ts";

type AzureSdk = typeof import("@azure/storage-blob");

const tryTimeout = 60_000;
// The vault repeats, and only the vault: two policies would multiply.
const options: StoragePipelineOptions = { retryOptions: { maxTries: 1, tryTimeoutInMs: tryTimeout } };

/** Loads the SDK, at first use, and makes a client of the container; asks nothing yet. */
export async function connectAzure(place: AzurePlace): Promise<ContainerClient> {
	const sdk = await import("@azure/storage-blob");
	const address = place.endpoint ?? `https://${place.account}.blob.core.windows.net`;
	const service = place.credentials === undefined ? await byIdentity(sdk, address) : byCredentials(sdk, place, address, place.credentials);
	return service.getContainerClient(place.container);
}

async function byIdentity(sdk: AzureSdk, address: string): Promise<BlobServiceClient> {
	const { DefaultAzureCredential } = await import("@azure/identity");
	return new sdk.BlobServiceClient(address, new DefaultAzureCredential(), options);
}

function byCredentials(sdk: AzureSdk, place: AzurePlace, address: string, credentials: AzureCredentials): BlobServiceClient {
	switch (credentials.type) {
		case "connection-string":
			return sdk.BlobServiceClient.fromConnectionString(credentials.connectionString, options);
		case "shared-access-signature":
			return new sdk.BlobServiceClient(`${address}?${credentials.signature.replace(/^\?/, "")}`, undefined, options);
		case "account-key":
			return new sdk.BlobServiceClient(address, new sdk.StorageSharedKeyCredential(place.account, credentials.key), options);
	}
}
