import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

const deploy = join(import.meta.dirname, "../../deploy");
/** Without its validator a file is not checked: on the machine that decides about a release that is an error. */
const required = process.env.SKYEWORX_VALIDATORS === "required";

interface Ran {
	readonly ok: boolean;
	readonly said: string;
}

function run(command: string, args: readonly string[], cwd: string = deploy): Ran {
	const env = { ...process.env, TF_CLI_CONFIG_FILE: "/dev/null", CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
	const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", cwd, env, timeout: 120_000 });
	return { ok: status === 0, said: `${stdout ?? ""}${stderr ?? ""}` };
}

function folder(): string {
	const path = mkdtempSync(join(tmpdir(), "skyeworx-deploy-"));
	onTestFinished(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

interface Validator {
	/** What it needs, as somebody would install it. */
	readonly tool: string;
	readonly isThere: () => boolean;
	readonly check: () => void;
}

function passes(ran: Ran): void {
	expect(ran.ok, ran.said).toBe(true);
}

/** A terraform that may fetch the provider's schema from its registry, or has it in its cache. */
function initialised(): string | undefined {
	const path = mkdtempSync(join(tmpdir(), "skyeworx-terraform-"));
	cpSync(join(deploy, "terraform/aws"), path, { recursive: true });
	if (run("terraform", ["init", "-backend=false", "-input=false", "-no-color"], path).ok) return path;
	rmSync(path, { recursive: true, force: true });
	return undefined;
}

let module_: string | undefined;

/** Compose reads its secrets' files only when it starts something, but wants them to be named by paths that there are. */
function composed(): Ran {
	const path = folder();
	cpSync(join(deploy, "compose.yaml"), join(path, "deploy/compose.yaml"));
	mkdirSync(join(path, "deploy/secrets"));
	for (const name of ["database-url", "postgres-password", "master-key"]) writeFileSync(join(path, "deploy/secrets", name), "x");
	return run("docker", ["compose", "-f", join(path, "deploy/compose.yaml"), "config", "--quiet"], path);
}

const hadolint: Validator = {
	tool: "hadolint",
	isThere: () => run("hadolint", ["--version"]).ok,
	check: () => passes(run("hadolint", ["--failure-threshold", "error", "Dockerfile"])),
};
const buildCheck: Validator = {
	tool: "docker build --check (a Docker daemon with buildx)",
	isThere: () => run("docker", ["buildx", "inspect"]).ok,
	check: () => passes(run("docker", ["buildx", "build", "--check", "-f", "Dockerfile", ".."])),
};
const values = ["--set", "existingSecret=keys"];

const files: Readonly<Record<string, readonly Validator[]>> = {
	Dockerfile: [hadolint, buildCheck],
	"compose.yaml": [{ tool: "docker compose", isThere: () => run("docker", ["compose", "version"]).ok, check: () => passes(composed()) }],
	"helm/skyeworx": [
		{
			tool: "helm",
			isThere: () => run("helm", ["version", "--short"]).ok,
			check: () => {
				passes(run("helm", ["lint", "--strict", "helm/skyeworx", ...values]));
				const drawn = run("helm", ["template", "skyeworx", "helm/skyeworx", ...values]);
				passes(drawn);
				expect(drawn.said).toContain("kind: Deployment");
			},
		},
	],
	"terraform/aws, its form": [
		{
			tool: "terraform",
			isThere: () => run("terraform", ["version"]).ok,
			check: () => passes(run("terraform", ["fmt", "-check", "-diff", "-recursive", "terraform"])),
		},
	],
	"terraform/aws, its sense": [
		{
			tool: "terraform with the AWS provider (its registry, or a cache of plugins)",
			isThere: () => {
				module_ = initialised();
				return module_ !== undefined;
			},
			check: () => {
				const path = module_ ?? "";
				onTestFinished(() => rmSync(path, { recursive: true, force: true }));
				passes(run("terraform", ["validate", "-no-color"], path));
			},
		},
	],
};

describe("each file that the server is deployed with, before its own validator", () => {
	for (const [name, validators] of Object.entries(files)) {
		const found = validators.find((validator) => validator.isThere());
		if (found !== undefined) {
			it(`${name}: ${found.tool} finds nothing wrong`, { timeout: 180_000 }, found.check);
			continue;
		}
		const missing = validators.map(({ tool }) => tool).join(" nor ");
		const reason = `deploy/${name} is NOT CHECKED by its validator: there is no ${missing} here`;
		process.stdout.write(`\nSKIPPED: ${reason}\n`);
		if (required) it(`${name}: its validator is there`, () => expect.unreachable(reason));
		else it.skip(`${name}: ${reason}`, () => {});
	}
});
