import { describe, expect, it } from "vitest";
import { parseStoreAddress } from "./address.ts";

describe("the address of a store", () => {
	it("is a folder unless it has a scheme", () => {
		for (const path of ["data/vaults/acme", "/var/lib/vault", "../vault", "C:\\vaults"])
			expect(parseStoreAddress(path)).toEqual({ type: "folder", path });
	});

	it("names a bucket, a folder in it and its region", () => {
		expect(parseStoreAddress("s3://acme-backup/vaults/one?region=eu-central-1")).toEqual({
			type: "s3",
			place: { bucket: "acme-backup", prefix: "vaults/one", region: "eu-central-1" },
		});
		expect(parseStoreAddress("s3://acme-backup/", "eu-west-1")).toEqual({
			type: "s3",
			place: { bucket: "acme-backup", region: "eu-west-1" },
		});
	});

	it("tells everything about a bucket of somebody else", () => {
		const address =
			"s3://acme/v?region=eu-central-1&endpoint=https%3A%2F%2Fs3.example.com%2F&path-style=no&sts=https://sts.example.com" +
			"&role=arn:aws:iam::111122223333:role/backup&external-id=word&lock=compliance&lock-max-days=2600&recover=yes";
		expect(parseStoreAddress(address)).toEqual({
			type: "s3",
			place: {
				bucket: "acme",
				prefix: "v",
				region: "eu-central-1",
				endpoint: "https://s3.example.com",
				pathStyle: false,
				stsEndpoint: "https://sts.example.com",
				role: { arn: "arn:aws:iam::111122223333:role/backup", externalId: "word" },
				lock: { mode: "compliance", maxDays: 2600 },
				recover: true,
			},
		});
	});

	it("names an account, a container and a folder in it", () => {
		expect(parseStoreAddress("azure://acmestore/backup/vaults/one?lock=governance")).toEqual({
			type: "azure",
			place: { account: "acmestore", container: "backup", prefix: "vaults/one", lock: { mode: "governance" } },
		});
	});

	it.each([
		["gs://bucket/x", "gs://"],
		["s3://?region=x", "no bucket"],
		["s3://bucket/x", "no region"],
		["s3://bucket/a b?region=x", "folder"],
		["s3://bucket/../x?region=x", "folder"],
		["s3://bucket?region=x&secret=y", '"secret"'],
		["s3://bucket?region=x&region=y", "twice"],
		["s3://bucket?region=x&lock=forever", "governance or compliance"],
		["s3://bucket?region=x&lock=compliance&lock-max-days=-1", "whole number"],
		["s3://bucket?region=x&external-id=word", "role"],
		["s3://bucket?region=x&endpoint=file:///etc", "endpoint"],
		["s3://bucket?region=x&endpoint=https://name:word@host", "endpoint"],
		["azure://account", "account and container"],
		["azure://account/container?sig=abc", '"sig"'],
	])("refuses %s", (text, why) => {
		expect(() => parseStoreAddress(text)).toThrow(expect.objectContaining({ code: "bad-input", message: expect.stringContaining(why) }));
	});

	it("does not repeat a secret that was put into it by mistake", () => {
		expect(() => parseStoreAddress("azure://account/container?sig=verysecret")).toThrow(
			expect.objectContaining({ message: expect.not.stringContaining("verysecret") }),
		);
	});
});
