import { AppError } from "@skyeworx/core";
import { expect, it } from "vitest";
import { readServeConfig, serveHelp, serveSettingRows } from "./serve-config.ts";

const files: Readonly<Record<string, string>> = {
	"/run/key": `${"ab".repeat(32)}\n`,
	"/etc/skyeworx.json": JSON.stringify({ port: 8001, "trust-proxy": true, concurrency: 2 }),
	"/etc/odd.json": JSON.stringify({ porta: 1, port: { a: 1 } }),
};

function read(argv: string[], env: Record<string, string> = {}) {
	const readFile = (path: string) => {
		const text = files[path];
		if (text === undefined) throw new Error("ENOENT");
		return text;
	};
	return readServeConfig({ argv, env, folder: "/srv", readFile });
}

function refusal(work: () => unknown): AppError {
	try {
		work();
	} catch (error) {
		if (error instanceof AppError) return error;
	}
	throw new Error("it was not refused");
}

it("takes flags before the environment before the file before what is usual", () => {
	const config = read(["--config", "/etc/skyeworx.json", "--concurrency", "9"], { SKYEWORX_PORT: "8002", SKYEWORX_CONCURRENCY: "3" });
	expect(config).toMatchObject({ concurrency: 9, port: 8002, "trust-proxy": true, host: "127.0.0.1", data: "/srv/data", role: "all" });
	expect(read([], { SKYEWORX_CONFIG: "/etc/skyeworx.json" })).toMatchObject({ port: 8001, concurrency: 2 });
});

it("reads secrets from files, and never says one", () => {
	expect(read([], { SKYEWORX_MASTER_KEY_FILE: "/run/key" })["master-key"]).toBe("ab".repeat(32));
	expect(refusal(() => read([], { SKYEWORX_MASTER_KEY_FILE: "/run/none" })).message).toContain("SKYEWORX_MASTER_KEY_FILE");
	const { message } = refusal(() =>
		read([
			"--database-url",
			"mysql://u:hunter2@h/d",
			"--master-key",
			"hunter3",
			"--local-password",
			"hunter4",
			"--smtp-url",
			"http://x:hunter5@h",
		]),
	);
	for (const flag of ["--database-url", "--master-key", "--local-password", "--smtp-url"]) expect(message).toContain(flag);
	expect(message).not.toContain("hunter");
});

it("names everything that does not fit at once", () => {
	const { message, code } = refusal(() => read(["--config", "/etc/odd.json", "--role", "api", "--ops-port", "7070", "--nonsense"]));
	expect(code).toBe("bad-input");
	for (const part of ['"porta"', '"port" in the file', "--database-url must be given", "--ops-port must differ", "--nonsense"])
		expect(message).toContain(part);
});

it("explains every setting", () => {
	for (const { flag, text } of serveSettingRows()) {
		expect(serveHelp()).toContain(`${flag} `);
		expect(text.length).toBeGreaterThan(10);
	}
});

it("takes an application with its id and its secret, or not at all", () => {
	expect(read([]).applications).toEqual({ entra: undefined, atlassianApp: undefined });
	const config = read(["--entra-client-id", "e", "--atlassian-client-id", "a", "--atlassian-client-secret", "s"], {
		SKYEWORX_ENTRA_CLIENT_SECRET_FILE: "/run/key",
	});
	expect(config.applications).toEqual({
		entra: { clientId: "e", clientSecret: "ab".repeat(32), authority: "https://login.microsoftonline.com/organizations/v2.0" },
		atlassianApp: { clientId: "a", clientSecret: "s" },
	});
	const { message } = refusal(() => read(["--entra-client-id", "e", "--atlassian-client-secret", "hunter6"]));
	for (const flag of ["--entra-client-secret", "--atlassian-client-id"]) expect(message).toContain(flag);
	expect(message).not.toContain("hunter6");
});
