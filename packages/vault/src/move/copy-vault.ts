import { AppError, type Clock, isAppError } from "@skyeworx/core";
import { sha256Hex } from "../crypto/derive.ts";
import { damaged } from "../damage.ts";
import { sameBytes } from "../format/bytes.ts";
import { isVaultObject } from "../format/object-names.ts";
import { vaultJsonName } from "../format/vault-json.ts";
import { patientStore } from "../stores/retrying.ts";
import type { Store } from "../stores/store.ts";

export interface CopyOptions {
	readonly clock: Clock;
	readonly signal?: AbortSignal;
	/** Objects at the target, and all. */
	readonly onProgress?: (done: number, total: number) => void;
	/** Until when a store with locks keeps what is copied: what snapshots were promised. */
	readonly retainUntil?: Date;
	/** Packs that are known to be damaged: they are copied as they are. Others are refused. */
	readonly damaged?: ReadonlySet<string>;
	/** Prefixes of what the vault's owner keeps beside it and takes along: `control/`. */
	readonly beside?: readonly string[];
	/** Asked between objects; true ends this round early, so that others have their turn. The next call goes on. */
	readonly pause?: () => Promise<boolean>;
}

export interface CopyReport {
	/** Objects and bytes that this call wrote. */
	readonly copied: number;
	readonly bytes: number;
	/** False when it was paused. */
	readonly complete: boolean;
}

const contentNamed = /^(?:packs|idx)\/(?:.*\/)?([0-9a-f]{64})$/;
/** Their bytes may differ under the same name. */
const replaceable = /^(?:keys\/|README)/;
const probes = /^probe\//;

/**
 * Makes the target hold what the source holds, and nothing else of the vault: copies what lacks there, and removes what the source
 * no longer has. What is no object of a vault stays where it is, on both sides. Both may be called again at any time, also after a kill; what is there already is not read again. Somebody may
 * write into the source meanwhile: who wants exactly its state asks {@link Vault.leave} afterwards.
 * @throws AppError `conflict` when another vault lies in the target, `vault-damaged` naming an object whose bytes are not its name's
 */
export async function copyVault(source: Store, target: Store, options: CopyOptions): Promise<CopyReport> {
	const from = patientStore(source, options.clock);
	const to = patientStore(target, options.clock);
	const { beside = [] } = options;
	await requireSameVault(from, to, beside);
	const wanted = await sizesOf(from, beside);
	const there = await sizesOf(to, beside);
	const report = { copied: 0, bytes: 0, complete: true };
	let done = 0;
	for (const name of inOrder([...wanted.keys()])) {
		requireRunning(options.signal);
		options.onProgress?.(done, wanted.size);
		done += 1;
		if (there.get(name) === wanted.get(name) && !replaceable.test(name)) continue;
		if (report.copied > 0 && (await options.pause?.()) === true) return { ...report, complete: false };
		const bytes = await copyObject(from, to, name, options);
		if (bytes === undefined) continue;
		report.copied += 1;
		report.bytes += bytes;
	}
	for (const name of there.keys()) if (!wanted.has(name)) await to.delete(name);
	options.onProgress?.(wanted.size, wanted.size);
	return report;
}

/** The vault's own file is looked at first and written first: nothing is mixed with what somebody else put there. */
async function requireSameVault(source: Store, target: Store, beside: readonly string[]): Promise<void> {
	const mine = await source.read(vaultJsonName);
	const there = await sizesOf(target, beside);
	if (there.size > 0 && !there.has(vaultJsonName))
		throw new AppError("conflict", `Part of another vault lies in ${target.description}`, { hint: "Choose another folder in the store." });
	if ((await target.create(vaultJsonName, mine, { sha256: sha256Hex(mine) })) === "created") return;
	if (sameBytes(await target.read(vaultJsonName), mine)) return;
	throw new AppError("conflict", `Another vault lies in ${target.description}`, { hint: "Choose another folder in the store." });
}

async function sizesOf(store: Store, beside: readonly string[]): Promise<Map<string, number>> {
	const sizes = new Map<string, number>();
	const isOurs = (name: string) => isVaultObject(name) || beside.some((prefix) => name.startsWith(prefix));
	for await (const { name, size } of store.list("")) if (isOurs(name) && !probes.test(name)) sizes.set(name, size);
	return sizes;
}

/** Content first, then what names it: at no time does the copy's log tell of something that is not there. */
function inOrder(names: readonly string[]): string[] {
	const rank = (name: string) => (name.startsWith("packs/") ? 0 : name.startsWith("idx/") ? 1 : name.startsWith("log/") ? 3 : 2);
	return names.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Bytes that were written; undefined when it is the same there, or was deleted at the source meanwhile. */
async function copyObject(source: Store, target: Store, name: string, options: CopyOptions): Promise<number | undefined> {
	const bytes = await readIfThere(source, name, options.signal);
	if (bytes === undefined) return undefined;
	const sha256 = sha256Hex(bytes);
	const expected = contentNamed.exec(name)?.[1];
	if (expected !== undefined && expected !== sha256 && options.damaged?.has(expected) !== true)
		throw damaged({
			object: name,
			what: "hash",
			detail: "its bytes are not those that it is named after: verify and repair the vault first",
		});
	const isKey = name.startsWith("keys/");
	const put = { sha256, ...(options.retainUntil !== undefined && !isKey && { retainUntil: options.retainUntil }) };
	if (replaceable.test(name)) {
		const now = await readIfThere(target, name, options.signal);
		if (now !== undefined && sameBytes(now, bytes)) return undefined;
		await target.replace(name, bytes, put);
		return bytes.length;
	}
	if ((await target.create(name, bytes, put)) === "exists" && !sameBytes(await target.read(name), bytes)) {
		throw new AppError("conflict", `${target.description} holds another object under the name ${name}`, {
			facts: { object: name },
			hint: "Choose another folder in the store.",
		});
	}
	return bytes.length;
}

async function readIfThere(store: Store, name: string, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
	try {
		return await store.read(name, undefined, signal);
	} catch (error) {
		if (isAppError(error, "store-object-missing")) return undefined;
		throw error;
	}
}

function requireRunning(signal: AbortSignal | undefined): void {
	if (signal?.aborted === true) throw new AppError("cancelled", "The move was stopped");
}
