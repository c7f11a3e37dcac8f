import { systemClock } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../crypto/derive.ts";
import { utf8 } from "../../format/bytes.ts";
import { localS3, newBucket } from "./radosgw.fixture.ts";
import { S3Bucket } from "./s3-bucket.ts";
import type { S3Place } from "./s3-place.ts";
import { s3Store } from "./s3-store.ts";

const bytes = utf8("some bytes");

function open(place: S3Place) {
	return s3Store(place, { clock: systemClock });
}

describe.skipIf(localS3 === undefined)("the way into a bucket of radosgw", () => {
	it("leads through a role of the bucket's owner", async () => {
		const { roleArn = "", endpoint = "" } = localS3 ?? {};
		const store = open({ ...(await newBucket()), stsEndpoint: endpoint, role: { arn: roleArn, externalId: "word-of-acme" } });
		expect(await store.create("a", bytes)).toBe("created");
		expect(await store.read("a")).toEqual(bytes);
	});

	it("says that a role can't be assumed", async () => {
		const { roleArn = "", endpoint = "" } = localS3 ?? {};
		const store = open({ ...(await newBucket()), stsEndpoint: endpoint, role: { arn: `${roleArn}-of-nobody` } });
		await expect(store.facts("a")).rejects.toMatchObject({
			code: "store-unsuitable",
			message: expect.stringContaining("vault-owner-of-nobody"),
		});
	});

	it("says which right is missing", async () => {
		const { readerRoleArn = "", endpoint = "" } = localS3 ?? {};
		const place = await newBucket();
		await open(place).create("a", bytes);
		const reader = open({ ...place, stsEndpoint: endpoint, role: { arn: readerRoleArn } });
		expect(await reader.read("a")).toEqual(bytes);
		await expect(reader.replace("a", bytes)).rejects.toMatchObject({ code: "store-unsuitable", facts: { permission: "s3:PutObject" } });
		await expect(reader.delete("a")).rejects.toMatchObject({ code: "store-unsuitable", facts: { permission: "s3:DeleteObject" } });
		expect(await reader.read("a")).toEqual(bytes);
	});

	it("is closed to wrong keys, to absent buckets and to bytes that are not what they are said to be", async () => {
		const place = await newBucket();
		const { accessKeyId = "" } = localS3 ?? {};
		const stranger = open({ ...place, credentials: { accessKeyId, secretAccessKey: "guessed" } });
		await expect(stranger.facts("a")).rejects.toMatchObject({ code: "store-unsuitable" });
		await expect(open({ ...place, bucket: "no-such-bucket-here" }).facts("a")).rejects.toMatchObject({
			code: "store-unsuitable",
			message: expect.stringContaining("There is no bucket"),
		});
		const bucket = new S3Bucket(place, systemClock);
		const lie = { onlyIfAbsent: true, sha256: sha256Hex(utf8("other bytes")) };
		await expect(bucket.put(`${place.prefix}/packs/x`, bytes, lie)).rejects.toMatchObject({
			code: "store-unreachable",
			facts: { status: 400 },
		});
		expect(await bucket.head(`${place.prefix}/packs/x`)).toBeUndefined();
	});

	it("says when nobody is there", async () => {
		const store = open({ ...(await newBucket()), endpoint: "http://127.0.0.1:9" });
		await expect(store.facts("a")).rejects.toMatchObject({ code: "store-unreachable" });
	});
});
