import { grantedSites, openConnector, takeConsent } from "@skyeworx/atlassian";
import { openCatalog } from "@skyeworx/catalog";
import { AppError, type Clock, type Log, type Random } from "@skyeworx/core";
import {
	type AwsKeyPair,
	azureBlobStore,
	createVault,
	folderStore,
	newRecoveryKit,
	openVault,
	probeKey,
	type Store,
	s3Store,
	sealingThread,
	type Unlock,
} from "@skyeworx/vault";
import { publicLookup } from "../network/public-addresses.ts";
import type { SiteBackends, StoreLocation, VaultPlace } from "./backends.ts";

/** How the server itself reaches AWS when it enters a customer's account; what is left out, the SDK finds in the process. */
export interface OwnAws {
	readonly credentials?: AwsKeyPair;
	/** A private link to Amazon S3. */
	readonly s3Endpoint?: string;
	readonly kmsEndpoint?: string;
	readonly stsEndpoint?: string;
}

export interface RealBackendPorts {
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
	readonly aws?: OwnAws;
	/** Whether S3-compatible stores may lie in private networks. */
	readonly privateStorage?: boolean;
	/** Milliseconds for which a vault's key is used before its key service is asked again; five minutes when left out. */
	readonly keyLifetime?: number;
}

const usualKeyLifetime = 5 * 60_000;

/** Vaults in folders, buckets and containers, catalogs in files, and Atlassian Cloud. */
export function realBackends(ports: RealBackendPorts): SiteBackends {
	const sealing = sealingThread();
	const { clock, random, log } = ports;
	const openStore = (location: StoreLocation) => storeAt(ports, location);
	const vaultPorts = (place: VaultPlace, unlock: Unlock | undefined) => ({
		clock,
		random,
		log,
		store: openStore(place.location),
		cacheFolder: place.cacheFolder,
		sealing,
		// Only a key service can say no; whatever else opens a slot lies in memory anyway.
		...(unlock?.type.startsWith("kms-") === true && { keyLifetime: ports.keyLifetime ?? usualKeyLifetime }),
	});
	return {
		kinds: kindsWithRestore(ports),
		createVault: (place, slots) => createVault({ ...vaultPorts(place, slots[0]), slots: slots.map((slot) => throughOurs(ports, slot)) }),
		openVault: (place, unlock, expectHead) =>
			openVault({
				...vaultPorts(place, unlock),
				unlock: throughOurs(ports, unlock),
				...(expectHead !== undefined && { expectHead }),
			}),
		openStore,
		probeKey: async (unlock) => await probeKey(throughOurs(ports, unlock), { clock, random }),
		throughOurs: (unlock) => throughOurs(ports, unlock),
		openCatalog,
		connect: (connection, credentials, budget) =>
			openConnector({ connection, credentials, ports, ...(budget !== undefined && { budget }) }),
		grantedSites,
		takeConsent: (...asked) => takeConsent(ports, ...asked),
		newRecoveryKit: () => newRecoveryKit(random),
	};
}

function storeAt({ clock, aws = {}, privateStorage = false }: RealBackendPorts, location: StoreLocation): Store {
	if (location.type === "folder") return folderStore(location.folder);
	if (location.type === "azure") return azureBlobStore(location.place, { clock });
	const { place } = location;
	// The customer's own key does without ours; a role is assumed with ours.
	const own = place.credentials === undefined && aws.credentials !== undefined ? { credentials: aws.credentials } : {};
	const sts = aws.stsEndpoint === undefined ? {} : { stsEndpoint: aws.stsEndpoint };
	const link = place.endpoint === undefined && aws.s3Endpoint !== undefined ? { endpoint: aws.s3Endpoint, isAmazon: true } : {};
	const guarded = place.endpoint === undefined || privateStorage ? {} : { lookup: publicLookup(false, privateAddress) };
	return s3Store({ ...sts, ...own, ...link, ...guarded, ...place }, { clock });
}

function privateAddress(): AppError {
	return new AppError("store-unsuitable", "The store's name leads into a private network", {
		hint: "Give a public address; private ones need the server's setting private-storage.",
	});
}

/** The same key, reached in the way that this server reaches AWS. */
function throughOurs<U extends Unlock>({ aws = {} }: RealBackendPorts, unlock: U): U {
	if (unlock.type !== "kms-aws") return unlock;
	const own = {
		...(aws.credentials !== undefined && { credentials: aws.credentials }),
		...(aws.kmsEndpoint !== undefined && { endpoint: aws.kmsEndpoint }),
		...(aws.stsEndpoint !== undefined && { stsEndpoint: aws.stsEndpoint }),
	};
	return { ...unlock, aws: { ...own, ...unlock.aws } };
}

/** Only an open connector's kinds say what can be restored; this one is never asked for anything else. */
function kindsWithRestore(ports: RealBackendPorts) {
	const nowhere = async (): Promise<never> => {
		throw new AppError("internal", "A connector without a site was used");
	};
	return openConnector({
		connection: { siteUrl: "https://nowhere.invalid", type: "api-token" },
		credentials: { load: nowhere, replace: nowhere, exclusive: nowhere },
		ports,
	}).kinds;
}
