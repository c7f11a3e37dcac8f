import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { permissions } from "@skyeworx/contract";
import { z } from "zod";
import { createApiKey, findApiKey } from "../access/api-keys.ts";
import { createOrganization } from "../access/new-organization.ts";
import { type Principal, systemPrincipal } from "../access/principal.ts";
import { newSecret } from "../access/secrets.ts";
import type { OpenPlatform } from "../server.ts";

const fileShape = z.object({
	organizationId: z.uuid(),
	userId: z.uuid(),
	password: z.string(),
	apiKey: z.string(),
	simulatorPort: z.int().optional(),
});

/** The demo's one organization and how to get in; kept in a file only its owner can read, so that it is the same next time. */
export type DemoAccount = z.output<typeof fileShape>;

function accountFile(dataFolder: string): string {
	return join(dataFolder, "keys", "demo-account.json");
}

/** Reads the account; undefined on the first start. */
export function readAccount(dataFolder: string): DemoAccount | undefined {
	const path = accountFile(dataFolder);
	return existsSync(path) ? fileShape.parse(JSON.parse(readFileSync(path, "utf8"))) : undefined;
}

/** Writes the account, all or nothing. */
export function saveAccount(dataFolder: string, account: DemoAccount): void {
	const path = accountFile(dataFolder);
	writeFileSync(`${path}.new`, `${JSON.stringify(account, undefined, "\t")}\n`, { mode: 0o600 });
	renameSync(`${path}.new`, path);
}

/** Makes the demo's organization, its owner and an API key, unless they are there. */
export async function ensureAccount(platform: OpenPlatform): Promise<DemoAccount> {
	const known = readAccount(platform.dataFolder);
	if (known !== undefined && (await findApiKey(platform, known.apiKey, undefined)) !== undefined) return known;
	const made = await createOrganization(platform, { name: "Acme", ownerName: "Demo owner" });
	const { secret } = await createApiKey(platform, ownerOf(made), { name: "Demo", permissions: [...permissions] });
	const account = { ...made, password: newSecret(platform.random, "").slice(0, 20), apiKey: secret };
	saveAccount(platform.dataFolder, account);
	return account;
}

/** The demo's owner, acting at the start of the server. */
export function ownerOf(account: Pick<DemoAccount, "organizationId">): Principal {
	return systemPrincipal(account.organizationId, { id: "start", name: "npm start" });
}
