import { AppError } from "@skyeworx/core";
import type { AzurePlace } from "./azure/azure-place.ts";
import type { LockRule } from "./bucket/lock-length.ts";
import type { S3Place } from "./s3/s3-place.ts";

/** Where a vault lies, as one line of text says it; never a secret. */
export type StoreAddress =
	| { readonly type: "folder"; readonly path: string }
	| { readonly type: "s3"; readonly place: S3Place }
	| { readonly type: "azure"; readonly place: AzurePlace };

const s3Words = ["region", "endpoint", "path-style", "role", "external-id", "sts", "lock", "lock-max-days", "recover"] as const;
const azureWords = ["endpoint", "lock", "lock-max-days", "recover"] as const;
const bucketName = /^[a-z0-9][a-z0-9._-]{1,253}$/i;
const prefixPart = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/**
 * Reads `s3://bucket/prefix?region=eu-central-1`, `azure://account/container/prefix`, or a folder's path. docs/storage.md lists
 * what may follow the question mark.
 * @param defaultRegion for an S3 address that names none
 * @throws AppError `bad-input`
 */
export function parseStoreAddress(text: string, defaultRegion?: string): StoreAddress {
	const match = /^([a-z][a-z0-9+.-]*):\/\/([^?]*)(?:\?(.*))?$/i.exec(text);
	const [, scheme, path = "", query = ""] = match ?? [];
	if (scheme === undefined) return { type: "folder", path: text };
	const parts = path.split("/").filter((part) => part !== "");
	switch (scheme.toLowerCase()) {
		case "s3":
			return { type: "s3", place: s3Place(text, parts, wordsOf(text, query, s3Words), defaultRegion) };
		case "azure":
			return { type: "azure", place: azurePlace(text, parts, wordsOf(text, query, azureWords)) };
		default:
			throw refused(text, `Nothing is known of ${scheme}://`);
	}
}

type Words<Name extends string> = Readonly<Partial<Record<Name, string>>>;

function s3Place(text: string, parts: readonly string[], words: Words<(typeof s3Words)[number]>, defaultRegion?: string): S3Place {
	const [bucket, ...prefix] = parts;
	if (bucket === undefined || !bucketName.test(bucket)) throw refused(text, "It names no bucket");
	const region = words.region ?? defaultRegion;
	if (region === undefined || region === "") throw refused(text, "It names no region: add ?region=");
	if (words["external-id"] !== undefined && words.role === undefined) throw refused(text, "An external id belongs to a role");
	const pathStyle = yesOrNo(text, "path-style", words["path-style"]);
	return {
		bucket,
		region,
		...prefixOf(text, prefix),
		...(words.endpoint === undefined ? {} : { endpoint: httpAddress(text, words.endpoint) }),
		...(pathStyle === undefined ? {} : { pathStyle }),
		...(words.sts === undefined ? {} : { stsEndpoint: httpAddress(text, words.sts) }),
		...(words.role === undefined
			? {}
			: { role: { arn: words.role, ...(words["external-id"] === undefined ? {} : { externalId: words["external-id"] }) } }),
		...lockOf(text, words),
		...(yesOrNo(text, "recover", words.recover) === true ? { recover: true } : {}),
	};
}

function azurePlace(text: string, parts: readonly string[], words: Words<(typeof azureWords)[number]>): AzurePlace {
	const [account, container, ...prefix] = parts;
	if (account === undefined || container === undefined || !bucketName.test(account) || !bucketName.test(container)) {
		throw refused(text, "It names no account and container");
	}
	return {
		account,
		container,
		...prefixOf(text, prefix),
		...(words.endpoint === undefined ? {} : { endpoint: httpAddress(text, words.endpoint) }),
		...lockOf(text, words),
		...(yesOrNo(text, "recover", words.recover) === true ? { recover: true } : {}),
	};
}

function wordsOf<Name extends string>(text: string, query: string, known: readonly Name[]): Words<Name> {
	const words: Partial<Record<Name, string>> = {};
	for (const [name, value] of new URLSearchParams(query)) {
		const word = known.find((candidate) => candidate === name);
		if (word === undefined) throw refused(text, `Nothing is known of "${name.slice(0, 30)}"; there are ${known.join(", ")}`);
		if (words[word] !== undefined) throw refused(text, `It says ${word} twice`);
		words[word] = value;
	}
	return words;
}

function prefixOf(text: string, parts: readonly string[]): { readonly prefix?: string } {
	if (!parts.every((part) => prefixPart.test(part)))
		throw refused(text, "Its folder may hold letters, digits, dots, hyphens and underscores");
	return parts.length === 0 ? {} : { prefix: parts.join("/") };
}

function lockOf(text: string, words: Words<"lock" | "lock-max-days">): { readonly lock?: LockRule } {
	const { lock: mode, "lock-max-days": days } = words;
	if (mode === undefined && days === undefined) return {};
	if (mode !== "governance" && mode !== "compliance") throw refused(text, "lock is governance or compliance");
	if (days === undefined) return { lock: { mode } };
	if (!/^[1-9]\d{0,4}$/.test(days)) throw refused(text, "lock-max-days is a whole number of days");
	return { lock: { mode, maxDays: Number(days) } };
}

function yesOrNo(text: string, word: string, value: string | undefined): boolean | undefined {
	if (value === undefined) return undefined;
	if (value !== "yes" && value !== "no") throw refused(text, `${word} is yes or no`);
	return value === "yes";
}

function httpAddress(text: string, value: string): string {
	const url = URL.canParse(value) ? new URL(value) : undefined;
	if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.search !== "") {
		throw refused(text, "An endpoint is an http or https address without a name, a password or a question mark");
	}
	return value.replace(/\/+$/, "");
}

function refused(text: string, why: string): AppError {
	// What follows the question mark may hold a secret that was put there by mistake.
	return new AppError("bad-input", `${text.replace(/\?.*$/s, "?...").slice(0, 200)} is no address of a vault. ${why}.`, {
		hint: "Give a folder, s3://bucket/folder?region=eu-central-1, or azure://account/container/folder.",
	});
}
