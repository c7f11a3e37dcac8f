import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Deletion } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { Command } from "commander";
import { moment } from "../../output/human.ts";
import { print } from "../../output/printer.ts";
import { type CliPorts, type GlobalOptions, openClient } from "../../session.ts";

interface DeleteOptions extends GlobalOptions {
	readonly name: string;
	readonly reason?: string;
}

/** `skyeworx organization export|deletion|delete|keep|confirm-deletion` */
export function registerOrganization(organization: Command, ports: CliPorts): void {
	organization
		.command("export")
		.description("write everything that the server knows about the organization into a file, as JSON lines without secrets")
		.requiredOption("--to <file>", "a file that does not exist yet")
		.action(async (_options: unknown, command: Command) => {
			const { to, ...options } = command.optsWithGlobals<GlobalOptions & { readonly to: string }>();
			const response = await openClient(ports, options).exportOrganization({ signal: ports.signal });
			if (response.body === null) throw new AppError("internal", "The server answered nothing");
			await pipeline(
				Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
				createWriteStream(to, { flags: "wx", mode: 0o600 }),
			).catch((cause: unknown) => {
				throw new AppError("bad-input", `${to} can't be written`, { cause, hint: "Name a file that does not exist yet." });
			});
			print(ports, options.json, { file: to }, (done) => `Everything was written to ${done.file}\n`);
		});
	registerDeletion(organization, ports);
}

function registerDeletion(organization: Command, ports: CliPorts): void {
	organization
		.command("deletion")
		.description("say whether the organization is about to be deleted")
		.action(async (_options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			print(ports, options.json, await openClient(ports, options).getDeletion({ signal: ports.signal }), draw);
		});
	organization
		.command("delete")
		.description("first step of deleting the organization for good: a week to think begins")
		.requiredOption("--name <name>", "the organization's name, exactly")
		.option("--reason <text>", "for the audit log")
		.action(async (_options: unknown, command: Command) => {
			const { name, reason, ...options } = command.optsWithGlobals<DeleteOptions>();
			const body = { name, ...(reason !== undefined && { reason }) };
			print(ports, options.json, await openClient(ports, options).requestDeletion({ body, signal: ports.signal }), draw);
		});
	organization
		.command("keep")
		.description("call the deletion off")
		.action(async (_options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			await openClient(ports, options).cancelDeletion({ signal: ports.signal });
			print(ports, options.json, { state: "none" }, () => "The deletion was called off.\n");
		});
	organization
		.command("confirm-deletion")
		.description("second step, after the week: everything is destroyed, for good")
		.requiredOption("--name <name>", "the organization's name, exactly")
		.action(async (_options: unknown, command: Command) => {
			const { name, ...options } = command.optsWithGlobals<DeleteOptions>();
			print(ports, options.json, await openClient(ports, options).confirmDeletion({ body: { name }, signal: ports.signal }), draw);
		});
}

function draw(deletion: Deletion): string {
	switch (deletion.state) {
		case "none":
			return "Nobody asked for the organization's deletion.\n";
		case "erasing":
			return "Everything is being destroyed.\n";
		default:
			return (
				`Deletion asked for by ${deletion.requestedBy?.name ?? "-"}, ${moment(deletion.requestedAt)}.\n` +
				`It can be confirmed from ${moment(deletion.confirmableAt)} until ${moment(deletion.lapsesAt)}; organization keep calls it off.\n`
			);
	}
}
