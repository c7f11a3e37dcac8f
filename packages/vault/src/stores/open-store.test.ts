import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { steppingClock } from "../vault.fixture.ts";
import { openStore } from "./open-store.ts";

const clock = steppingClock();

describe("opening a store by its address", () => {
	it("says for people which one it is, without a secret", () => {
		const env = { AWS_REGION: "eu-central-1", AZURE_STORAGE_KEY: "c2VjcmV0" };
		expect(openStore("/var/lib/vault", { clock, env }).description).toBe("folder /var/lib/vault");
		expect(openStore("s3://acme-backup/one", { clock, env }).description).toBe("S3 bucket acme-backup/one in eu-central-1");
		expect(openStore("azure://acmestore/backup/one", { clock, env }).description).toBe("Azure container acmestore/backup/one");
	});

	it("locks only where it was told to", () => {
		const env = { AWS_REGION: "eu-central-1" };
		expect(openStore("s3://acme-backup/one", { clock, env }).extendLock).toBeUndefined();
		expect(openStore("s3://acme-backup/one?lock=compliance", { clock, env }).extendLock).toBeDefined();
	});

	it("loads no SDK: a vault in a folder pays nothing for buckets", () => {
		const program = `
			import { registerHooks } from "node:module";
			const loaded = [];
			registerHooks({ resolve(name, context, next) {
				const found = next(name, context);
				if (/node_modules\\/@(aws-sdk|azure|smithy)\\//.test(found.url)) loaded.push(found.url);
				return found;
			} });
			const { folderStore, openStore } = await import(${JSON.stringify(new URL("../index.ts", import.meta.url).href)});
			folderStore("/nowhere");
			openStore("s3://bucket/x?region=eu-central-1", { clock: {}, env: {} });
			console.log(JSON.stringify(loaded));`;
		const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
		expect({ stdout, stderr }).toEqual({ stdout: "[]\n", stderr: "" });
	});
});
