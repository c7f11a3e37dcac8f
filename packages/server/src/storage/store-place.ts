import { join, resolve } from "node:path";
import type { StoreBody, StoreInput } from "@skyeworx/contract";
import type { S3Place } from "@skyeworx/vault";
import type { StoreLock, StorePlace } from "../data/storage-tables.ts";
import type { StoreLocation } from "../sites/backends.ts";

/** A store with what opens it. */
export interface OpenedPlace {
	readonly place: StorePlace;
	/** The access key's, account key's or signature's secret. */
	readonly secret: string | undefined;
}

/** Parts what is secret from what is not. */
export function splitStore(input: StoreInput): OpenedPlace {
	if (input.type === "folder") return { place: { type: "folder", folder: input.folder ?? null }, secret: undefined };
	const common = { ...(input.prefix !== undefined && { prefix: input.prefix }), ...(input.lock !== undefined && { lock: input.lock }) };
	const endpoint = input.endpoint === undefined ? {} : { endpoint: input.endpoint.replace(/\/+$/, "") };
	if (input.type === "azure") {
		const { account, container, access } = input;
		const secret = access.type === "account-key" ? access.key : access.signature;
		return { place: { type: "azure", account, container, ...common, ...endpoint, access: { type: access.type } }, secret };
	}
	const { bucket, region, access } = input;
	const base = { type: "s3" as const, bucket, region, ...common, ...endpoint };
	if (access.type === "role") return { place: { ...base, access }, secret: undefined };
	const { secretAccessKey, ...keys } = access;
	return { place: { ...base, access: keys }, secret: secretAccessKey };
}

interface Within {
	/** Below the store's own folder; empty for its top. */
	readonly path: string;
	readonly externalId: string;
	/** Where the server puts vaults of organizations that name no folder. */
	readonly vaultFolder: string;
}

/** Where exactly, and with which credentials, objects below `path` lie. */
export function locationOf({ place, secret }: OpenedPlace, { path, externalId, vaultFolder }: Within): StoreLocation {
	if (place.type === "folder") return { type: "folder", folder: join(resolve(place.folder ?? vaultFolder), path) };
	return bucketLocation({ place, secret }, { path, externalId });
}

/** {@link locationOf} a bucket or container. */
export function bucketLocation(
	{ place, secret = "" }: { readonly place: Exclude<StorePlace, { type: "folder" }>; readonly secret: string | undefined },
	{ path, externalId }: Omit<Within, "vaultFolder">,
): StoreLocation {
	const prefix = [place.prefix, path].filter((part) => part !== undefined && part !== "").join("/");
	const common = {
		...(prefix !== "" && { prefix }),
		...(place.endpoint !== undefined && { endpoint: place.endpoint }),
		// No lock that we ask for is longer than what was agreed.
		...(place.lock !== undefined && { lock: { mode: place.lock.mode, maxDays: place.lock.days } }),
	};
	if (place.type === "azure") {
		const { account, container, access } = place;
		const credentials = access.type === "account-key" ? { type: access.type, key: secret } : { type: access.type, signature: secret };
		return { type: "azure", place: { account, container, ...common, credentials } };
	}
	return { type: "s3", place: { bucket: place.bucket, region: place.region, ...common, ...awsAccess(place.access, secret, externalId) } };
}

/** What the AWS clients are given to enter an account: a role together with our external id, or the customer's key. */
export function awsAccess(
	access: Extract<StorePlace, { type: "s3" }>["access"],
	secret: string,
	externalId: string,
): Pick<S3Place, "role" | "credentials"> {
	if (access.type === "role") return { role: { arn: access.roleArn, externalId } };
	return { credentials: { accessKeyId: access.accessKeyId, secretAccessKey: secret } };
}

/** The lock that a store puts on what is written, if any. */
export function lockOf(place: StorePlace): StoreLock | undefined {
	return place.type === "folder" ? undefined : place.lock;
}

/** A store as the API shows it. */
export function storeBody(place: StorePlace, description = describeStore(place)): StoreBody {
	return {
		type: place.type,
		description,
		region: place.type === "s3" ? place.region : null,
		lock: lockOf(place) ?? null,
		access: place.type === "folder" ? null : accessText(place.access),
	};
}

/** For people, never a secret. `path` is a vault's place within the store. */
export function describeStore(place: StorePlace, path = ""): string {
	if (place.type === "folder") return place.folder === null ? "The server's own folder" : `Folder ${place.folder}`;
	const below = [place.prefix, path].filter((part) => part !== undefined && part !== "").map((part) => `/${part}`);
	if (place.type === "azure") return `Azure container ${place.account}/${place.container}${below.join("")}`;
	const at = place.endpoint === undefined ? "" : ` at ${new URL(place.endpoint).host}`;
	return `S3 bucket ${place.bucket}${below.join("")} in ${place.region}${at}`;
}

function accessText(access: Exclude<StorePlace, { type: "folder" }>["access"]): string {
	switch (access.type) {
		case "role":
			return access.roleArn;
		case "keys":
			return `access key ${access.accessKeyId}`;
		default:
			return access.type === "account-key" ? "account key" : "shared access signature";
	}
}

/** How the offline tool is told where a vault lies; holds no secret. */
export function addressOf(place: StorePlace, path: string, externalId: string): string {
	if (place.type === "folder") return path;
	const below = [place.prefix, path].filter((part) => part !== undefined && part !== "").join("/");
	const words = new URLSearchParams();
	if (place.type === "s3") words.set("region", place.region);
	if (place.endpoint !== undefined) words.set("endpoint", place.endpoint);
	if (place.type === "s3" && place.access.type === "role") {
		words.set("role", place.access.roleArn);
		words.set("external-id", externalId);
	}
	const query = words.size === 0 ? "" : `?${words.toString()}`;
	return place.type === "s3" ? `s3://${place.bucket}/${below}${query}` : `azure://${place.account}/${place.container}/${below}${query}`;
}
