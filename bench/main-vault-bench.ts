import { figureTable, keeps } from "./figure.ts";
import { largeVaultFigures } from "./vault/large-vault-figures.ts";
import { missingPrograms, peerPrograms } from "./vault/timed.ts";
import { vaultFigures } from "./vault/vault-figures.ts";

/** `npm run bench:vault`: the vault beside restic and borg. */
const missing = missingPrograms(peerPrograms);
if (missing.length > 0) {
	console.error(`Not here: ${missing.join(", ")}. On Debian: apt-get install restic borgbackup time`);
	process.exit(2);
}
const figures = [...vaultFigures(), ...largeVaultFigures()];
console.log(figureTable(figures));
process.exitCode = figures.every(keeps) ? 0 : 1;
