import type { Run, StorageChange, StorageSettings, StorageTest } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { Command } from "commander";
import { failureError } from "../../output/failure-error.ts";
import { moment } from "../../output/human.ts";
import { print, progressLine } from "../../output/printer.ts";
import { type CliPorts, findSite, type GlobalOptions, openClient } from "../../session.ts";
import { pollUntil } from "../poll.ts";
import { registerRecoveryKit } from "./recovery-kit.ts";
import { keyInputOf, type StorageOptions, storeInputOf } from "./storage-input.ts";

/** `skyeworx storage show | test | set | move | use-key | remove-old` */
export function registerStorage(storage: Command, ports: CliPorts): void {
	storage
		.command("show")
		.description("say where new vaults lie, what opens them, and how each site's vault is kept")
		.action(async (_options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			print(ports, options.json, await openClient(ports, options).getStorage({ signal: ports.signal }), drawSettings);
		});
	withChoice(storage.command("test"))
		.description("try a store and a key, or the ones that are chosen, and name the right that is missing")
		.action(async (_options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions & StorageOptions>();
			const result = await openClient(ports, options).testStorage({ body: changeOf(options, ports), signal: ports.signal });
			print(ports, options.json, result, drawTest);
			if (!result.ok) throw new AppError("store-unsuitable", "A right is missing: the list names it");
		});
	withChoice(storage.command("set"))
		.description("choose the store and the key of new vaults; both are tried first")
		.action(async (_options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions & StorageOptions>();
			const body = changeOf(options, ports);
			if (Object.keys(body).length === 0) throw new AppError("bad-input", "Give --store, --key or both");
			print(ports, options.json, await openClient(ports, options).updateStorage({ body, signal: ports.signal }), drawSettings);
		});
	registerDeeds(storage, ports);
	registerRecoveryKit(storage, ports);
}

function registerDeeds(storage: Command, ports: CliPorts): void {
	const site = "name, address or id; not needed when only one is connected";
	storage
		.command("move")
		.description("move a site's vault to the chosen store, and wait for it")
		.argument("[site]", site)
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			const client = openClient(ports, options);
			const { id: siteId } = await findSite(client, word);
			const { id: runId } = await client.moveSite({ params: { siteId }, signal: ports.signal });
			const line = progressLine(ports, options.json);
			const run = await pollUntil(ports.signal, async () => {
				const now = await client.getRun({ params: { runId }, signal: ports.signal });
				line.say(`${now.progress?.phase ?? "Waiting"} ${now.progress?.done ?? 0}/${now.progress?.total ?? "?"}`);
				return now.finishedAt === null ? undefined : now;
			});
			line.end();
			print(ports, options.json, run, drawMove);
			if (run.status !== "succeeded") throw failureError(run.error, { code: "conflict", message: "The vault was not moved" });
		});
	storage
		.command("use-key")
		.description("open a site's vault with the chosen key, and no longer with the one before")
		.argument("[site]", site)
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			const client = openClient(ports, options);
			const { id: siteId } = await findSite(client, word);
			print(ports, options.json, await client.changeSiteKey({ params: { siteId }, signal: ports.signal }), drawSettings);
		});
	storage
		.command("remove-old")
		.description("delete a vault's objects where it was before it was moved")
		.argument("[site]", site)
		.action(async (word: string | undefined, _options: unknown, command: Command) => {
			const options = command.optsWithGlobals<GlobalOptions>();
			const client = openClient(ports, options);
			const { id: siteId } = await findSite(client, word);
			const removed = await client.removeOldStore({ params: { siteId }, signal: ports.signal });
			print(ports, options.json, removed, ({ deleted, locked }) => `${deleted} objects deleted, ${locked} kept until their lock ends\n`);
		});
}

function withChoice(command: Command): Command {
	return command
		.option("--store <address>", "default, a folder, s3://bucket/folder?region=...&role=..., azure://account/container/folder")
		.option("--access-key-id <id>", "enters S3 or KMS; its secret in SKYEWORX_STORE_SECRET or SKYEWORX_KEY_SECRET")
		.option("--key <key>", "built-in, a KMS key's ARN with ?role=..., or an Azure Key Vault key identifier")
		.option("--tenant <id>", "of an Azure key's application; its secret in SKYEWORX_KEY_SECRET")
		.option("--client <id>", "the Azure key's application");
}

function changeOf(options: StorageOptions, { env }: CliPorts): StorageChange {
	const store = storeInputOf(options, env);
	const key = keyInputOf(options, env);
	return { ...(store !== undefined && { store }), ...(key !== undefined && { key }) };
}

function drawSettings({ store, key, externalId, sites }: StorageSettings): string {
	const lock = store.lock === null ? "" : `, ${store.lock.mode} lock of ${store.lock.days} days`;
	const lines = [
		`new vaults: ${store.description}${lock}`,
		`key:        ${key.keyId ?? "built-in"}`,
		`external id: ${externalId}`,
		...sites.map((site) => {
			const kit = site.kitProvenAt === null ? "recovery kit not proven" : `recovery kit proven ${moment(site.kitProvenAt)}`;
			const old = site.oldStore === null ? "" : `; before: ${site.oldStore.description}`;
			return `  ${site.siteName}: ${site.store.description}, ${site.key.keyId ?? "built-in key"}, ${kit}${old}`;
		}),
	];
	return `${lines.join("\n")}\n`;
}

function drawTest({ store, key }: StorageTest): string {
	return [store, key].flatMap((tried) => (tried === null ? [] : [`${tried.description}\n`, ...tried.findings.map(drawFinding)])).join("");
}

function drawFinding({ need, ok, message, hint }: NonNullable<StorageTest["store"]>["findings"][number]): string {
	if (ok) return `  ok      ${need}\n`;
	return `  FAILED  ${need}: ${message}\n${hint === null ? "" : `          ${hint}\n`}`;
}

function drawMove(run: Run): string {
	return `${run.siteName}: ${run.status === "succeeded" ? "moved; the old place is kept until: skyeworx storage remove-old" : run.status}\n`;
}
