import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free-port.ts";

/** How tests reach the server. */
export interface LocalS3 {
	readonly endpoint: string;
	readonly region: string;
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	/** A role that the user may assume, with all rights on all buckets. */
	readonly roleArn: string;
	/** The same user's role that may read and list only. */
	readonly readerRoleArn: string;
}

/** A running server, or the reason why there is none. */
export type LocalS3Start = { readonly s3: LocalS3; stop(): Promise<void> } | { readonly impossible: string };

const packages = ["ceph-mon", "ceph-osd", "ceph-common", "radosgw"];
const programs = ["ceph-mon", "ceph-osd", "ceph", "radosgw", "radosgw-admin", "monmaptool"];
const user = { id: "skyeworx-test", accessKeyId: "SKYEWORXTEST", secretAccessKey: "a-secret-for-loopback-only" };

/**
 * Starts Ceph's S3 gateway on loopback over one object daemon in memory: it enforces conditional PUT, versions, Object Lock and
 * AssumeRole. Installs Debian's packages when they are missing and it may.
 * @throws Error when they are there and the server does not start: that is no reason to skip a test
 */
export async function startRadosgw(say: (line: string) => void): Promise<LocalS3Start> {
	const missing = installMissing(say);
	if (missing !== undefined) return { impossible: missing };
	const cluster = new Cluster(mkdtempSync(join(tmpdir(), "skyeworx-radosgw-")), await freePort(), await freePort());
	try {
		return { s3: await cluster.start(), stop: () => cluster.stop() };
	} catch (error) {
		const reason = `${error instanceof Error ? error.message : String(error)}\n${cluster.lastWords()}`;
		await cluster.stop();
		throw new Error(`radosgw is there and does not start: ${reason}`, { cause: error });
	}
}

function installMissing(say: (line: string) => void): string | undefined {
	const absent = () => programs.filter((name) => spawnSync("which", [name]).status !== 0);
	if (absent().length === 0) return undefined;
	if (spawnSync("which", ["apt-get"]).status !== 0) return `there is no ${absent().join(", ")} and no apt-get to install it with`;
	if (process.getuid?.() !== 0) return `there is no ${absent().join(", ")}; run as root: apt-get install ${packages.join(" ")}`;
	say(`installing ${packages.join(" ")} with apt-get`);
	const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
	for (const words of [
		["update", "-qq"],
		["install", "-y", "-qq", "--no-install-recommends", ...packages],
	]) {
		const { status, stderr } = spawnSync("apt-get", words, { env, encoding: "utf8", timeout: 600_000 });
		if (status !== 0) return `apt-get ${words[0]} failed: ${stderr.trim().slice(-400)}`;
	}
	return absent().length === 0 ? undefined : `apt-get installed the packages, yet there is no ${absent().join(", ")}`;
}

/** One monitor, one object daemon, one gateway, all children of this process. */
class Cluster {
	readonly #folder: string;
	readonly #monitorPort: number;
	readonly #port: number;
	readonly #children: ChildProcess[] = [];

	constructor(folder: string, monitorPort: number, port: number) {
		this.#folder = folder;
		this.#monitorPort = monitorPort;
		this.#port = port;
	}

	async start(): Promise<LocalS3> {
		const fsid = randomUUID();
		for (const name of ["mon", "osd", "gateway"]) mkdirSync(this.#path(name));
		writeFileSync(this.#path("ceph.conf"), this.#settings(fsid));
		this.#startMonitor(fsid);
		await this.#startObjectDaemon();
		this.#daemon("radosgw", ["--name", "client.gateway"]);
		await this.#answering();
		return this.#makeUser();
	}

	async stop(): Promise<void> {
		for (const child of this.#children.reverse()) {
			if (child.exitCode !== null || child.signalCode !== null) continue;
			const ended = new Promise((resolve) => child.once("exit", resolve));
			// Nothing of it is kept: no reason to wait for an orderly end.
			child.kill("SIGKILL");
			await ended;
		}
		rmSync(this.#folder, { recursive: true, force: true });
	}

	/** The ends of the daemons' outputs. */
	lastWords(): string {
		return ["ceph-mon", "ceph-osd", "radosgw"]
			.map((name) => {
				try {
					return `${name}: ${readFileSync(this.#path(`${name}.out`), "utf8").slice(-800)}`;
				} catch {
					return `${name} was not started`;
				}
			})
			.join("\n");
	}

	#path(name: string): string {
		return join(this.#folder, name);
	}

	#settings(fsid: string): string {
		const shared = {
			fsid,
			// From a file and not by address: who learns the cluster's id only on the way may give orders too early, and is refused.
			monmap: this.#path("monmap"),
			"ms bind msgr2": false,
			"auth cluster required": "none",
			"auth service required": "none",
			"auth client required": "none",
			"osd pool default size": 1,
			"osd pool default min size": 1,
			"osd pool default pg num": 2,
			"osd pool default pg autoscale mode": "off",
			"osd crush chooseleaf type": 0,
			"mon allow pool size one": true,
			"mon max pg per osd": 2000,
			"public addr": "127.0.0.1",
			"cluster addr": "127.0.0.1",
			"run dir": this.#folder,
			"admin socket": "",
			"log file": "",
			"log to stderr": true,
			"mon data": this.#path("mon"),
			"osd data": this.#path("osd"),
			"osd objectstore": "memstore",
			"memstore device bytes": 2 ** 32,
			"osd class load list": "*",
			"osd class update on start": false,
			"osd crush update on start": false,
			"osd class default list": "*",
			"rgw data": this.#path("gateway"),
			"rgw frontends": `beast endpoint=127.0.0.1:${this.#port} tcp_nodelay=1`,
			"rgw s3 auth use sts": true,
			"rgw sts key": "sixteen-bytes-ok",
			"rgw crypt require ssl": false,
		};
		return `[global]\n${Object.entries(shared)
			.map(([name, value]) => `${name} = ${value}`)
			.join("\n")}\n`;
	}

	#startMonitor(fsid: string): void {
		const map = this.#path("monmap");
		this.#run("monmaptool", ["--create", "--clobber", "--fsid", fsid, "--addv", "a", `[v1:127.0.0.1:${this.#monitorPort}]`, map]);
		this.#run("ceph-mon", ["--mkfs", "--id", "a", "--monmap", map]);
		this.#daemon("ceph-mon", ["--id", "a"]);
	}

	async #startObjectDaemon(): Promise<void> {
		const uuid = randomUUID();
		const id = await this.#untilDone(() => this.#run("ceph", ["osd", "new", uuid]).trim());
		this.#run("ceph-osd", ["--mkfs", "--id", id, "--osd-uuid", uuid]);
		this.#run("ceph", ["osd", "crush", "add", `osd.${id}`, "1.0", "root=default", "host=local"]);
		this.#daemon("ceph-osd", ["--id", id]);
	}

	#makeUser(): LocalS3 {
		const { id, accessKeyId, secretAccessKey } = user;
		const admin = (...words: string[]) => this.#run("radosgw-admin", words);
		admin("user", "create", `--uid=${id}`, "--display-name=test", `--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`);
		const statement = (more: object) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...more }] });
		const trust = statement({ Principal: { AWS: [`arn:aws:iam:::user/${id}`] }, Action: ["sts:AssumeRole"] });
		for (const [role, actions] of [
			["vault-owner", ["s3:*"]],
			["vault-reader", ["s3:GetObject", "s3:ListBucket", "s3:GetBucketVersioning", "s3:ListBucketVersions", "s3:GetBucketLocation"]],
		] as const) {
			admin("role", "create", `--role-name=${role}`, `--assume-role-policy-doc=${trust}`);
			const policy = statement({ Action: actions, Resource: "arn:aws:s3:::*" });
			admin("role-policy", "put", `--role-name=${role}`, "--policy-name=its-rights", `--policy-doc=${policy}`);
		}
		return {
			endpoint: `http://127.0.0.1:${this.#port}`,
			region: "default",
			accessKeyId,
			secretAccessKey,
			roleArn: "arn:aws:iam:::role/vault-owner",
			readerRoleArn: "arn:aws:iam:::role/vault-reader",
		};
	}

	async #answering(): Promise<void> {
		for (let attempt = 0; attempt < 720; attempt++) {
			const ended = this.#children.find((child) => child.exitCode !== null || child.signalCode !== null);
			if (ended !== undefined) throw new Error(`${ended.spawnfile} ended with ${ended.exitCode ?? ended.signalCode}`);
			try {
				await fetch(`http://127.0.0.1:${this.#port}/`);
				return;
			} catch {
				await sleep(250);
			}
		}
		throw new Error("the gateway does not answer within three minutes");
	}

	/** A monitor that has just begun refuses commands for a moment. */
	async #untilDone<T>(task: () => T): Promise<T> {
		for (let attempt = 1; ; attempt++) {
			try {
				return task();
			} catch (error) {
				if (attempt === 20) throw error;
				await sleep(250);
			}
		}
	}

	#run(program: string, words: readonly string[]): string {
		const { status, stdout, stderr } = spawnSync(program, ["-c", this.#path("ceph.conf"), ...words], { encoding: "utf8", timeout: 60_000 });
		if (status !== 0) throw new Error(`${program} ${words.slice(0, 2).join(" ")}: ${stderr.slice(-400)}`);
		return stdout;
	}

	#daemon(program: string, words: readonly string[]): void {
		const output = openSync(this.#path(`${program}.out`), "a");
		this.#children.push(
			spawn(program, ["-c", this.#path("ceph.conf"), "-f", ...words], { cwd: this.#folder, stdio: ["ignore", output, output] }),
		);
	}
}
