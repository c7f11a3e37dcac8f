import { sha256Hex } from "../../crypto/derive.ts";
import type { Bucket, BucketVersion } from "./bucket.ts";

const contentNamed = /^(?:packs|idx)\/(?:.*\/)?([0-9a-f]{64})$/;
const createOnly = /^(?:log|ckpt)\/|^vault\.json$/;

/**
 * Whether an object that somebody hid under a delete marker is still there for the vault. What is created once and never
 * replaced is; a key that was deleted must stay deleted, whoever deleted it.
 */
export function outlivesMarker(name: string): boolean {
	return contentNamed.test(name) || createOnly.test(name);
}

/**
 * The version that the vault wrote: of a content-named object the one whose SHA-256 is the name, else the oldest, because the
 * first creator of a name won it. With none that fits, the oldest: the reader will call it damaged.
 */
export async function writtenVersion(bucket: Bucket, name: string, versions: readonly BucketVersion[]): Promise<BucketVersion | undefined> {
	const oldestFirst = versions.filter(({ marker }) => !marker).reverse();
	const sha256 = contentNamed.exec(name)?.[1];
	if (sha256 === undefined || oldestFirst.length < 2) return oldestFirst[0];
	for (const version of oldestFirst) {
		const bytes = await bucket.get(version.key, { versionId: version.versionId });
		if (bytes !== undefined && sha256Hex(bytes) === sha256) return version;
	}
	return oldestFirst[0];
}
