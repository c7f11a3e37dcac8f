import { AppError } from "@skyeworx/core";
import { z } from "zod";
import { createSignInCode } from "../access/sign-in-codes.ts";
import { withOrganization } from "../data/database.ts";
import { type RebuildPorts, rebuildSite } from "./rebuild-sites.ts";

const list = z.strictObject({
	vaults: z
		.array(
			z.strictObject({
				address: z.string().min(1),
				recoveryKit: z.string().min(1).optional(),
				organization: z.uuid().optional(),
			}),
		)
		.min(1),
});

interface RebuildAllPorts extends RebuildPorts {
	readonly say: (text: string) => void;
	readonly readFile: (path: string) => string;
}

/**
 * Makes everything again that a file lists, says what became of each vault, and prints a sign-in link for each organization.
 * @throws AppError `bad-input` for the file; what {@link rebuildSite} throws of the last vault that did not come back
 */
export async function rebuildAll(ports: RebuildAllPorts, path: string, address: string): Promise<void> {
	const { vaults } = readList(ports, path);
	const organizations = new Set<string>();
	let failure: unknown;
	for (const known of vaults) {
		try {
			const { organizationId, siteId, by, snapshots, items } = await rebuildSite(ports, known);
			organizations.add(organizationId);
			ports.say(
				`${known.address}: site ${siteId} of organization ${organizationId}, ${snapshots} snapshots, ${items} items (${words[by]})`,
			);
		} catch (error) {
			failure = error;
			const reason = error instanceof AppError ? `${error.message}. ${error.hint ?? ""}` : String(error);
			ports.say(`${known.address}: not rebuilt: ${reason.trim()}`);
		}
	}
	if (organizations.size > 0) ports.say(setAgain);
	for (const organizationId of organizations) {
		const userId = await ownerOf(ports, organizationId);
		ports.say(
			`Sign in to ${organizationId} once with ${address}/sign-in?code=${await createSignInCode(ports, { organizationId, userId })}`,
		);
	}
	if (failure !== undefined) throw failure;
}

/** What no vault holds. */
const setAgain =
	"Schedules, retention, holds, restore drills and rules for a second person are as each vault's card says. Set again what lies in no vault: " +
	"people and roles, sign-in with Entra ID and SCIM, API keys, targets of notices.";

const words = {
	"master-key": "as it was",
	"recovery-kit": "by its recovery kit: give the site's credential again, and name the spaces of its restore drills",
	there: "was there",
} as const;

function readList({ readFile }: RebuildAllPorts, path: string): z.infer<typeof list> {
	try {
		return list.parse(JSON.parse(readFile(path)));
	} catch (cause) {
		throw new AppError("bad-input", `${path} does not list vaults`, {
			cause,
			hint: 'Write {"vaults": [{"address": "/backups/acme", "recoveryKit": "…"}]}; the kit only where the master key is lost.',
		});
	}
}

async function ownerOf(ports: RebuildPorts, organizationId: string): Promise<string> {
	const owner = await withOrganization(ports.database, organizationId, (scoped) =>
		scoped
			.selectFrom("users")
			.select("id")
			.where("role", "=", "owner")
			.where("active", "=", true)
			.orderBy("created_at")
			.limit(1)
			.executeTakeFirstOrThrow(),
	);
	return owner.id;
}
