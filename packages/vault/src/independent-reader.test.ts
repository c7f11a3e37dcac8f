import { createDecipheriv, createHash, createHmac, hkdfSync, scryptSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { zstdDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";

/*
 * [Note: Independent reader]
 * Written from docs/vault-format.md alone: it imports nothing of this package, so that a mistake in our writer and the same
 * mistake in our reader can't cancel each other out. If it has to change, the page has to change with it.
 */

type Objects = Readonly<Record<string, Buffer>>;

interface Place {
	readonly pack: string;
	readonly frame: number;
	readonly slot: number;
}

function hkdf(key: Buffer, info: string, salt: Buffer = Buffer.alloc(0)): Buffer {
	return Buffer.from(hkdfSync("sha256", key, salt, info, 32));
}

function hmac(key: Buffer, ...parts: readonly (Buffer | string)[]): Buffer {
	const mac = createHmac("sha256", key);
	for (const part of parts) mac.update(part);
	return mac.digest();
}

function sha256(bytes: Buffer): string {
	return createHash("sha256").update(bytes).digest("hex");
}

function open(key: Buffer, nonce: Buffer, aad: Buffer, sealed: Buffer): Buffer {
	const decipher = createDecipheriv("aes-256-gcm", key, nonce);
	decipher.setAAD(aad);
	decipher.setAuthTag(sealed.subarray(-16));
	return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
}

function unpack(codec: number, bytes: Buffer): Buffer {
	if (codec === 0) return bytes;
	if (codec === 1) return zstdDecompressSync(bytes);
	throw new Error(`codec ${codec}`);
}

function canonical(value: unknown): string {
	if (value === null || typeof value !== "object") return JSON.stringify(value);
	if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
	const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}

class Bytes {
	readonly #bytes: Buffer;
	at = 0;

	constructor(bytes: Buffer) {
		this.#bytes = bytes;
	}

	get more(): boolean {
		return this.at < this.#bytes.length;
	}

	take(count: number): Buffer {
		if (this.at + count > this.#bytes.length) throw new Error("too short");
		this.at += count;
		return this.#bytes.subarray(this.at - count, this.at);
	}

	u8(): number {
		return this.take(1).readUInt8();
	}

	varint(): number {
		let value = 0;
		for (let scale = 1; ; scale *= 128) {
			const byte = this.u8();
			value += (byte & 127) * scale;
			if (byte < 128) return value;
		}
	}
}

interface Wrapped {
	readonly nonce: string;
	readonly commit: string;
	readonly wrapped: string;
	readonly check: string;
}

function unwrap(stored: Wrapped, kek: Buffer): Buffer {
	const { check, ...fields } = stored;
	if (sha256(Buffer.from(canonical(fields))).slice(0, 32) !== check) throw new Error("check");
	const { nonce, commit, wrapped, ...about } = fields;
	if (hmac(kek, "commit").subarray(0, 16).toString("base64") !== commit) throw new Error("wrong key");
	return open(kek, Buffer.from(nonce, "base64"), Buffer.from(canonical(about)), Buffer.from(wrapped, "base64"));
}

interface LogState {
	readonly snapshots: Map<number, { readonly root: string | null; readonly descriptor: string }>;
	readonly packs: Map<string, string>;
	segments: string[];
}

interface Entry {
	readonly op: string;
	readonly snapshot: number;
	readonly root: string | null;
	readonly descriptor: string;
	readonly packs: readonly { readonly class: string; readonly sha256: string }[];
	readonly segments: readonly { readonly sha256: string }[] & {
		readonly remove: readonly string[];
		readonly add: readonly { readonly sha256: string }[];
	};
}

/** Reads a vault's objects with the bytes of a key file, a passphrase, or a recovery code. */
class Reader {
	readonly #objects: Objects;
	readonly #vaultId: string;
	readonly #domainKeys: readonly Buffer[];
	readonly #blobKey: Buffer;
	readonly #places = new Map<string, Place[]>();
	readonly state: LogState;

	constructor(
		objects: Objects,
		rootKey: (slot: { type: string; kdf: { n: number; r: number; p: number; salt: string } }, info: string) => Buffer | undefined,
	) {
		this.#objects = objects;
		const json = JSON.parse(String(objects["vault.json"]));
		this.#vaultId = json.vaultId;
		const root = this.#openSlot(rootKey);
		const { mac, ...described } = json;
		if (hmac(hkdf(root, `skyeworx/1/vault-mac/${this.#vaultId}`), canonical(described)).toString("hex") !== mac) throw new Error("mac");
		this.#domainKeys = this.#openDomain(hkdf(root, `skyeworx/1/domain-wrap/${this.#vaultId}`));
		this.#blobKey = hkdf(this.#domainKeys[0] ?? Buffer.alloc(0), "skyeworx/1/blob-id");
		this.state = this.#readLog(hkdf(root, `skyeworx/1/log/${this.#vaultId}`));
		for (const segment of this.state.segments) this.#readSegment(segment);
	}

	#object(name: string): Buffer {
		const bytes = this.#objects[name];
		if (bytes === undefined) throw new Error(`no ${name}`);
		return bytes;
	}

	#openSlot(slotKey: ConstructorParameters<typeof Reader>[1]): Buffer {
		for (const [name, bytes] of Object.entries(this.#objects)) {
			if (!name.startsWith("keys/slots/")) continue;
			const slot = JSON.parse(String(bytes));
			const kek = slotKey(slot, `skyeworx/1/slot/${slot.type}/${slot.vaultId}/${slot.slotId}`);
			if (kek !== undefined) return unwrap(slot, kek);
		}
		throw new Error("no slot");
	}

	/** The content key's generations, from 0 to the highest that is there. */
	#openDomain(kek: Buffer): Buffer[] {
		const keys: Buffer[] = [];
		for (
			let bytes = this.#objects["keys/domains/1.0.json"];
			bytes !== undefined;
			bytes = this.#objects[`keys/domains/1.${keys.length}.json`]
		)
			keys.push(unwrap(JSON.parse(String(bytes)), kek));
		return keys;
	}

	#readLog(key: Buffer): LogState {
		const state: LogState = { snapshots: new Map(), packs: new Map(), segments: [] };
		let previous = sha256(this.#object("vault.json"));
		for (let seq = 1; ; seq++) {
			const bytes = this.#objects[`log/${String(seq).padStart(16, "0")}`];
			if (bytes === undefined) return state;
			const header = bytes.subarray(0, 64);
			if (header.toString("latin1", 0, 4) !== "SXL1" || header.readBigUInt64BE(8) !== BigInt(seq)) throw new Error("log");
			if (header.toString("hex", 16, 48) !== previous) throw new Error("chain");
			const body = unpack(header.readUInt8(5), open(key, header.subarray(48, 60), header, bytes.subarray(64)));
			if (body.length !== header.readUInt32BE(60)) throw new Error("length");
			this.#apply(state, seq, JSON.parse(String(body)));
			previous = sha256(bytes);
		}
	}

	#apply(state: LogState, seq: number, entry: Entry): void {
		if (entry.op === "snapshot") {
			state.snapshots.set(seq, { root: entry.root, descriptor: entry.descriptor });
			for (const pack of entry.packs) state.packs.set(pack.sha256, `packs/${pack.class}/${pack.sha256.slice(0, 2)}/${pack.sha256}`);
			state.segments = [...entry.segments.map(({ sha256: name }) => name).reverse(), ...state.segments];
		} else if (entry.op === "forget") state.snapshots.delete(entry.snapshot);
		else if (entry.op === "idx-replace") {
			const { remove, add } = entry.segments;
			state.segments = [...state.segments.filter((name) => !remove.includes(name)), ...add.map(({ sha256: name }) => name)];
		} else if (!["create", "slot", "domain"].includes(entry.op)) throw new Error(`op ${entry.op}`);
	}

	#fileKey(bytes: Buffer, cls: string): Buffer {
		const header = bytes.subarray(0, 64);
		if (header.toString("latin1", 0, 4) !== "SXP1" || header.toString("latin1", 5, 6) !== cls) throw new Error("header");
		const generation = this.#domainKeys[header.readUInt32BE(12)];
		if (header.readUInt32BE(8) !== 1 || generation === undefined) throw new Error("no content key");
		const key = hkdf(generation, `skyeworx/1/pack/${cls}/${this.#vaultId}`, header.subarray(16, 48));
		if (!hmac(key, "commit").subarray(0, 16).equals(header.subarray(48, 64))) throw new Error("commitment");
		return key;
	}

	#part(bytes: Buffer, key: Buffer, part: { readonly index: number; readonly from: number; readonly length: number }): Buffer {
		const number = Buffer.alloc(4);
		number.writeUInt32BE(part.index);
		const aad = Buffer.concat([bytes.subarray(0, 64), Buffer.from("F"), number]);
		return open(key, Buffer.concat([Buffer.alloc(8), number]), aad, bytes.subarray(part.from, part.from + part.length));
	}

	#readSegment(name: string): void {
		const bytes = this.#object(`idx/${name}`);
		if (sha256(bytes) !== name || bytes.toString("latin1", bytes.length - 4) !== "SXIE") throw new Error("segment");
		const key = this.#fileKey(bytes, "I");
		const [tailLength, entries] = [bytes.readUInt32BE(bytes.length - 16), bytes.readUInt32BE(bytes.length - 12)];
		const tail = this.#part(bytes, key, { index: 0xffffffff, from: bytes.length - 16 - tailLength, length: tailLength });
		const packs = tail.subarray(Math.ceil(entries / 256) * 8);
		for (let block = 0; block * 256 < entries; block++) {
			const count = Math.min(256, entries - block * 256);
			const plain = this.#part(bytes, key, { index: block, from: 64 + block * (256 * 32 + 16), length: count * 32 + 16 });
			for (let at = 0; at < plain.length; at += 32) {
				const pack = plain.readUInt32BE(at + 20) * 32;
				const place = {
					pack: packs.toString("hex", pack, pack + 32),
					frame: plain.readUInt16BE(at + 24),
					slot: plain.readUInt16BE(at + 26),
				};
				const id = plain.toString("hex", at, at + 20);
				this.#places.set(id, [...(this.#places.get(id) ?? []), place]);
			}
		}
	}

	/** A blob by its id, wherever the index says that it lies. */
	blob(id: string): { readonly type: number; readonly bytes: Buffer } {
		const place = (this.#places.get(id) ?? []).find(({ pack }) => this.state.packs.has(pack));
		if (place === undefined) throw new Error(`no blob ${id}`);
		const name = this.state.packs.get(place.pack) ?? "";
		const bytes = this.#object(name);
		const key = this.#fileKey(bytes, name.slice(6, 7));
		let offset = 64;
		for (const [index, frame] of this.#tocOf(bytes, key).entries()) {
			if (index === place.frame) {
				const raw = unpack(frame.codec, this.#part(bytes, key, { index, from: offset, length: frame.length }));
				const from = frame.blobs.slice(0, place.slot).reduce((sum, blob) => sum + blob.length, 0);
				const { type, length } = frame.blobs[place.slot] ?? { type: 0, length: 0 };
				const found = raw.subarray(from, from + length);
				if (hmac(this.#blobKey, Buffer.of(type), found).toString("hex", 0, 20) !== id) throw new Error("blob id");
				return { type, bytes: found };
			}
			offset += frame.length;
		}
		throw new Error("no frame");
	}

	#tocOf(bytes: Buffer, key: Buffer) {
		const trailer = bytes.subarray(-16);
		if (trailer.toString("latin1", 12) !== "SXPE" || trailer.readUInt32BE(8) !== bytes.length) throw new Error("trailer");
		const from = bytes.length - 16 - trailer.readUInt32BE(0);
		const nonce = Buffer.concat([Buffer.alloc(4), Buffer.alloc(8, 0xff)]);
		const body = open(key, nonce, Buffer.concat([bytes.subarray(0, 64), Buffer.from("T")]), bytes.subarray(from, -16));
		const toc = new Bytes(unpack(body.readUInt8(4), body.subarray(5)));
		const frames: { length: number; codec: number; blobs: { type: number; length: number }[] }[] = [];
		while (toc.more) {
			const length = toc.varint();
			toc.varint();
			const codec = toc.u8();
			const blobs = Array.from({ length: toc.varint() }, () => {
				toc.take(20);
				return { type: toc.u8(), length: toc.varint() };
			});
			frames.push({ length, codec, blobs });
		}
		if (frames.length !== trailer.readUInt32BE(4)) throw new Error("frames");
		return frames;
	}

	/** All entries below a node: name and content. */
	*entries(nodeId: string): Generator<{ readonly name: string; readonly content: Buffer }> {
		const node = new Bytes(this.blob(nodeId).bytes);
		if (node.u8() !== 0x4e || node.u8() !== 1) throw new Error("node");
		const level = node.u8();
		const count = node.varint();
		let key: Buffer = Buffer.alloc(0);
		for (let i = 0; i < count; i++) {
			const shared = node.varint();
			key = Buffer.concat([key.subarray(0, shared), node.take(node.varint())]);
			if (level > 0) {
				yield* this.entries(node.take(20).toString("hex"));
				node.varint();
				node.varint();
			} else yield { name: String(key).replaceAll("\0", "/"), content: this.#content(node.take(node.varint())) };
		}
	}

	#content(value: Buffer): Buffer {
		const input = new Bytes(value);
		const flags = input.u8();
		input.varint();
		const size = input.varint();
		const ids: string[] = [];
		while (input.more) ids.push(input.take(20).toString("hex"));
		const list = (flags & 2) === 0 ? undefined : this.blob(ids[0] ?? "").bytes.toString("hex");
		const blobs = list === undefined ? ids : (list.match(/.{40}/g) ?? []);
		const content = Buffer.concat(blobs.map((id) => this.blob(id).bytes));
		if (content.length !== size) throw new Error("size");
		return content;
	}
}

interface Golden {
	readonly expected: {
		readonly code: string;
		readonly ids: readonly number[];
		readonly snapshots: Readonly<Record<string, Readonly<Record<string, string>>>>;
	};
	readonly objects: Readonly<Record<string, string>>;
}

function golden(name: string): { readonly expected: Golden["expected"]; readonly objects: Objects } {
	const { expected: wanted, objects: stored } = JSON.parse(
		readFileSync(new URL(`./${name}.golden.json`, import.meta.url), "utf8"),
	) as Golden;
	return {
		expected: wanted,
		objects: Object.fromEntries(Object.entries(stored).map(([object, bytes]) => [object, Buffer.from(bytes, "base64")])),
	};
}

const { expected, objects } = golden("vault-1");

function recoverySecret(code: string): Buffer {
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	let bits = 0n;
	for (const sign of code.replaceAll("-", "").slice(0, 32)) bits = bits * 32n + BigInt(alphabet.indexOf(sign));
	return Buffer.from(bits.toString(16).padStart(40, "0"), "hex");
}

describe("a reader made from docs/vault-format.md alone", () => {
	const keys: Readonly<Record<string, ConstructorParameters<typeof Reader>[1]>> = {
		"key-file": (slot, info) => (slot.type === "key-file" ? hkdf(Buffer.alloc(32, 7), info) : undefined),
		passphrase: ({ type, kdf }, info) => {
			if (type !== "passphrase") return undefined;
			const options = { N: kdf.n, r: kdf.r, p: kdf.p, maxmem: 2 ** 29 };
			return hkdf(scryptSync("golden passphrase", Buffer.from(kdf.salt, "base64"), 32, options), info);
		},
		"recovery kit": ({ type }, info) => (type === "recovery-kit" ? hkdf(recoverySecret(expected.code), info) : undefined),
	};

	it.each(Object.keys(keys))("opens the golden vault with its %s", (name) => {
		const slotKey = keys[name];
		if (slotKey === undefined) throw new Error("no such key");
		expect([...new Reader(objects, slotKey).state.snapshots.keys()]).toEqual(expected.ids);
	});

	it.each(["vault-1", "vault-1-keys"])("reads every entry of the snapshots and their descriptors: %s", (name) => {
		const vault = golden(name);
		const reader = new Reader(vault.objects, (slot, info) => (slot.type === "key-file" ? hkdf(Buffer.alloc(32, 7), info) : undefined));
		expect(Object.keys(vault.expected.snapshots).length).toBeGreaterThan(2);
		for (const [id, entries] of Object.entries(vault.expected.snapshots)) {
			const snapshot = reader.state.snapshots.get(Number(id));
			const found = snapshot?.root === null || snapshot === undefined ? [] : [...reader.entries(snapshot.root)];
			expect(Object.fromEntries(found.map(({ name, content }) => [name, sha256(content).slice(0, 16)]))).toEqual(entries);
			expect(JSON.parse(String(reader.blob(snapshot?.descriptor ?? "").bytes))).toEqual({ cursor: "2026-03-02T09:00:00.000Z" });
		}
	});
});
