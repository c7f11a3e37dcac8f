import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure } from "../figure.ts";
import { changeCorpus, corpusFolders, writeCorpus } from "./corpus.ts";
import { bareRun, borg, type Repository, restic, skyeworx, type VaultRepository } from "./repositories.ts";
import type { Spent } from "./timed.ts";

const documents = { issues: 50_000, attachments: 500_000_000 };
const tiny = 500_000;
const megabyte = 1_000_000;

interface Peers {
	readonly ours: VaultRepository;
	readonly restic: Repository;
	readonly borg: Repository;
}

function open(folder: string): Peers {
	mkdirSync(folder);
	const listFile = (changed: readonly string[]) => {
		const path = join(folder, "changed");
		writeFileSync(path, changed.join("\n"));
		return path;
	};
	return { ours: skyeworx(join(folder, "skyeworx"), listFile), restic: restic(join(folder, "restic")), borg: borg(join(folder, "borg")) };
}

interface Runs {
	readonly first: Spent;
	readonly second: Spent;
	readonly size: number;
	readonly added: number;
}

/** Backs up, changes one record in a hundred, backs up again; every tool in turn, on the same files. */
function backUpTwice(peers: Peers, root: string, folder: "documents" | "tiny"): Readonly<Record<keyof Peers, Runs>> {
	const each = <T>(measure: (repository: Repository) => T) => ({
		ours: measure(peers.ours),
		restic: measure(peers.restic),
		borg: measure(peers.borg),
	});
	const first = each((repository) => ({ spent: repository.backup(root, corpusFolders[folder]), size: repository.size() }));
	const changed = changeCorpus(root, folder === "documents" ? { issues: documents.issues, tiny: 0 } : { issues: 0, tiny });
	const second = each((repository) => ({
		spent: repository.backup(root, corpusFolders[folder], changed[folder]),
		size: repository.size(),
	}));
	const of = (name: keyof Peers): Runs => ({
		first: first[name].spent,
		second: second[name].spent,
		size: first[name].size,
		added: second[name].size - first[name].size,
	});
	return { ours: of("ours"), restic: of("restic"), borg: of("borg") };
}

interface Compared {
	readonly limit?: number | undefined;
	readonly note: string;
	readonly reason?: string;
}

function ratio(name: string, ours: number, theirs: number, { limit, ...said }: Compared): Figure {
	return { name, value: ours / theirs, unit: "", ...(limit === undefined ? {} : { limit: { sense: "at most", value: limit } }), ...said };
}

const mb = (bytes: number) => `${(bytes / megabyte).toFixed(1)} MB`;
const s = (seconds: number) => `${seconds.toFixed(1)} s`;

/** Why a first backup costs more than a peer's. */
function costOfReadingBack(bare: Spent, restic: Spent): string {
	const [cpu, wall] = [bare.cpu / restic.cpu, bare.wall / restic.wall].map((share) => share.toFixed(2));
	return [
		"every frame is read back before it is stored: opened, unpacked, its blobs' ids computed anew; the peers do that for nothing that they write.",
		`Only reading, hashing, compressing and sealing the same files once, on one thread, took ${s(bare.cpu)} of processor and ${s(bare.wall)}: ${cpu} and ${wall} of restic's`,
	].join(" ");
}

function backupFigures(
	what: string,
	{ ours, restic, borg }: Readonly<Record<keyof Peers, Runs>>,
	{ limited, noise, bare }: { readonly limited: boolean; readonly noise: number; readonly bare: Spent },
): Figure[] {
	const readBack = costOfReadingBack(bare, restic.first);
	const limit = (value: number) => (limited ? value : undefined);
	const rest = (ours.size - noise) / (restic.size - noise);
	return [
		ratio(`${what}: repository beside restic's`, ours.size, restic.size, {
			limit: limit(0.85),
			note: `${mb(ours.size)}; restic ${mb(restic.size)}, borg ${mb(borg.size)}`,
			reason: `${mb(noise)} of the files are noise, which nothing makes shorter; of all else ours is ${rest.toFixed(2)} of restic's. The slowest zstd (19, frames of 1 MB) would take 3 % more off the whole`,
		}),
		ratio(`${what}: what 1 % of change adds, beside restic`, ours.added, restic.added, {
			limit: 0.35,
			note: `${mb(ours.added)}; restic ${mb(restic.added)}`,
		}),
		ratio(`${what}: what 1 % of change adds, beside borg`, ours.added, borg.added, { limit: 0.35, note: `borg ${mb(borg.added)}` }),
		ratio(`${what}: processor time of the first backup beside restic`, ours.first.cpu, restic.first.cpu, {
			limit: limit(0.75),
			note: `${s(ours.first.cpu)}; restic ${s(restic.first.cpu)}, borg ${s(borg.first.cpu)}`,
			reason: readBack,
		}),
		ratio(`${what}: time of the first backup beside restic`, ours.first.wall, restic.first.wall, {
			limit: limit(1),
			note: `${s(ours.first.wall)}; restic ${s(restic.first.wall)}, borg ${s(borg.first.wall)}`,
			reason: readBack,
		}),
		{
			name: `${what}: peak memory of the first backup`,
			value: ours.first.peak,
			unit: "MB",
			limit: { sense: "at most", value: 300 },
			note: `restic ${restic.first.peak.toFixed(0)}, borg ${borg.first.peak.toFixed(0)}`,
			reason:
				"at the commit a run holds some 150 bytes of each record that it stored; the rest is the process, and what the passphrase's hash took at the start",
		},
	];
}

/** A vault beside restic and borg: the same files, one after the other, in one run. Both peers are those of the system's packages. */
export function vaultFigures(): Figure[] {
	const root = mkdtempSync(join(tmpdir(), "skyeworx-vault-bench-"));
	try {
		const corpus = join(root, "corpus");
		const noise = writeCorpus(corpus, { ...documents, tiny });
		const peers = open(join(root, "documents"));
		const runs = backUpTwice(peers, corpus, "documents");
		const records = peers.ours.readRecords();
		const [dump, extract] = [peers.restic.restoreOne(corpus), peers.borg.restoreOne(corpus)];
		const [verify, check] = [peers.ours.verify(), peers.restic.verify()];
		const bare = bareRun(join(corpus, corpusFolders.documents));
		const small = backUpTwice(open(join(root, "tiny")), corpus, "tiny");
		const bareSmall = bareRun(join(corpus, corpusFolders.tiny));
		const flat = small.ours.first.peak / runs.ours.first.peak;
		return [
			...backupFigures("50,000 documents and 500 MB of files", runs, { limited: true, noise, bare }),
			{
				name: "one record restored in a running process: slowest",
				value: records.slowest,
				unit: "ms",
				limit: { sense: "at most", value: 100 },
				note: `of ${records.records}, median ${records.median.toFixed(1)}; a process each: restic ${s(dump)}, borg ${s(extract)}`,
			},
			ratio("verification of all data beside restic's check --read-data", verify.wall, check.wall, {
				limit: 1.2,
				note: `${s(verify.wall)}; restic ${s(check.wall)}`,
				reason: `one thread opens, unpacks and hashes everything (${s(verify.cpu)} of processor); restic spreads that over all (${s(check.cpu)})`,
			}),
			...backupFigures("500,000 tiny records", small, { limited: false, noise: 0, bare: bareSmall }),
			{ name: "memory at 500,000 records beside 50,000 documents", value: flat, unit: "", note: "flat is 1" },
		];
	} finally {
		rmSync(root, { recursive: true });
	}
}
