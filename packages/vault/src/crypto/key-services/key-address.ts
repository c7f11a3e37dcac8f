import { AppError } from "@skyeworx/core";
import { type KeyServiceUnlock, keyServiceOf } from "./key-service.ts";

const awsWords: ReadonlySet<string> = new Set(["role", "external-id", "endpoint", "sts"]);

/**
 * Reads the key of a key service from one line of text: `arn:aws:kms:eu-central-1:111122223333:key/...`, perhaps with
 * `?role=arn:aws:iam::111122223333:role/skyeworx&external-id=...` (and `endpoint`, `sts` for compatible services), or
 * `https://acme.vault.azure.net/keys/backup`. Never a secret: credentials are found by the SDKs in the process.
 * @throws AppError `bad-input`
 */
export function parseKeyAddress(text: string): KeyServiceUnlock {
	const unlock = text.startsWith("arn:") ? awsUnlock(text) : ({ type: "kms-azure", keyId: text } as const);
	// Complains about what is no key, before anything is asked.
	keyServiceOf(unlock);
	return unlock;
}

function awsUnlock(text: string): KeyServiceUnlock {
	const at = text.indexOf("?");
	const words = new URLSearchParams(at < 0 ? "" : text.slice(at + 1));
	for (const name of words.keys()) {
		if (!awsWords.has(name) || words.getAll(name).length > 1) {
			throw new AppError("bad-input", `Nothing is known of "${name.slice(0, 30)}" behind a key`, {
				hint: `There are ${[...awsWords].join(", ")}, each once.`,
			});
		}
	}
	const [role, externalId, endpoint, sts] = ["role", "external-id", "endpoint", "sts"].map((name) => words.get(name) ?? undefined);
	if (role === undefined && externalId !== undefined) throw new AppError("bad-input", "An external id belongs to a role");
	return {
		type: "kms-aws",
		keyArn: at < 0 ? text : text.slice(0, at),
		aws: {
			...(role === undefined ? {} : { role: { arn: role, ...(externalId === undefined ? {} : { externalId }) } }),
			...(endpoint === undefined ? {} : { endpoint }),
			...(sts === undefined ? {} : { stsEndpoint: sts }),
		},
	};
}
