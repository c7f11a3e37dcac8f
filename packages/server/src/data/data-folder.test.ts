import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AppError, quietLog, systemClock, systemRandom } from "@skyeworx/core";
import { Client } from "pg";
import { expect, it, onTestFinished } from "vitest";
import { lockDataFolder } from "./data-lock.ts";
import { migrate } from "./migrate.ts";
import { startEmbeddedPostgres } from "./postgres/embedded-postgres.ts";

const ports = { clock: systemClock, random: systemRandom, log: quietLog };

function folder(): string {
	const path = mkdtempSync(join(tmpdir(), "skyeworx-data-"));
	onTestFinished(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

/** Runs a program in a process of its own and waits until it says something. */
async function elsewhere(script: string) {
	const child = spawn(process.execPath, ["--expose-gc", "--input-type=module-typescript", "-e", script], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	onTestFinished(() => void child.kill("SIGKILL"));
	await new Promise((resolve) => child.stdout.once("data", resolve));
	return child;
}

it("a data folder belongs to one process, and to the next when that one was killed", async () => {
	const path = folder();
	const lock = join(import.meta.dirname, "data-lock.ts");
	const core = join(import.meta.dirname, "../../../core/src/index.ts");
	const script = `
		const { lockDataFolder } = await import(${JSON.stringify(lock)});
		const { systemClock } = await import(${JSON.stringify(core)});
		lockDataFolder(${JSON.stringify(path)}, systemClock);
		// What nobody refers to is collected; the lock must not go with it.
		globalThis.gc();
		await new Promise((resolve) => setTimeout(resolve, 50));
		console.log("locked");
		setInterval(() => {}, 1000);`;
	const child = await elsewhere(script);
	const error = ((): unknown => {
		try {
			return lockDataFolder(path, systemClock);
		} catch (thrown) {
			return thrown;
		}
	})();
	expect(error).toMatchObject({ code: "data-folder-busy", message: expect.stringContaining(`process ${child.pid}`) });
	expect((error as AppError).hint).toContain("--data");
	child.kill("SIGKILL");
	await new Promise((resolve) => child.once("exit", resolve));
	const mine = lockDataFolder(path, systemClock);
	mine.release();
	lockDataFolder(path, systemClock).release();
});

it("a database that a killed server left running is ended, and nothing that was committed is lost", async () => {
	const path = folder();
	const first = await startEmbeddedPostgres({ folder: path, ...ports });
	const client = new Client({ connectionString: first.url });
	client.on("error", () => {});
	await client.connect();
	await client.query("create table kept (id integer)");
	await client.query("insert into kept values (1)");
	// The first is still running: as it would be where the kernel does not end it together with its parent.
	const second = await startEmbeddedPostgres({ folder: path, ...ports });
	expect(second.pid).not.toBe(first.pid);
	const again = new Client({ connectionString: second.url });
	await again.connect();
	expect((await again.query("select id from kept")).rows).toEqual([{ id: 1 }]);
	expect((await again.query("show fsync")).rows).toEqual([{ fsync: "on" }]);
	await again.end();
	await second.stop();
	await first.stop();
});

it("a database of a newer program is left alone", async () => {
	const path = folder();
	const running = await startEmbeddedPostgres({ folder: path, ...ports });
	const options = { ownerUrl: running.url, appPassword: "ab".repeat(20), log: quietLog };
	try {
		await Promise.all([migrate(options), migrate(options)]);
		const client = new Client({ connectionString: running.url });
		await client.connect();
		const { rows } = await client.query<{ id: number }>("select id from schema_migrations order by id");
		expect(rows.map((row) => row.id)).toEqual(expect.arrayContaining([1, 2, 9, 12]));
		await client.query("insert into schema_migrations (id, name, sha256) values (999, 'later', 'x')");
		await client.end();
		await expect(migrate(options)).rejects.toMatchObject({ code: "conflict", hint: expect.stringContaining("newer") });
	} finally {
		await running.stop();
	}
	await expect(migrate(options)).rejects.toMatchObject({ code: "database-unreachable" });
});
