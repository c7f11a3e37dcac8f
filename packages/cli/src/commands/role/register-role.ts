import { type Permission, permissionNames, permissions, type RoleBody } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { Command } from "commander";
import { print } from "../../output/printer.ts";
import { drawTable } from "../../output/table.ts";
import { type CliPorts, type GlobalOptions, openClient } from "../../session.ts";
import { collectPermissions } from "../option-parsers.ts";

interface RoleOptions extends GlobalOptions {
	readonly name?: string;
	readonly may?: Permission[];
}

/** `skyeworx role list|permissions|create|update|delete` */
export function registerRole(role: Command, ports: CliPorts): void {
	role
		.command("list")
		.description("list the built-in roles and the organization's own")
		.action(async (_options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			print(ports, options.json, await openClient(ports, options).listRoles({ signal: ports.signal }), ({ items }) => drawRoles(items));
		});
	role
		.command("permissions")
		.description("list everything that can be allowed, in words")
		.action((_options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			print(ports, options.json, { items: permissions.map((id) => ({ id, name: permissionNames[id] })) }, ({ items }) =>
				drawTable(
					["permission", "may"],
					items.map(({ id, name }) => [id, name]),
				),
			);
		});
	role
		.command("create")
		.description("make a role of chosen permissions")
		.argument("<name>", "what it is called")
		.requiredOption("--may <permission...>", "what it may do: see role permissions", collectPermissions)
		.action(async (name: string, _options: unknown, command: Command) => {
			const { may = [], ...options } = command.optsWithGlobals<RoleOptions>();
			const made = await openClient(ports, options).createRole({ body: { name, permissions: may }, signal: ports.signal });
			print(ports, options.json, made, ({ id }) => `${id}\n`);
		});
	registerChanges(role, ports);
}

function registerChanges(role: Command, ports: CliPorts): void {
	role
		.command("update")
		.description("change an own role; it counts at once for everybody who holds it")
		.argument("<role>", "name or id")
		.option("--name <name>", "what it is called from now on")
		.option("--may <permission...>", "what it may do from now on, and nothing else", collectPermissions)
		.action(async (word: string, _options: unknown, command: Command) => {
			const { name, may, ...options } = command.optsWithGlobals<RoleOptions>();
			const client = openClient(ports, options);
			const known = ownRole((await client.listRoles({ signal: ports.signal })).items, word);
			const body = { name: name ?? known.name, permissions: may ?? known.permissions };
			const changed = await client.updateRole({ params: { roleId: known.id }, body, signal: ports.signal });
			print(ports, options.json, changed, (one) => drawRoles([one]));
		});
	role
		.command("delete")
		.description("delete an own role that nobody holds")
		.argument("<role>", "name or id")
		.action(async (word: string, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			const client = openClient(ports, options);
			const known = ownRole((await client.listRoles({ signal: ports.signal })).items, word);
			await client.deleteRole({ params: { roleId: known.id }, signal: ports.signal });
			print(ports, options.json, { roleId: known.id }, () => "The role was deleted.\n");
		});
}

function ownRole(roles: readonly RoleBody[], word: string): RoleBody {
	const found = roles.filter((role) => !role.builtIn && (role.id === word || role.name.toLowerCase() === word.toLowerCase()));
	const [only] = found;
	if (only === undefined)
		throw new AppError("not-found", `No role of your own is called "${word}"`, { hint: "Built-in roles stay as they are." });
	if (found.length > 1) throw new AppError("bad-input", `Several roles are called "${word}"`, { hint: "Give the id." });
	return only;
}

function drawRoles(roles: readonly RoleBody[]): string {
	return drawTable(
		["role", "may", "members", "id"],
		roles.map((role) => [
			role.name,
			role.permissions.length === permissions.length ? "everything" : role.permissions.map((one) => permissionNames[one]).join(", "),
			role.members,
			role.id,
		]),
	);
}
