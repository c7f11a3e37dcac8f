import { AppError, systemClock, systemRandom } from "@skyeworx/core";
import { openStore, probeStore, type StoreFinding } from "@skyeworx/vault";
import type { Command } from "commander";
import { print } from "../../output/printer.ts";
import type { CliPorts, GlobalOptions } from "../../session.ts";

/** `skyeworx vault probe PLACE` */
export function registerVaultProbe(vault: Command, ports: CliPorts): void {
	vault
		.command("probe")
		.description("try whether a folder, bucket or container can keep a vault; writes small objects under probe/ and removes them")
		.argument("<place>", "a folder, s3://bucket/folder?region=..., or azure://account/container/folder")
		.action(async (address: string, _options: unknown, command: Command) => {
			const store = openStore(address, { clock: systemClock, env: ports.env });
			const findings = await probeStore(store, { clock: systemClock, random: systemRandom });
			print(ports, command.optsWithGlobals<GlobalOptions>().json, { place: store.description, findings }, (answer) =>
				answer.findings.map(draw).join(""),
			);
			if (findings.some(({ ok }) => !ok)) throw new AppError("store-unsuitable", `${store.description} can't keep a vault`);
		});
}

function draw({ need, ok, message, hint }: StoreFinding): string {
	if (ok) return `ok      ${need}\n`;
	return `FAILED  ${need}: ${message}\n${hint === undefined ? "" : `        ${hint}\n`}`;
}
