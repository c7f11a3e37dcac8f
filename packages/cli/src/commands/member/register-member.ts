import type { Limits, RoleId, SpaceLimit } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import { type Command, InvalidArgumentError } from "commander";
import { moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { drawTable } from "../../output/table.ts";
import { type CliPorts, type GlobalOptions, openClient } from "../../session.ts";
import { wholeNumber } from "../option-parsers.ts";

interface InviteOptions extends GlobalOptions {
	readonly name: string;
	readonly role: RoleId;
	readonly site?: string[];
	readonly hours: number;
}

interface UpdateOptions extends GlobalOptions {
	readonly role?: RoleId;
	readonly site?: string[];
	readonly space?: SpaceLimit[];
	readonly everything?: boolean;
}

/** `skyeworx member list|invite|update|remove` */
export function registerMember(member: Command, ports: CliPorts): void {
	member
		.command("list")
		.description("list the organization's members and what they may do")
		.action(async (_options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			print(ports, options.json, await openClient(ports, options).listMembers({ signal: ports.signal }), ({ items }) =>
				drawTable(
					["name", "e-mail", "role", "limited to", "last sign-in", "id"],
					items.map((one) => [
						one.name,
						one.email ?? "-",
						one.roleName,
						one.spaces !== null ? `${one.spaces.length} spaces` : one.siteIds !== null ? `${one.siteIds.length} sites` : "-",
						moment(one.lastSignInAt),
						one.id,
					]),
				),
			);
		});
	member
		.command("invite")
		.description("invite somebody; prints the link, which works once")
		.argument("<e-mail>", "whom")
		.requiredOption("--name <name>", "what they are called")
		.option("--role <role>", "owner, admin, backup-operator, restore-operator, auditor, viewer, or an own role's id", "viewer")
		.option("--site <id...>", "limited to these sites")
		.option("--hours <number>", "how long the link is good", wholeNumber(1, 720), 72)
		.action(async (email: string, _options: unknown, command: Command) => {
			const { name, role, site, hours, ...options } = command.optsWithGlobals<InviteOptions>();
			const body = { name, email, role, expiresInHours: hours, ...(site !== undefined && { siteIds: site }) };
			const made = await openClient(ports, options).createInvitation({ body, signal: ports.signal });
			print(ports, options.json, made, ({ url }) => `${url}\n`);
		});
	member
		.command("update")
		.description("give a member another role or other limits; what is not named stays")
		.argument("<member>", "the id")
		.option("--role <role>", "a built-in role, or an own role's id")
		.option("--site <id...>", "limited to these sites")
		.option("--space <site/app/id...>", "limited to these spaces: the site's id, jira or confluence, and the space's id", collectSpaces)
		.option("--everything", "not limited any more")
		.action(async (memberId: string, _options: unknown, command: Command) => {
			const given = command.optsWithGlobals<UpdateOptions>();
			const client = openClient(ports, given);
			const known = (await client.listMembers({ signal: ports.signal })).items.find((one) => one.id === memberId);
			if (known === undefined) throw new AppError("not-found", "There is no such member", { hint: "member list prints the ids." });
			const body = { role: given.role ?? known.role, ...limitsOf(given, known) };
			const changed = await client.updateMember({ params: { memberId }, body, signal: ports.signal });
			print(ports, given.json, changed, (one) => `${one.name} is ${one.roleName} now.\n`);
		});
	member
		.command("remove")
		.description("remove a member: sessions end and the keys that they made are revoked, at once")
		.argument("<member>", "the id")
		.action(async (memberId: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			await openClient(ports, options).deleteMember({ params: { memberId }, signal: ports.signal });
			print(ports, options.json, { memberId }, () => "The member was removed.\n");
		});
}

function collectSpaces(text: string, before: readonly SpaceLimit[] = []): SpaceLimit[] {
	const [siteId = "", app, ...rest] = text.split("/");
	if ((app !== "jira" && app !== "confluence") || rest.length === 0)
		throw new InvalidArgumentError("Write it as SITE/jira/ID or SITE/confluence/ID.");
	return [...before, { siteId, app, spaceId: rest.join("/") }];
}

/** Limits as the command line says them, or those that the member has. */
function limitsOf({ site, space, everything }: UpdateOptions, known: Limits) {
	if ([site, space, everything].filter((one) => one !== undefined).length > 1)
		throw new AppError("bad-input", "Say one of --site, --space and --everything");
	if (everything === true) return {};
	if (space !== undefined) return { spaces: space };
	if (site !== undefined) return { siteIds: site };
	if (known.spaces !== null) return { spaces: [...known.spaces] };
	return known.siteIds === null ? {} : { siteIds: [...known.siteIds] };
}
