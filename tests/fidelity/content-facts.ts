import { createHash } from "node:crypto";
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { entryFacts, type Fact, type Names, objects, type Pair, paired, sameNames } from "./item-facts.ts";

const object = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});

const markup = (record: JsonObject): string => String(object(object(record.body).storage).value ?? "");

/** Where the fidelity table has a field under a name of its own. */
const rows: Readonly<Record<string, string>> = { parentId: "parent", parentType: "parent", ownerId: "owner" };

/** A body without the marks of inline comments, its links by what their targets are called now. */
function body(text: string, names: Names): string {
	return text
		.replaceAll(/<ac:inline-comment-marker[^>]*>|<\/ac:inline-comment-marker>/g, "")
		.replaceAll(/(?<=\/pages\/)\d+/g, (id) => names.id("confluence.page", id))
		.replaceAll(/(?<=\/browse\/)[A-Z][A-Z0-9_]+-[1-9]\d*/g, names.key)
		.replaceAll(
			/(<ac:parameter ac:name="key">)([A-Z][A-Z0-9_]+-[1-9]\d*)(<)/g,
			(_all, open, key, close) => `${open}${names.key(key)}${close}`,
		);
}

function anchorText(text: string, ref: JsonValue | undefined): string {
	const marked = new RegExp(`<ac:inline-comment-marker ac:ref="${String(ref)}">(.*?)</ac:inline-comment-marker>`, "s").exec(text)?.[1];
	const start = marked === undefined ? -1 : text.indexOf(`ac:ref="${String(ref)}"`);
	const plain = (value: string): string => value.replaceAll(/<[^>]*>/g, "");
	// The same words may stand in the page twice: what comes before says which are meant.
	return marked === undefined ? "not anchored" : `${plain(text.slice(0, text.lastIndexOf("<", start))).slice(-30)}[${plain(marked)}]`;
}

async function digests(item: StoredItem): Promise<ReadonlyMap<string, string>> {
	const found = new Map<string, string>();
	for (const file of item.files) {
		const hash = createHash("sha256");
		for await (const chunk of file.open()) hash.update(chunk);
		found.set(file.part.slice("file/".length), hash.digest("hex"));
	}
	return found;
}

function mainFacts(item: StoredItem, names: Names): readonly Fact[] {
	const { body: _body, version, ...main } = object(item.parts.get(""));
	const fact = (place: string, value: JsonValue): Fact => ({ row: rows[place] ?? place, place, again: false, value: canonicalJson(value) });
	const parent = typeof main.parentId === "string" ? { parentId: names.id("confluence.page", main.parentId) } : {};
	const restrictions = item.parts.get("restrictions");
	return [
		...Object.entries({ ...main, ...parent, ...(typeof main.position === "number" ? { position: "among its siblings" } : {}) }).map(
			([name, value]) => fact(name, value),
		),
		fact("version", version ?? null),
		fact("body", body(markup(object(item.parts.get(""))), names)),
		fact(
			"labels",
			objects(item.parts.get("labels")).map(({ prefix, name }) => `${prefix}:${name}`),
		),
		...objects(item.parts.get("properties"))
			.filter(({ key }) => key !== "skyeworx.restore")
			.map(({ key, value }) => ({ ...fact(`properties.${key}`, value ?? null), row: "properties.*" })),
		...(restrictions === undefined ? [] : [fact("restrictions", restrictions)]),
		...[...item.parts.keys()]
			.filter((part) => part.startsWith("versions/"))
			.map((part) => ({ ...fact(part, item.parts.get(part) ?? null), row: "versions.*" })),
		...[...item.parts.keys()]
			.filter((part) => !/^(|labels|properties|restrictions|comments|attachments|file-marks|context|(file-)?versions\/.*)$/.test(part))
			.map((part) => fact(part, item.parts.get(part) ?? null)),
	];
}

const origin = /^<p><em>Originally by [^<]*<\/em><\/p>/;

interface Entry extends JsonObject {
	readonly id: string;
	readonly place: string;
}

function comments(item: StoredItem): readonly Entry[] {
	const lists = object(item.parts.get("comments"));
	const page = markup(object(item.parts.get("")));
	return (["footer", "inline"] as const).flatMap((place) =>
		objects(lists[place]).map((comment) => {
			const { body: _body, properties, parentCommentId, resolutionStatus, ...rest } = comment;
			const isRoot = typeof parentCommentId !== "string";
			return {
				...rest,
				id: String(comment.id),
				place,
				text: markup(comment),
				...(isRoot ? {} : { parent: parentCommentId }),
				...(resolutionStatus === undefined || resolutionStatus === null ? {} : { resolved: resolutionStatus === "resolved" }),
				...(place === "inline" && isRoot ? { anchor: anchorText(page, object(properties).inlineMarkerRef) } : {}),
			};
		}),
	);
}

/** Everything that two records of a page or blog post say, side by side. */
export async function contentFacts(before: StoredItem, after: StoredItem, names: Names) {
	const [filesBefore, filesAfter] = [await digests(before), await digests(after)];
	// A page that was not written keeps the old names in its text: there both sides are read by the new ones.
	const again = before.ref.id !== after.ref.id;
	const text = (entry: JsonObject): string => body(String(entry.text).replace(origin, ""), names);
	const pairs = paired(comments(before), comments(after), (entry) => `${entry.place} ${entry.anchor ?? ""} ${text(entry)}`);
	const nowOf = new Map(pairs.map((pair) => [pair.before.id, pair.after?.id ?? "gone"]));
	const said = entryFacts("comments", pairs, (entry, pair, side) => ({
		...entry,
		text: body(
			pair.again && side === "after" ? String(entry.text).replace(origin, "") : String(entry.text),
			side === "before" || !pair.again ? names : sameNames,
		),
		...(typeof entry.parent === "string" && side === "before" ? { parent: nowOf.get(entry.parent) ?? "unknown" } : {}),
	}));
	const attachments = paired(objects(before.parts.get("attachments")), objects(after.parts.get("attachments")), ({ title }) =>
		String(title),
	);
	const marks = (file: JsonObject, side: "before" | "after"): JsonObject =>
		object(object((side === "before" ? before : after).parts.get("file-marks"))[String(file.id)]);
	// Properties that came later are somebody's work, as a page's own are.
	const propertiesOf = (file: JsonObject, pair: Pair, side: "before" | "after"): JsonValue => {
		const kept = new Set(objects(marks(pair.before, "before").properties).map(({ key }) => key));
		return objects(marks(file, side).properties).flatMap(({ key, value }) => (kept.has(key) ? [[key ?? null, value ?? null]] : []));
	};
	const files = entryFacts("files", attachments, (file, pair, side) => ({
		...file,
		labels: objects(marks(file, side).labels).map(({ prefix, name }) => `${prefix}:${name}`),
		properties: propertiesOf(file, pair, side),
		comment: String(file.comment ?? "").replace(/(^| · )Restored by Skyeworx .*$/, ""),
		bytes: (side === "before" ? filesBefore : filesAfter).get(`${file.id}@${object(file.version).number}`) ?? "none",
		older: Array.from({ length: Number(object(file.version).number) - 1 }, (_, index) => {
			return (side === "before" ? filesBefore : filesAfter).get(`${file.id}@${index + 1}`) ?? "none";
		}),
	}));
	return {
		before: [...mainFacts(before, names), ...said.before, ...files.before],
		after: [...mainFacts(after, again ? sameNames : names), ...said.after, ...files.after],
	};
}
