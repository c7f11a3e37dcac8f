import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** How much of each kind a corpus holds. */
export interface CorpusSize {
	readonly issues: number;
	/** Bytes of attachments. */
	readonly attachments: number;
	readonly tiny: number;
}

/** Folders of a corpus on disk: what every tool is given. */
export const corpusFolders = { documents: "documents", tiny: "tiny" } as const;

/** A stream of numbers that is the same in every run (mulberry32). */
class Dice {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	fraction(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let t = this.#state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	}

	below(limit: number): number {
		return Math.floor(this.fraction() * limit);
	}

	hex(length: number): string {
		let text = "";
		while (text.length < length)
			text += Math.floor(this.fraction() * 0x100000000)
				.toString(16)
				.padStart(8, "0");
		return text.slice(0, length);
	}

	/** Bytes that nothing compresses. */
	noise(length: number): Buffer {
		const bytes = Buffer.allocUnsafe(length + 4);
		for (let at = 0; at < length; at += 4) bytes.writeUInt32LE(Math.floor(this.fraction() * 0x100000000), at);
		return bytes.subarray(0, length);
	}
}

const syllables = "an ba co de er fi gu ha in jo ka le mi no or pa re sa ti un va wo ex yo zu ment tion ing ly ble".split(" ");
const vocabulary = (() => {
	const dice = new Dice(7);
	return Array.from({ length: 8000 }, () =>
		Array.from({ length: 1 + dice.below(4) }, () => syllables[dice.below(syllables.length)]).join(""),
	);
})();

/** Words as often as words are: few of them all the time, most of them seldom. */
function words(dice: Dice, count: number): string {
	return Array.from({ length: count }, () => vocabulary[Math.floor(vocabulary.length ** dice.fraction()) - 1] ?? "the").join(" ");
}

function person(number: number) {
	const accountId = `712020:${new Dice(900_000 + number).hex(32)}`;
	const self = `https://example.atlassian.net/rest/api/3/user?accountId=${accountId}`;
	return { self, accountId, displayName: `Person ${number}`, active: true, timeZone: "Europe/Zurich", accountType: "atlassian" };
}

function paragraphs(dice: Dice, count: number) {
	const content = Array.from({ length: count }, () => ({
		type: "paragraph",
		content: [{ type: "text", text: words(dice, 20 + dice.below(60)) }],
	}));
	return { type: "doc", version: 1, content };
}

const day = 86_400_000;

/** A work item's document, 4 to 15 KB of JSON; `version` counts its edits. */
function issueDocument(number: number, version = 0): string {
	const dice = new Dice(number * 31 + 1);
	const created = new Date(1_600_000_000_000 + dice.below(1500) * day).toISOString();
	const status = {
		self: "https://example.atlassian.net/rest/api/3/status/10001",
		name: ["To Do", "In Progress", "Done"][dice.below(3)],
		id: "10001",
	};
	const custom = Object.fromEntries(
		Array.from({ length: 40 }, (_, i) => [
			`customfield_${10_000 + i}`,
			i % 4 === 0 ? dice.below(100) : i % 7 === 0 ? words(dice, 3) : null,
		]),
	);
	const comments = Array.from({ length: dice.below(6) }, (_, i) => ({
		id: String(number * 10 + i),
		author: person(dice.below(200)),
		body: paragraphs(dice, 1 + dice.below(2)),
		created,
		updated: created,
	}));
	const fields = {
		summary: `${words(dice, 6)}${version > 0 ? ` (edit ${version})` : ""}`,
		description: paragraphs(dice, 2 + dice.below(5)),
		issuetype: { id: "10002", name: "Task", subtask: false, hierarchyLevel: 0 },
		project: { id: "10000", key: "ACME", name: "Acme", projectTypeKey: "software" },
		status,
		priority: { id: "3", name: "Medium" },
		assignee: person(dice.below(200)),
		reporter: person(dice.below(200)),
		creator: person(dice.below(200)),
		labels: Array.from({ length: dice.below(4) }, () => words(dice, 1)),
		created,
		updated: version > 0 ? new Date(1_760_000_000_000 + version * day).toISOString() : created,
		comment: { comments, total: comments.length },
		...custom,
	};
	const id = String(100_000 + number);
	return JSON.stringify({ id, key: `ACME-${number + 1}`, self: `https://example.atlassian.net/rest/api/3/issue/${id}`, fields });
}

/** A record of some 160 bytes. */
function tinyRecord(number: number, version = 0): string {
	const dice = new Dice(number * 17 + 3);
	return JSON.stringify({
		id: number,
		author: `712020:${dice.hex(16)}`,
		at: 1_600_000_000 + dice.below(1e8),
		text: words(dice, 8),
		version,
	});
}

/** Sizes of attachments: many small ones, a few large. */
function attachmentSizes(total: number): readonly number[] {
	const dice = new Dice(5);
	const sizes: number[] = [];
	for (let sum = 0; sum < total; ) {
		const size = Math.floor(20_000 * 400 ** dice.fraction());
		sizes.push(size);
		sum += size;
	}
	return sizes;
}

function put(path: string, content: string | Buffer): void {
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, content);
}

export const issuePath = (number: number) => join(corpusFolders.documents, "issues", String(Math.floor(number / 500)), `${number}.json`);
const tinyPath = (number: number) => join(corpusFolders.tiny, String(Math.floor(number / 2000)), `${number}.json`);

/**
 * Writes documents, attachments (pictures, logs, and edited versions of either) and tiny records.
 * @returns how many bytes of it are noise, which nothing makes shorter
 */
export function writeCorpus(root: string, size: CorpusSize): number {
	for (let i = 0; i < size.issues; i += 1) put(join(root, issuePath(i)), issueDocument(i));
	for (let i = 0; i < size.tiny; i += 1) put(join(root, tinyPath(i)), tinyRecord(i));
	const dice = new Dice(11);
	let noise = 0;
	const path = (number: number) => join(root, corpusFolders.documents, "attachments", `${number}.bin`);
	for (const [i, length] of attachmentSizes(size.attachments).entries()) {
		if (i > 20 && i % 12 === 0) {
			// Somebody's file with some lines changed in the middle.
			const old = readFileSync(path(i - 1 - dice.below(20)));
			const at = Math.floor(old.length / 2);
			put(path(i), Buffer.concat([old.subarray(0, at), dice.noise(300), old.subarray(at + 100)]));
		} else if (i % 4 === 0) put(path(i), `${Array.from({ length: Math.ceil(length / 90) }, () => words(dice, 12)).join("\n")}\n`);
		else {
			put(path(i), dice.noise(length));
			noise += length;
		}
	}
	return noise;
}

/** Edits every hundredth record and answers the files that changed, relative to the root. */
export function changeCorpus(
	root: string,
	size: Pick<CorpusSize, "issues" | "tiny">,
): { readonly documents: readonly string[]; readonly tiny: readonly string[] } {
	const chosen = (count: number) => Array.from({ length: Math.floor(count / 100) }, (_, i) => i * 100 + ((i * 37) % 100));
	const documents = chosen(size.issues).map((i) => {
		put(join(root, issuePath(i)), issueDocument(i, 1));
		return issuePath(i);
	});
	const tiny = chosen(size.tiny).map((i) => {
		put(join(root, tinyPath(i)), tinyRecord(i, 1));
		return tinyPath(i);
	});
	return { documents, tiny };
}
