import { promises as files } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { utf8 } from "../format/bytes.ts";
import { type FolderFiles, folderStore } from "./folder-store.ts";
import { storeConformance } from "./store.conformance.ts";

const made: string[] = [];

async function folder(): Promise<string> {
	const path = await mkdtemp(join(tmpdir(), "skyeworx-store-"));
	made.push(path);
	return path;
}

afterEach(async () => {
	for (const path of made.splice(0)) await rm(path, { recursive: true, force: true });
});

function failing(code: string, operation: keyof FolderFiles): FolderFiles {
	const fail = async () => {
		throw Object.assign(new Error(`${code}: made for a test`), { code });
	};
	return { ...files, [operation]: fail };
}

/** Files whose writes fail once so many bytes were written. */
function smallDisk(capacity: number): FolderFiles {
	let left = capacity;
	return {
		...files,
		async open(...args: Parameters<typeof files.open>) {
			const handle = await files.open(...args);
			const write = handle.writeFile.bind(handle);
			handle.writeFile = async (data) => {
				const { length } = data as Uint8Array;
				left -= length;
				if (left < 0) {
					await write((data as Uint8Array).subarray(0, Math.max(0, left + length)));
					throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
				}
				await write(data);
			};
			return handle;
		},
	};
}

storeConformance("a folder", async () => folderStore(await folder()));

describe("a folder", () => {
	it("keeps objects when opened again", async () => {
		const path = await folder();
		await folderStore(path).create("a/b", utf8("kept"));
		expect(await folderStore(path).read("a/b")).toEqual(utf8("kept"));
		expect(await folderStore(path).create("a/b", utf8("other"))).toBe("exists");
	});

	it("makes the folders above it, and refuses a place where none can be made", async () => {
		const deep = join(await folder(), "a", "b", "c");
		expect(await folderStore(deep).create("x/y/z", utf8("one"))).toBe("created");
		const nowhere = { ...files, mkdir: failing("ENOENT", "mkdir").mkdir };
		await expect(folderStore(deep, nowhere).create("other/z", utf8("one"))).rejects.toMatchObject({ name: "AppError" });
	});

	it.runIf(process.platform === "linux")("refuses /proc instead of trying for ever", async () => {
		await expect(folderStore("/proc/skyeworx").create("x", utf8("one"))).rejects.toMatchObject({ name: "AppError" });
	});

	it("leaves no temporary file behind and never lists one", async () => {
		const path = await folder();
		const store = folderStore(path);
		await store.create("a/b", utf8("x"));
		await store.create("a/b", utf8("y"));
		await store.replace("a/c", utf8("z"));
		expect(await readdir(join(path, "tmp"))).toEqual([]);
		await writeFile(join(path, "tmp", "left-over"), "x");
		const names = [];
		for await (const { name } of store.list("")) names.push(name);
		expect(names.sort()).toEqual(["a/b", "a/c"]);
	});

	it("removes day-old temporary files of a killed process, not younger ones", async () => {
		const path = await folder();
		await mkdir(join(path, "tmp"));
		await writeFile(join(path, "tmp", "old"), "x");
		await writeFile(join(path, "tmp", "young"), "x");
		const dayAgo = new Date((await stat(join(path, "tmp", "old"))).mtimeMs - 25 * 3600 * 1000);
		await utimes(join(path, "tmp", "old"), dayAgo, dayAgo);
		await folderStore(path).create("a", utf8("a"));
		expect(await readdir(join(path, "tmp"))).toEqual(["young"]);
	});

	it("deletes an object under the temporary name too that a killed process left it with", async () => {
		const path = await folder();
		const dying = folderStore(path, {
			...files,
			unlink: async (name) => {
				if (!String(name).endsWith(".link") && !String(name).endsWith("/key"))
					throw Object.assign(new Error("killed here"), { code: "EIO" });
				await files.unlink(name);
			},
		});
		await dying.create("keys/key", utf8("a wrapped key"));
		const left = await readdir(join(path, "tmp"));
		expect(left.length).toBeGreaterThan(0);
		await writeFile(join(path, "tmp", "another"), "x");
		expect(await folderStore(path).delete("keys/key")).toBe("deleted");
		const texts = await Promise.all((await readdir(join(path, "tmp"))).map((name) => files.readFile(join(path, "tmp", name), "utf8")));
		expect(texts).toContain("x");
		expect(texts).not.toContain("a wrapped key");
		expect(await folderStore(path).delete("keys/key")).toBe("deleted");
	});

	it.each(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"])("refuses a file system that answers a link with %s", async (code) => {
		const store = folderStore(await folder(), failing(code, "link"));
		await expect(store.create("a", utf8("a"))).rejects.toMatchObject({ code: "store-unsuitable" });
		expect(await store.facts("a")).toBeUndefined();
	});

	it("takes a link that was made and reported as refused (NFS) as made", async () => {
		const lying: FolderFiles = {
			...files,
			async link(from, to) {
				await files.link(from, to);
				if (String(to).endsWith("/object")) throw Object.assign(new Error("EEXIST: after the effect"), { code: "EEXIST" });
			},
		};
		const store = folderStore(await folder(), lying);
		expect(await store.create("object", utf8("mine"))).toBe("created");
	});

	it("says that the disk is full and leaves nothing of the object", async () => {
		const path = await folder();
		const store = folderStore(path, smallDisk(1000));
		await store.create("packs/small", new Uint8Array(500));
		await expect(store.create("packs/large", new Uint8Array(800))).rejects.toMatchObject({
			code: "store-full",
			hint: expect.stringContaining("space"),
		});
		expect(await store.facts("packs/large")).toBeUndefined();
		expect(await readdir(join(path, "tmp"))).toEqual([]);
		expect(await store.read("packs/small")).toHaveLength(500);
	});

	it.each([
		["EIO", "store-unreachable"],
		["EROFS", "store-unsuitable"],
		["EDQUOT", "store-full"],
		["EMFILE", "store-unreachable"],
	])("tells %s as %s", async (code, expected) => {
		const path = await folder();
		await folderStore(path).create("a", utf8("a"));
		await expect(folderStore(path, failing(code, "open")).read("a")).rejects.toMatchObject({ code: expected });
	});
});
