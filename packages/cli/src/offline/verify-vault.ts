import { AppError } from "@skyeworx/core";
import type { Vault, VerifyLevel, VerifyReport } from "@skyeworx/vault";
import { bytes } from "../output/human.ts";

interface VerifyOptions {
	readonly signal: AbortSignal;
	readonly onProgress: (done: number, total: number) => void;
	readonly report: (report: VerifyReport, draw: (report: VerifyReport) => string) => void;
}

/** What each level really looked at: a check that only walks metadata must not sound like one that read every byte. */
const looked: Readonly<Record<VerifyLevel, string>> = {
	log: "the log, its chain and the keys",
	structure: "the log, every tree and every pack's table of contents; not the data itself",
	keyless: "the checksum of every object; nothing was decrypted",
	data: "every byte: decrypted, decompressed and compared with its id",
};

/** Verifies and reports. @throws AppError `verify-failed` when anything is damaged */
export async function verifyVault(vault: Vault, level: VerifyLevel, { signal, onProgress, report }: VerifyOptions): Promise<void> {
	const result = await vault.verify({ level, signal, onProgress });
	report(result, draw);
	if (result.damage.length > 0) {
		throw new AppError("verify-failed", `${result.damage.length} objects of the vault are damaged`, {
			hint: "Copy the vault somewhere safe, then run a backup: what the site still has heals by itself.",
		});
	}
}

function draw(report: VerifyReport): string {
	const lines = [
		`${report.damage.length === 0 ? "OK" : "DAMAGED"}: verified ${looked[report.level]}`,
		`  ${report.snapshots} snapshots, ${report.packs} packs, ${report.entries} records, ${bytes(report.bytesRead)} read`,
	];
	for (const damage of report.damage) {
		lines.push(`  ${damage.object}: ${damage.what}: ${damage.detail} (${damage.lostCount} records lost)`);
		for (const lost of damage.lost.slice(0, 20)) lines.push(`      snapshot ${lost.snapshot}: ${lost.kind}/${lost.id} ${lost.part}`);
	}
	return `${lines.join("\n")}\n`;
}
