import { AppError } from "@skyeworx/core";
import { expect, it } from "vitest";
import { demoHelp, readDemoConfig } from "./demo-config.ts";

it("takes flags before the environment before what is usual", () => {
	expect(readDemoConfig([], {}, "/home")).toEqual({
		json: false,
		help: false,
		dataFolder: "/home/data",
		port: 7070,
		simulatorPort: 7071,
		seed: "small",
		databaseUrl: undefined,
	});
	const env = { SKYEWORX_PORT: "8000", SKYEWORX_SIMULATOR_PORT: "8001" };
	expect(readDemoConfig(["--port=9000", "--data", "/x", "--json", "--seed", "500"], env, "/home")).toMatchObject({
		json: true,
		dataFolder: "/x",
		port: 9000,
		simulatorPort: 8001,
		seed: "500",
	});
});

it("names every problem at once and keeps a database's password to itself", () => {
	const words = [
		"--port",
		"1e3",
		"--simulator-port",
		"99999",
		"--seed",
		"-1",
		"--nonsense",
		"--json=yes",
		"stray",
		"--database-url",
		"mysql://u:hunter2@h/d",
	];
	const error = ((): unknown => {
		try {
			return readDemoConfig(words, {}, "/");
		} catch (thrown) {
			return thrown;
		}
	})();
	expect(error).toBeInstanceOf(AppError);
	const { message, code } = error as AppError;
	expect(code).toBe("bad-input");
	for (const problem of [
		"--port must",
		"--simulator-port must",
		"--seed",
		"--nonsense",
		"--json takes no value",
		'"stray"',
		"--database-url must",
	]) {
		expect(message).toContain(problem);
	}
	expect(message).not.toContain("hunter2");
});

it("does not take one port for two things", () => {
	expect(() => readDemoConfig(["--port", "7071"], {}, "/")).toThrow(/must differ/);
	expect(readDemoConfig(["--port", "0", "--simulator-port", "0"], {}, "/")).toMatchObject({ port: 0, simulatorPort: 0 });
});

it("explains every flag", () => {
	for (const flag of ["--data", "--port", "--simulator-port", "--seed", "--database-url", "--json", "--help"])
		expect(demoHelp()).toContain(flag);
});
