import { randomUUID } from "node:crypto";
import { constants, promises as nodeFiles } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { AppError } from "@skyeworx/core";
import { plain } from "../format/bytes.ts";
import { folderError, hasCode, noLinkCodes } from "./folder-errors.ts";
import { clampRange, objectMissing, requireName, requireRunning } from "./names.ts";
import type { ByteRange, ObjectFacts, PutOptions, Store } from "./store.ts";

/** The file system calls that the folder store makes: `node:fs/promises`, or one that fails on purpose. */
export type FolderFiles = Pick<typeof nodeFiles, "open" | "link" | "unlink" | "rename" | "mkdir" | "stat" | "readdir">;

const temporaryFolder = "tmp";
const staleAfter = 24 * 60 * 60 * 1000;

/**
 * Keeps a vault in a folder of a local or mounted file system with hard links. An object is written beside, synced, then
 * linked under its name: it is there wholly or not at all, and `link` never overwrites (`rename` would).
 */
export function folderStore(path: string, files: FolderFiles = nodeFiles): Store {
	return new FolderStore(resolve(path), files);
}

class FolderStore implements Store {
	readonly description: string;
	readonly #root: string;
	readonly #files: FolderFiles;
	readonly #knownFolders = new Set<string>();
	#prepared: Promise<void> | undefined;

	constructor(root: string, files: FolderFiles) {
		this.#root = root;
		this.#files = files;
		this.description = `folder ${root}`;
	}

	async create(name: string, bytes: Uint8Array, options?: PutOptions): Promise<"created" | "exists"> {
		return this.#guard(name, options?.signal, async () => {
			const temporary = await this.#writeTemporary(bytes);
			try {
				const path = await this.#place(name);
				if (!(await this.#link(temporary, path))) return "exists";
				await this.#syncFolder(dirname(path));
				return "created";
			} finally {
				await this.#dropQuietly(temporary);
			}
		});
	}

	async replace(name: string, bytes: Uint8Array, options?: PutOptions): Promise<void> {
		return this.#guard(name, options?.signal, async () => {
			const temporary = await this.#writeTemporary(bytes);
			try {
				const path = await this.#place(name);
				await this.#files.rename(temporary, path);
				await this.#syncFolder(dirname(path));
			} catch (error) {
				await this.#dropQuietly(temporary);
				throw error;
			}
		});
	}

	async read(name: string, range?: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
		return this.#guard(name, signal, async () => {
			const handle = await this.#openObject(name);
			try {
				const { offset, length } = clampRange((await handle.stat()).size, range);
				const bytes = Buffer.allocUnsafeSlow(length);
				let done = 0;
				while (done < length) {
					const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
					if (bytesRead === 0) break;
					done += bytesRead;
				}
				return plain(bytes.subarray(0, done));
			} finally {
				await handle.close();
			}
		});
	}

	async facts(name: string): Promise<ObjectFacts | undefined> {
		return this.#guard(name, undefined, async () => {
			try {
				const stat = await this.#files.stat(join(this.#root, name));
				return stat.isFile() ? { name, size: stat.size, modifiedAt: stat.mtime } : undefined;
			} catch (error) {
				if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
				throw error;
			}
		});
	}

	async *list(prefix: string): AsyncIterable<ObjectFacts> {
		const slash = prefix.lastIndexOf("/");
		yield* this.#walk(slash < 0 ? "" : prefix.slice(0, slash), prefix);
	}

	async delete(name: string): Promise<"deleted" | "locked"> {
		return this.#guard<"deleted">(name, undefined, async () => {
			try {
				const path = join(this.#root, name);
				await this.#dropTwin(path);
				await this.#files.unlink(path);
				await this.#syncFolder(dirname(path));
			} catch (error) {
				if (!hasCode(error, "ENOENT", "ENOTDIR")) throw error;
			}
			return "deleted";
		});
	}

	/** A process that died right after `link` left the object's temporary name behind: a deleted key must not live on under it. */
	async #dropTwin(path: string): Promise<void> {
		const { nlink, ino } = await this.#files.stat(path);
		if (nlink < 2) return;
		const folder = join(this.#root, temporaryFolder);
		for (const entry of await this.#files.readdir(folder)) {
			const other = join(folder, entry);
			const same = await this.#files.stat(other).then(
				(stat) => stat.ino === ino,
				() => false,
			);
			if (same) await this.#dropQuietly(other);
		}
	}

	async #openObject(name: string) {
		try {
			return await this.#files.open(join(this.#root, name), constants.O_RDONLY);
		} catch (error) {
			if (hasCode(error, "ENOENT", "ENOTDIR")) throw objectMissing(name, error);
			throw error;
		}
	}

	async *#walk(folder: string, prefix: string): AsyncIterable<ObjectFacts> {
		let entries: { name: string; isDirectory(): boolean }[];
		try {
			entries = await this.#files.readdir(join(this.#root, folder), { withFileTypes: true });
		} catch (error) {
			if (hasCode(error, "ENOENT", "ENOTDIR")) return;
			throw folderError(error, folder, this.#root);
		}
		for (const entry of entries) {
			const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
			if (name === temporaryFolder || !(name.startsWith(prefix) || prefix.startsWith(`${name}/`))) continue;
			if (entry.isDirectory()) yield* this.#walk(name, prefix);
			else {
				const facts = await this.facts(name);
				if (facts !== undefined) yield facts;
			}
		}
	}

	async #guard<T>(name: string, signal: AbortSignal | undefined, act: () => Promise<T>): Promise<T> {
		requireName(name);
		requireRunning(signal);
		try {
			return await act();
		} catch (error) {
			throw folderError(error, name, this.#root);
		}
	}

	/** True when the name is now ours; false when somebody had it. */
	async #link(temporary: string, path: string): Promise<boolean> {
		try {
			await this.#files.link(temporary, path);
			return true;
		} catch (error) {
			// NFS may answer "exists" to the repetition of a link that it made: two names of one file tell.
			if (hasCode(error, "EEXIST")) return (await this.#files.stat(temporary)).nlink >= 2;
			if (hasCode(error, ...noLinkCodes)) throw this.#unsuitable(error);
			throw error;
		}
	}

	#unsuitable(cause: unknown): AppError {
		return new AppError("store-unsuitable", `${this.#root} lies on a file system without hard links`, {
			hint: "Choose a folder on a disk with ext4, XFS, Btrfs, ZFS, APFS or NTFS; exFAT and most SMB shares can't keep a vault safely.",
			facts: { folder: this.#root },
			cause,
		});
	}

	async #writeTemporary(bytes: Uint8Array): Promise<string> {
		this.#prepared ??= this.#prepare().catch((error: unknown) => {
			this.#prepared = undefined;
			throw error;
		});
		await this.#prepared;
		return this.#writeNew(bytes);
	}

	async #writeNew(bytes: Uint8Array): Promise<string> {
		const temporary = join(this.#root, temporaryFolder, randomUUID());
		const handle = await this.#files.open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
		try {
			await handle.writeFile(bytes);
			await handle.sync();
		} catch (error) {
			await handle.close();
			await this.#dropQuietly(temporary);
			throw error;
		}
		await handle.close();
		return temporary;
	}

	/** Makes the folder, finds out whether links work, and removes what a killed process left behind. */
	async #prepare(): Promise<void> {
		const folder = join(this.#root, temporaryFolder);
		await this.#makeFolder(folder);
		const probe = await this.#writeNew(new Uint8Array(1));
		try {
			if (!(await this.#link(probe, `${probe}.link`))) throw this.#unsuitable(undefined);
			await this.#dropQuietly(`${probe}.link`);
			// The file system's own clock on both sides: the host's may be another machine's.
			const now = (await this.#files.stat(probe)).mtimeMs;
			for (const name of await this.#files.readdir(folder)) {
				const path = join(folder, name);
				const age = await this.#files.stat(path).then(
					(stat) => now - stat.mtimeMs,
					() => 0,
				);
				if (age > staleAfter) await this.#dropQuietly(path);
			}
		} finally {
			await this.#dropQuietly(probe);
		}
	}

	/** The object's path, its folder made durable. */
	async #place(name: string): Promise<string> {
		const path = join(this.#root, name);
		const missing: string[] = [];
		for (let folder = dirname(path); folder !== this.#root && !this.#knownFolders.has(folder); folder = dirname(folder))
			missing.unshift(folder);
		for (const folder of missing) {
			await this.#makeFolder(folder);
			await this.#syncFolder(dirname(folder));
			this.#knownFolders.add(folder);
		}
		return path;
	}

	/** Makes a folder and those above it. Node's own `recursive` never ends where the system answers as /proc does. */
	async #makeFolder(path: string): Promise<void> {
		const make = () =>
			this.#files.mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
				if (!hasCode(error, "EEXIST")) throw error;
			});
		try {
			await make();
		} catch (error) {
			if (!hasCode(error, "ENOENT") || dirname(path) === path) throw error;
			await this.#makeFolder(dirname(path));
			await make();
		}
	}

	async #syncFolder(folder: string): Promise<void> {
		const handle = await this.#files.open(folder, constants.O_RDONLY);
		try {
			await handle.sync();
		} catch (error) {
			// Some file systems do not know how to sync a folder and keep names in order by themselves.
			if (!hasCode(error, "EINVAL", "ENOTSUP", "EISDIR", "EPERM")) throw error;
		} finally {
			await handle.close();
		}
	}

	async #dropQuietly(path: string): Promise<void> {
		// A left-over temporary file costs space until the next start cleans it; it never becomes an object.
		await this.#files.unlink(path).catch(() => undefined);
	}
}
