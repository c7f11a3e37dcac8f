import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { systemClock } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../crypto/derive.ts";
import { utf8 } from "../../format/bytes.ts";
import { bucketStore } from "../bucket/bucket-store.ts";
import type { LockRule } from "../bucket/lock-length.ts";
import type { Store } from "../store.ts";
import { localS3, newBucket, ownersClient } from "./radosgw.fixture.ts";
import { S3Bucket } from "./s3-bucket.ts";
import type { S3Place } from "./s3-place.ts";
import { s3Store } from "./s3-store.ts";

const bytes = utf8("a pack");
const pack = `packs/R/ab/${sha256Hex(bytes)}`;

function soon(seconds: number): Date {
	return new Date(systemClock.now().getTime() + seconds * 1000);
}

/** What stands in the bucket under a name, newest first: `version`, `marker`. */
async function standing(place: S3Place, name: string): Promise<string[]> {
	const answer = await ownersClient().send(new ListObjectVersionsCommand({ Bucket: place.bucket, Prefix: `${place.prefix}/${name}` }));
	return [...(answer.DeleteMarkers ?? []).map(() => "marker"), ...(answer.Versions ?? []).map(() => "version")];
}

/** Deletes as a person with the console would: a marker over the object. */
async function hide(place: S3Place, name: string): Promise<void> {
	await ownersClient().send(new DeleteObjectCommand({ Bucket: place.bucket, Key: `${place.prefix}/${name}` }));
}

async function overwrite(place: S3Place, name: string, text: string): Promise<void> {
	await ownersClient().send(new PutObjectCommand({ Bucket: place.bucket, Key: `${place.prefix}/${name}`, Body: text }));
}

async function names(store: Store, prefix: string): Promise<string[]> {
	const found: string[] = [];
	for await (const { name } of store.list(prefix)) found.push(name);
	return found;
}

/** This server does not keep the condition in buckets with versions: what is tested here is written without one. */
async function locking(lock?: LockRule): Promise<{ readonly place: S3Place; readonly store: Store }> {
	const place = { ...(await newBucket("locking")), ...(lock === undefined ? {} : { lock }) };
	return { place, store: bucketStore(new S3Bucket(place, systemClock)) };
}

describe.skipIf(localS3 === undefined)("a bucket of radosgw with versions", () => {
	it("is refused for writing, because this server overwrites there what it was told to keep", async () => {
		const place = await newBucket("versioned");
		const store = s3Store(place, { clock: systemClock });
		await expect(store.create("log/0000000000000001", bytes)).rejects.toMatchObject({ code: "store-unsuitable" });
		expect(await standing(place, "")).toEqual([]);
	});

	it("loses every version of what is deleted", async () => {
		const { place, store } = await locking();
		await overwrite(place, pack, "one");
		await overwrite(place, pack, "two");
		await hide(place, pack);
		await overwrite(place, `${pack}0`, "its name begins alike");
		expect(await store.delete(pack)).toBe("deleted");
		expect(await standing(place, pack)).toEqual(["version"]);
		expect(await store.facts(pack)).toBeUndefined();
		expect(await store.delete(pack)).toBe("deleted");
	});

	it("keeps no older version of what is replaced", async () => {
		const { place, store } = await locking();
		await store.replace("keys/slots/a.json", utf8("old passphrase"));
		await store.replace("keys/slots/a.json", utf8("new passphrase"));
		expect(await standing(place, "keys/slots/a.json")).toEqual(["version"]);
		expect(await store.read("keys/slots/a.json")).toEqual(utf8("new passphrase"));
	});

	it.each(["governance", "compliance"] as const)("keeps what is locked under %s, and says so", async (mode) => {
		const { place, store } = await locking({ mode });
		await store.replace(pack, bytes, { retainUntil: soon(60) });
		expect(await store.delete(pack)).toBe("locked");
		expect(await standing(place, pack)).toEqual(["version"]);
		expect(await store.read(pack)).toEqual(bytes);
	});

	it("lets a lock grow, never shrink, and frees the object when it ends", async () => {
		const { store } = await locking({ mode: "compliance" });
		await store.replace(pack, bytes, { retainUntil: soon(2) });
		await store.replace("idx/other", bytes, { retainUntil: soon(2) });
		await store.extendLock?.(pack, soon(60));
		await store.extendLock?.(pack, soon(1));
		await systemClock.sleep(3000);
		expect(await store.delete("idx/other")).toBe("deleted");
		expect(await store.delete(pack)).toBe("locked");
		await expect(store.extendLock?.("packs/R/ab/none", soon(60))).rejects.toMatchObject({ code: "store-object-missing" });
	});

	it("can't lock where nobody asked for locks, nor longer than allowed", async () => {
		expect((await locking()).store.extendLock).toBeUndefined();
		const { store } = await locking({ mode: "compliance", maxDays: 30 });
		await expect(store.replace(pack, bytes, { retainUntil: soon(31 * 86_400) })).rejects.toMatchObject({ code: "bad-input" });
		const plain = s3Store({ ...(await newBucket()), lock: { mode: "compliance" } }, { clock: systemClock });
		await expect(plain.create(pack, bytes, { retainUntil: soon(60) })).rejects.toMatchObject({ code: "store-unsuitable" });
	});

	it("still shows what somebody hid under a delete marker: the bytes that fit the name, of a log entry the oldest", async () => {
		const { place, store } = await locking({ mode: "governance" });
		const log = "log/0000000000000007";
		await overwrite(place, pack, "not the pack");
		await overwrite(place, pack, "a pack");
		await overwrite(place, pack, "nor this");
		await overwrite(place, log, "the entry");
		await overwrite(place, log, "a forged entry");
		for (const name of [pack, log, "keys/slots/a.json"]) {
			if (name.startsWith("keys/")) await overwrite(place, name, "a slot that its owner deletes");
			await hide(place, name);
		}
		expect(await store.read(pack)).toEqual(bytes);
		expect(await store.read(pack, { offset: 2, length: 3 })).toEqual(utf8("pac"));
		expect(await store.read(log)).toEqual(utf8("the entry"));
		expect(await store.facts(log)).toMatchObject({ name: log, size: 9 });
		expect((await names(store, "")).sort()).toEqual([log, pack]);
		await expect(store.read("keys/slots/a.json")).rejects.toMatchObject({ code: "store-object-missing" });
		await store.extendLock?.(pack, soon(60));
		expect(await store.delete(pack)).toBe("locked");
		expect(await store.read(pack)).toEqual(bytes);
	});

	it("is read as it was written, not as somebody overwrote it, when told to recover", async () => {
		const { place } = await locking();
		const log = "log/0000000000000001";
		for (const text of ["the entry", "a forged entry"]) await overwrite(place, log, text);
		for (const text of ["wrong", "a pack", "also wrong"]) await overwrite(place, pack, text);
		const store = s3Store({ ...place, recover: true }, { clock: systemClock });
		expect(await store.read(log)).toEqual(utf8("the entry"));
		expect(await store.read(pack, { suffix: 4 })).toEqual(utf8("pack"));
	});

	it("is listed page by page, whatever markers and old versions lie between", async () => {
		const { place, store } = await locking();
		const client = ownersClient();
		const put = (n: number) =>
			client.send(new PutObjectCommand({ Bucket: place.bucket, Key: `${place.prefix}/idx/${String(n).padStart(64, "0")}`, Body: "x" }));
		for (let at = 0; at < 560; at += 20) await Promise.all(Array.from({ length: 20 }, (_, i) => put(at + i)));
		for (let at = 0; at < 560; at += 20) await Promise.all(Array.from({ length: 20 }, (_, i) => put(at + i)));
		await hide(place, `idx/${"499".padStart(64, "0")}`);
		await hide(place, `idx/${"500".padStart(64, "0")}`);
		const found = await names(store, "idx/");
		expect(found).toHaveLength(560);
		expect(new Set(found).size).toBe(560);
	});
});
