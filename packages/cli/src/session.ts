import { readFileSync } from "node:fs";
import { type Client, createClient, everySite, type Site } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";

/** Everything of the outside world that a command touches. */
export interface CliPorts {
	readonly env: Readonly<Record<string, string | undefined>>;
	/** All of standard input. */
	readonly readInput: () => Promise<string>;
	readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
	readonly out: (text: string) => void;
	readonly err: (text: string) => void;
	/** Width of the terminal. */
	readonly columns: number;
	/** Whether progress may be drawn over itself on standard error. */
	readonly isTerminal: boolean;
	readonly signal: AbortSignal;
	/** Of this command line, `1.4.2`. */
	readonly version: string;
}

/** Options that every command takes. */
export interface GlobalOptions {
	readonly url?: string;
	readonly json?: boolean;
}

/** Where `npm start` listens when nothing else is said. */
const standardUrl = "http://127.0.0.1:7070";

function isAddress(text: string): boolean {
	return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Makes the client from `--url` or SKYEWORX_URL, and SKYEWORX_API_KEY or SKYEWORX_API_KEY_FILE. */
export function openClient(ports: CliPorts, options: GlobalOptions): Client {
	const baseUrl = options.url ?? ports.env.SKYEWORX_URL ?? standardUrl;
	if (!isAddress(baseUrl)) {
		throw new AppError("bad-input", `"${baseUrl}" is not the address of a server`, {
			hint: `Write it with http:// or https://, for example ${standardUrl}, in --url or SKYEWORX_URL.`,
		});
	}
	const apiKey = ports.env.SKYEWORX_API_KEY ?? keyFromFile(ports.env.SKYEWORX_API_KEY_FILE);
	if (apiKey === undefined) {
		throw new AppError("sign-in-required", "No API key", {
			hint: "Set SKYEWORX_API_KEY (or SKYEWORX_API_KEY_FILE) to a key from Settings > API keys; npm start prints one.",
		});
	}
	return createClient({ baseUrl, fetch: ports.fetch, apiKey });
}

function keyFromFile(path: string | undefined): string | undefined {
	if (path === undefined) return undefined;
	try {
		return readFileSync(path, "utf8").trim();
	} catch (cause) {
		throw new AppError("bad-input", `SKYEWORX_API_KEY_FILE can't be read: ${path}`, { cause });
	}
}

/**
 * Finds a site by id, name or address; without a word, the only one.
 * @throws AppError `not-found` or, when several fit, `bad-input`
 */
export async function findSite(client: Client, word: string | undefined): Promise<Site> {
	const sites = await everySite(client);
	const wanted = word?.toLowerCase().replace(/\/+$/, "");
	const fitting = wanted === undefined ? sites : sites.filter((site) => namesOf(site).includes(wanted));
	const [only] = fitting;
	const names = sites.map((site) => site.name).join(", ");
	if (only === undefined) {
		const about = word === undefined ? "No site is connected" : `No site is called "${word}"`;
		throw new AppError("not-found", about, { hint: names === "" ? "Connect a site first." : `Connected: ${names}.` });
	}
	if (fitting.length > 1) {
		throw new AppError("bad-input", "Say which site", {
			hint: `Name it after the command, or with --site where there is one: by its name, address or id. Connected: ${names}.`,
		});
	}
	return only;
}

function namesOf(site: Site): string[] {
	const address = site.url.toLowerCase().replace(/\/+$/, "");
	return [site.id, site.name.toLowerCase(), address, address.replace(/^https?:\/\//, "")];
}
