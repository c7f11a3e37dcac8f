import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";

interface Room {
	/** Rooms that it may import, through their front doors. */
	readonly mayUse: readonly string[];
	/** Why not more. */
	readonly because: string;
}

/** The arrows between rooms, written once. Tests may also use the testkit; tests/ and bench/ may use everything. */
const rooms: Readonly<Record<string, Room>> = {
	core: { mayUse: [], because: "core holds the words that all rooms share" },
	vault: { mayUse: ["core"], because: "the vault knows bytes, not Atlassian" },
	catalog: { mayUse: ["core"], because: "the catalog is a projection that anything can rebuild" },
	engine: { mayUse: ["core", "vault", "catalog"], because: "the engine owns the Connector port and must not know who implements it" },
	atlassian: { mayUse: ["core", "catalog", "engine"], because: "the connector implements the engine's port and stores nothing" },
	contract: { mayUse: [], because: "the contract is all that web and cli know of the server" },
	server: {
		mayUse: ["core", "vault", "catalog", "engine", "atlassian", "contract"],
		because: "the server wires the rooms; the simulator is another program",
	},
	cli: {
		mayUse: ["core", "contract", "vault"],
		because: "the command line talks to the server through the contract, and to a vault offline",
	},
	web: { mayUse: ["contract"], because: "the web talks to the server through the contract" },
	simulator: { mayUse: [], because: "a misreading of Atlassian must not cancel itself out" },
	testkit: { mayUse: ["core"], because: "the testkit serves the tests of every room" },
};

const importPattern = /(?:^|[\s;}])(?:import|export)\s[^"';]*?from\s*["']([^"']+)["']|(?:^|[\s;}(])import\s*\(?\s*["']([^"']+)["']/g;
const isTest = /\.(?:test|long\.test|conformance|fixture|builder)\.tsx?$/;

/** Every import that goes against an arrow, as a line for people. */
export function arrowViolations(root: string): string[] {
	const found: string[] = [];
	for (const [name, room] of Object.entries(rooms)) {
		for (const file of globSync(`packages/${name}/**/*.{ts,tsx}`, {
			cwd: root,
			exclude: (path) => /node_modules|dist/.test(String(path)),
		})) {
			for (const target of importsOf(join(root, file))) {
				const problem = problemWith({ name, room, file, target, root });
				if (problem !== undefined) found.push(`${file}: imports ${target}: ${problem}`);
			}
		}
	}
	return found;
}

function importsOf(path: string): string[] {
	return [...readFileSync(path, "utf8").matchAll(importPattern)].flatMap((match) => match[1] ?? match[2] ?? []);
}

interface Import {
	readonly name: string;
	readonly room: Room;
	readonly file: string;
	readonly target: string;
	readonly root: string;
}

function problemWith({ name, room, file, target, root }: Import): string | undefined {
	if (target.startsWith(".")) {
		const inside = normalize(relative(join(root, "packages", name), join(root, dirname(file), target)));
		return inside.startsWith("..") && !inside.includes(`tests${sep}`) ? "a room is entered by its front door, not by a path" : undefined;
	}
	const match = /^@skyeworx\/([a-z]+)(\/.*)?$/.exec(target);
	if (match?.[1] === undefined) return undefined;
	if (match[2] !== undefined) return "a room has one front door";
	if (match[1] === name) return "a room does not enter itself by its front door";
	if (match[1] === "testkit" && isTest.test(file)) return undefined;
	return room.mayUse.includes(match[1]) ? undefined : `${name} may use ${room.mayUse.join(", ") || "no other room"}: ${room.because}`;
}
