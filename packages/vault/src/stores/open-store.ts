import type { Clock } from "@skyeworx/core";
import { parseStoreAddress } from "./address.ts";
import { azureBlobStore } from "./azure/azure-blob-store.ts";
import type { AzureCredentials } from "./azure/azure-place.ts";
import { folderStore } from "./folder-store.ts";
import { s3Store } from "./s3/s3-store.ts";
import type { Store } from "./store.ts";

export interface OpenStorePorts {
	readonly clock: Clock;
	/**
	 * Read here: AWS_REGION, AWS_DEFAULT_REGION, AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_SAS_TOKEN, AZURE_STORAGE_KEY. What
	 * else opens a bucket (AWS's keys, profiles, instance roles, Azure's identities), the SDKs find in the process by themselves.
	 */
	readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The store at an address: a folder, an S3 bucket or an Azure container. Nothing is asked before the first call.
 * @see parseStoreAddress
 * @throws AppError `bad-input`
 */
export function openStore(address: string, { clock, env }: OpenStorePorts): Store {
	const parsed = parseStoreAddress(address, env.AWS_REGION ?? env.AWS_DEFAULT_REGION);
	switch (parsed.type) {
		case "folder":
			return folderStore(parsed.path);
		case "s3":
			return s3Store(parsed.place, { clock });
		case "azure": {
			const credentials = azureCredentials(env);
			return azureBlobStore({ ...parsed.place, ...(credentials === undefined ? {} : { credentials }) }, { clock });
		}
	}
}

function azureCredentials(env: OpenStorePorts["env"]): AzureCredentials | undefined {
	const { AZURE_STORAGE_CONNECTION_STRING: connectionString, AZURE_STORAGE_SAS_TOKEN: signature, AZURE_STORAGE_KEY: key } = env;
	if (connectionString) return { type: "connection-string", connectionString };
	if (signature) return { type: "shared-access-signature", signature };
	if (key) return { type: "account-key", key };
	return undefined;
}
