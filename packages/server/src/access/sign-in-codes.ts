import { AppError } from "@skyeworx/core";
import { sql } from "kysely";
import { withOrganization } from "../data/database.ts";
import { newSecret, secretHash } from "./secrets.ts";
import type { AccessPorts } from "./sessions.ts";

const codeSeconds = 24 * 3600;

interface User {
	readonly organizationId: string;
	readonly userId: string;
}

/** Makes a code that signs a user in once, within a day. */
export async function createSignInCode(ports: AccessPorts, user: User): Promise<string> {
	const code = newSecret(ports.random, "");
	await withOrganization(ports.database, user.organizationId, async (scoped) => {
		await scoped
			.insertInto("sign_in_codes")
			.values({
				code_hash: secretHash(code),
				organization_id: user.organizationId,
				user_id: user.userId,
				expires_at: new Date(ports.clock.now().getTime() + codeSeconds * 1000),
				used_at: null,
			})
			.execute();
	});
	return code;
}

/** Uses up a code and says whose it was. @throws AppError `sign-in-required` when it is unknown, used or too old */
export async function useSignInCode(ports: AccessPorts, code: string): Promise<User> {
	const hash = secretHash(code);
	const { rows } = await sql<{ organization_id: string; user_id: string }>`select * from find_sign_in_code(${hash})`.execute(
		ports.database,
	);
	const found = rows[0];
	if (found === undefined) throw codeRefused();
	await withOrganization(ports.database, found.organization_id, async (scoped) => {
		const used = await scoped
			.updateTable("sign_in_codes")
			.set({ used_at: ports.clock.now() })
			.where("code_hash", "=", hash)
			.where("used_at", "is", null)
			.where("expires_at", ">", ports.clock.now())
			.executeTakeFirst();
		if (used.numUpdatedRows === 0n) throw codeRefused();
	});
	return { organizationId: found.organization_id, userId: found.user_id };
}

function codeRefused(): AppError {
	return new AppError("sign-in-required", "This sign-in link was used before, or is too old", {
		hint: "Sign in with the password that the server printed or another way, or ask for a new link.",
	});
}
