import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { serveSettingRows } from "@skyeworx/server";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const deploy = join(import.meta.dirname, "../../deploy");
const text = (path: string) => readFileSync(join(deploy, path), "utf8");
const templates = readdirSync(join(deploy, "helm/skyeworx/templates")).map((name) => `helm/skyeworx/templates/${name}`);

/** Every variable that the server reads; secrets from files too. */
const known = new Set(serveSettingRows().flatMap(({ variable, secret }) => (secret ? [variable, `${variable}_FILE`] : [variable])));

/** Looks a dotted path up in what YAML held. */
function at(value: unknown, path: string): unknown {
	return path.split(".").reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value);
}

describe("what the server is deployed with", () => {
	it.each(["Dockerfile", "compose.yaml", ...templates])("%s sets nothing that the server does not know", (path) => {
		for (const [name] of text(path).matchAll(/SKYEWORX_[A-Z_]*[A-Z]/g)) expect(known, name).toContain(name);
	});

	it("is one API, any number of workers and a database, with secrets as files and nothing that runs as root", () => {
		const compose: unknown = parse(text("compose.yaml"), { merge: true });
		expect(Object.keys(at(compose, "services") as object)).toEqual(["database", "api", "worker"]);
		for (const name of ["api", "worker"]) {
			expect(at(compose, `services.${name}.environment.SKYEWORX_ROLE`)).toBe(name);
			expect(at(compose, `services.${name}.environment.SKYEWORX_MASTER_KEY_FILE`)).toBe("/run/secrets/master-key");
			expect(at(compose, `services.${name}.read_only`)).toBe(true);
			for (const secret of at(compose, `services.${name}.secrets`) as string[]) expect(at(compose, "secrets")).toHaveProperty(secret);
		}
		expect(text("Dockerfile")).toMatch(/^USER 10001$/m);
	});

	it("runs with the same memory settings wherever it is started and measured", () => {
		const { scripts } = JSON.parse(text("../package.json")) as { scripts: Record<string, string> };
		const command = /^((?:\w+=\S+ )+)node ((?:--\S+ )+)/;
		const [, variables = "", flags = ""] = command.exec(scripts.start ?? "") ?? [];
		expect(flags).not.toBe("");
		for (const name of ["serve", "bench"]) expect(command.exec(scripts[name] ?? "")?.slice(1), name).toEqual([variables, flags]);
		const starter = text("../packages/cli/bin/skyeworx.js");
		for (const variable of variables.trim().split(" ")) {
			expect(text("Dockerfile")).toContain(`    ${variable} `);
			expect(starter).toContain(variable.replace(/=(.*)/, ': "$1"'));
		}
		expect(starter).toContain(`[${JSON.stringify(flags.trim().split(" ")).slice(1, -1).replaceAll(",", ", ")}]`);
		const [, entry = ""] = /^ENTRYPOINT (.*)$/m.exec(text("Dockerfile")) ?? [];
		expect((JSON.parse(entry) as string[]).slice(1, -1)).toEqual(flags.trim().split(" "));
	});

	it("gives a stopping process longer than it takes to hand its jobs back", () => {
		const drain = Number(serveSettingRows().find((row) => row.flag === "--drain-seconds")?.standard);
		expect(drain).toBeGreaterThan(0);
		expect(Number(/stop_grace_period: (\d+)s/.exec(text("compose.yaml"))?.[1])).toBeGreaterThan(drain);
		expect(Number(/terminationGracePeriodSeconds: (\d+)/.exec(text("helm/skyeworx/templates/_pod.tpl"))?.[1])).toBeGreaterThan(drain);
	});
});

describe("the Helm chart", () => {
	it("has a value for everything that its templates ask for, and a chart file that Helm takes", () => {
		const values: unknown = parse(text("helm/skyeworx/values.yaml"));
		for (const path of templates) {
			for (const [, name = ""] of text(path).matchAll(/\.Values\.([A-Za-z.]+)/g)) {
				// Workers alone say how many sites they work on at once.
				if (name !== "api.concurrency") expect(at(values, name), `${path}: ${name}`).toBeDefined();
			}
			expect(text(path).split("{{").length, path).toBe(text(path).split("}}").length);
		}
		expect(parse(text("helm/skyeworx/Chart.yaml"))).toMatchObject({
			apiVersion: "v2",
			name: "skyeworx",
			version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
		});
	});
});

describe("the Terraform module", () => {
	const main = text("terraform/aws/main.tf");

	it("locks the bucket, trusts one identity with an external id, and gives its role no more than vaults need", () => {
		expect(main).toMatch(/object_lock_enabled = true/);
		expect(main).toMatch(/variable = "sts:ExternalId"/);
		const role = main.slice(main.indexOf('data "aws_iam_policy_document" "vaults"'));
		const actions = [...role.matchAll(/"((?:s3|kms|sts|iam):[A-Za-z*]+)"/g)].map((match) => match[1]);
		expect(actions.length).toBeGreaterThan(10);
		for (const action of actions) expect(action).not.toMatch(/\*|Bypass|PutBucket|DeleteBucket|ScheduleKeyDeletion|PutKeyPolicy/);
		for (const [, name = ""] of main.matchAll(/\bvar\.([a-z_]+)/g))
			expect(text("terraform/aws/variables.tf")).toContain(`variable "${name}"`);
	});
});
