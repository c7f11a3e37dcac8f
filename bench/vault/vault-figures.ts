import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure } from "../figure.ts";
import { changeCorpus, corpusFolders, writeCorpus } from "./corpus.ts";
import { borg, type Repository, restic, skyeworx, type VaultRepository } from "./repositories.ts";
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

function ratio(name: string, ours: number, theirs: number, limit: number | undefined, note: string): Figure {
	return { name, value: ours / theirs, unit: "", ...(limit === undefined ? {} : { limit: { sense: "at most", value: limit } }), note };
}

const mb = (bytes: number) => `${(bytes / megabyte).toFixed(1)} MB`;
const s = (seconds: number) => `${seconds.toFixed(1)} s`;

function backupFigures(what: string, { ours, restic, borg }: Readonly<Record<keyof Peers, Runs>>, limited: boolean): Figure[] {
	const limit = (value: number) => (limited ? value : undefined);
	return [
		ratio(
			`${what}: repository beside restic's`,
			ours.size,
			restic.size,
			limit(0.85),
			`${mb(ours.size)}; restic ${mb(restic.size)}, borg ${mb(borg.size)}`,
		),
		ratio(
			`${what}: what 1 % of change adds, beside restic`,
			ours.added,
			restic.added,
			0.35,
			`${mb(ours.added)}; restic ${mb(restic.added)}`,
		),
		ratio(`${what}: what 1 % of change adds, beside borg`, ours.added, borg.added, 0.35, `borg ${mb(borg.added)}`),
		ratio(
			`${what}: processor time of the first backup beside restic`,
			ours.first.cpu,
			restic.first.cpu,
			limit(0.75),
			`${s(ours.first.cpu)}; restic ${s(restic.first.cpu)}, borg ${s(borg.first.cpu)}`,
		),
		ratio(
			`${what}: time of the first backup beside restic`,
			ours.first.wall,
			restic.first.wall,
			limit(1),
			`${s(ours.first.wall)}; restic ${s(restic.first.wall)}, borg ${s(borg.first.wall)}`,
		),
		{
			name: `${what}: peak memory of the first backup`,
			value: ours.first.peak,
			unit: "MB",
			limit: { sense: "at most", value: 300 },
			note: `restic ${restic.first.peak.toFixed(0)}, borg ${borg.first.peak.toFixed(0)}`,
		},
	];
}

/** A vault beside restic and borg: the same files, one after the other, in one run. Both peers are those of the system's packages. */
export function vaultFigures(): Figure[] {
	const root = mkdtempSync(join(tmpdir(), "skyeworx-vault-bench-"));
	try {
		const corpus = join(root, "corpus");
		writeCorpus(corpus, { ...documents, tiny });
		const peers = open(join(root, "documents"));
		const runs = backUpTwice(peers, corpus, "documents");
		const records = peers.ours.readRecords();
		const [dump, extract] = [peers.restic.restoreOne(corpus), peers.borg.restoreOne(corpus)];
		const [verify, check] = [peers.ours.verify(), peers.restic.verify()];
		const small = backUpTwice(open(join(root, "tiny")), corpus, "tiny");
		const flat = small.ours.first.peak / runs.ours.first.peak;
		return [
			...backupFigures("50,000 documents and 500 MB of files", runs, true),
			{
				name: "one record restored in a running process: slowest",
				value: records.slowest,
				unit: "ms",
				limit: { sense: "at most", value: 100 },
				note: `of ${records.records}, median ${records.median.toFixed(1)}; a process each: restic ${s(dump)}, borg ${s(extract)}`,
			},
			ratio(
				"verification of all data beside restic's check --read-data",
				verify.wall,
				check.wall,
				1.2,
				`${s(verify.wall)}; restic ${s(check.wall)}`,
			),
			...backupFigures("500,000 tiny records", small, false),
			{ name: "memory at 500,000 records beside 50,000 documents", value: flat, unit: "", note: "flat is 1" },
		];
	} finally {
		rmSync(root, { recursive: true });
	}
}
