import { isIP } from "node:net";
import { isAbsolute, relative, resolve } from "node:path";
import { AppError } from "@skyeworx/core";
import type { ServiceKey, StorePlace } from "../data/storage-tables.ts";
import { isPrivate } from "../network/public-addresses.ts";

export interface AllowedPlaces {
	/** Where new vaults lie. */
	readonly vaultFolder: string;
	/** Folders below which a caller may put a vault; the server's own folder always. */
	readonly storageRoots: readonly string[];
	/** Whether stores and key services may lie in private networks, and without TLS. */
	readonly privateStorage: boolean;
}

const blobDomains = [".blob.core.windows.net", ".blob.core.usgovcloudapi.net", ".blob.core.chinacloudapi.cn", ".blob.storage.azure.net"];
const vaultDomains = [".vault.azure.net", ".vault.usgovcloudapi.net", ".vault.azure.cn", ".managedhsm.azure.net"];

/**
 * On a server for many, a caller must not lead it into its own network, nor have it use what its operator was given.
 * @throws AppError `bad-input`, `store-unsuitable`
 */
export function requireAllowedStore(allowed: AllowedPlaces, place: StorePlace): void {
	if (place.type === "folder") {
		if (place.folder !== null) requireAllowedFolder(allowed, place.folder);
		return;
	}
	if (place.endpoint === undefined) return;
	if (place.type === "s3" && place.access.type === "role") {
		throw new AppError("bad-input", "A role belongs to Amazon's own address, not to an endpoint", {
			hint: "Enter a compatible server with an access key.",
		});
	}
	if (allowed.privateStorage) return;
	const url = new URL(place.endpoint);
	const host = url.hostname.replace(/^\[|\]$/g, "");
	const isOpen = url.protocol === "https:" && url.username === "" && host !== "localhost" && (isIP(host) === 0 || !isPrivate(host));
	// Azure's client can't be told which addresses it may connect to: only Microsoft's own names are let through.
	const isKnown = place.type === "s3" || blobDomains.some((domain) => host.endsWith(domain));
	if (!isOpen || !isKnown) throw notAllowed("The store may not lie at that address");
}

/** @throws AppError `bad-input` */
export function requireAllowedKey(allowed: AllowedPlaces, key: ServiceKey): void {
	if (key.type === "kms-aws" || allowed.privateStorage) return;
	const url = new URL(key.keyId);
	if (url.port !== "" || !vaultDomains.some((domain) => url.hostname.endsWith(domain)))
		throw notAllowed("The key service may not lie at that address");
}

function notAllowed(message: string): AppError {
	return new AppError("bad-input", message, {
		hint: "Give a public https address; private ones need the server's setting private-storage.",
	});
}

/** @throws AppError `store-unsuitable` when the folder is not below one that the operator allows */
export function requireAllowedFolder(allowed: AllowedPlaces, wanted: string): void {
	const folder = resolve(wanted);
	const inside = (root: string) => {
		const path = relative(resolve(root), folder);
		return path !== "" && !path.startsWith("..") && !isAbsolute(path);
	};
	if (isAbsolute(wanted) && [allowed.vaultFolder, ...allowed.storageRoots].some(inside)) return;
	throw new AppError("store-unsuitable", "Vaults may not be put into that folder", {
		hint: "Leave the folder out, or start the server with --storage-roots for the folder above it.",
	});
}
