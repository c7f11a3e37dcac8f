// @vitest-environment jsdom
import type { StorageSettings, StorageTest } from "@skyeworx/contract";
import { afterEach, describe, expect, it } from "vitest";
import { me, site, siteId } from "../../stage/answers.fixture.ts";
import { Stage } from "../../stage/stage.fixture.tsx";

let stage: Stage;
afterEach(() => stage.close());

const folder = { type: "folder" as const, description: "The server's own folder", region: null, lock: null, access: null };
const bucket = {
	type: "s3" as const,
	description: "S3 bucket acme-backup in ap-southeast-2",
	region: "ap-southeast-2",
	lock: { mode: "compliance" as const, days: 30 },
	access: "arn:aws:iam::111122223333:role/skyeworx",
};
const builtIn = { type: "built-in" as const, keyId: null, access: null };
const settings: StorageSettings = {
	store: bucket,
	key: builtIn,
	externalId: "skyeworx-0b5f",
	sites: [
		{
			siteId,
			siteName: site().name,
			store: folder,
			key: builtIn,
			inChosenStore: false,
			underChosenKey: true,
			kitProvenAt: null,
			movingRunId: null,
			oldStore: null,
		},
	],
};
const missing: StorageTest = {
	ok: false,
	store: {
		description: bucket.description,
		ok: false,
		findings: [
			{ need: "reach", ok: true, message: "", hint: null },
			{ need: "put", ok: false, message: "s3:PutObject is missing", hint: "Give the role this right" },
		],
	},
	key: null,
};

describe("storage and keys", () => {
	it("says where new vaults go, what their role must ask for, and which site lies elsewhere", async () => {
		stage = new Stage("/settings/storage", { answers: { "GET /storage": settings } });
		await stage.find("heading", "New vaults");
		for (const text of ["compliance, 30 days", "skyeworx-0b5f", "Not proven"]) expect(document.body.textContent).toContain(text);
		await stage.find("button", "Move to the chosen store");
	});

	it("names the right that is missing", async () => {
		stage = new Stage("/settings/storage", { answers: { "GET /storage": settings, "POST /storage/test": missing } });
		(await stage.find("button", "Test both")).click();
		await expect.poll(() => document.body.textContent).toContain("s3:PutObject is missing");
	});

	it("is shown to nobody who may not manage keys, and asks the server nothing then", async () => {
		stage = new Stage("/settings/storage", { answers: { "GET /me": me({ permissions: ["status.see"] }) } });
		await stage.find("heading", "You may not see this");
		expect(stage.asked.some(({ route }) => route.startsWith("GET /storage"))).toBe(false);
	});
});
