import type { RoleId } from "@skyeworx/contract";
import type { Command } from "commander";
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

/** `skyeworx member list|invite|remove` */
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
		.command("remove")
		.description("remove a member: sessions end and the keys that they made are revoked, at once")
		.argument("<member>", "the id")
		.action(async (memberId: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			await openClient(ports, options).deleteMember({ params: { memberId }, signal: ports.signal });
			print(ports, options.json, { memberId }, () => "The member was removed.\n");
		});
}
