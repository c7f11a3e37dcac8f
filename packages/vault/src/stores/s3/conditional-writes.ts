import { randomUUID } from "node:crypto";
import { AppError } from "@skyeworx/core";
import { sha256Hex } from "../../crypto/derive.ts";
import { utf8 } from "../../format/bytes.ts";
import type { Bucket } from "../bucket/bucket.ts";

/**
 * Puts the same name twice: a server that takes the second would let one writer's commit erase another's.
 * @throws AppError `store-unsuitable`
 */
export async function requireCondition(bucket: Bucket, put: Bucket["put"]): Promise<void> {
	const key = `${bucket.prefix}probe/${randomUUID()}`;
	const again = async (text: string) => {
		const bytes = utf8(text);
		return put(key, bytes, { onlyIfAbsent: true, sha256: sha256Hex(bytes) });
	};
	await again("first");
	const second = await again("second");
	const versions = [];
	if (await bucket.versioned()) for await (const version of bucket.versions(key)) versions.push(version);
	else versions.push({ key, versionId: undefined, current: true });
	for (const version of versions) await bucket.remove(version);
	if (second === "exists") return;
	throw new AppError("store-unsuitable", `${bucket.description} overwrites objects that it was told to keep`, {
		facts: { object: key },
		hint: "A vault needs a server that keeps If-None-Match: * on PutObject, also in a bucket with versions. docs/storage.md says which were tried.",
	});
}
