import { join } from "node:path";
import { launchBrowser } from "@skyeworx/testkit";
import { type DemoProcess, startDemo } from "../demo-process.ts";
import { SimulatedSite } from "./simulated-site.ts";

type Browser = Awaited<ReturnType<typeof launchBrowser>>;
export type Context = Awaited<ReturnType<Browser["newContext"]>>;
export type Page = Awaited<ReturnType<Context["newPage"]>>;
type SignedIn = Awaited<ReturnType<Context["storageState"]>>;

export interface TabOptions {
	readonly signedIn?: boolean;
	readonly dark?: boolean;
	readonly width?: number;
	/** Stays open after the journey. */
	readonly lasting?: boolean;
	/** What the browser's console may say in this journey, besides nothing. */
	readonly expects?: RegExp;
}

/** The whole product with its simulated site, and a real browser before it; one for all journeys. */
export class Stage {
	readonly demo: DemoProcess;
	readonly site: SimulatedSite;
	readonly siteName: string;
	readonly #browser: Browser;
	readonly #state: SignedIn;
	#contexts: Context[] = [];
	#complaints: string[] = [];

	private constructor(demo: DemoProcess, siteName: string, browser: Browser, state: SignedIn) {
		this.demo = demo;
		this.siteName = siteName;
		this.site = new SimulatedSite(demo.simulatorUrl);
		this.#browser = browser;
		this.#state = state;
	}

	static async open(seed: string): Promise<Stage> {
		const demo = await startDemo({ seed });
		try {
			const browser = await launchBrowser(process.env);
			const context = await browser.newContext({ baseURL: demo.url });
			const answer = await context.request.post("/api/session", { data: { password: demo.password }, headers: { origin: demo.url } });
			if (!answer.ok()) throw new Error(`signing in answered ${answer.status()}: ${await answer.text()}`);
			const state = await context.storageState();
			await context.close();
			const { name } = await demo.client.getSite({ params: { siteId: demo.siteId } });
			return new Stage(demo, name, browser, state);
		} catch (error) {
			await demo.stop();
			throw error;
		}
	}

	/** A new browser profile; its tabs may talk to nobody but this machine, and their consoles are listened to. */
	async profile({ signedIn = true, dark = false, width = 1280, lasting = false, expects }: TabOptions = {}): Promise<Context> {
		const context = await this.#browser.newContext({
			baseURL: this.demo.url,
			viewport: { width, height: 800 },
			colorScheme: dark ? "dark" : "light",
			reducedMotion: "reduce",
			...(signedIn ? { storageState: this.#state } : {}),
		});
		context.setDefaultTimeout(80_000);
		const complain = (text: string): void => {
			if (expects?.test(text) !== true) this.#complaints.push(text);
		};
		context.on("console", (message) => {
			const ours = message.page()?.url().startsWith(this.demo.url) !== false;
			if (message.type() === "error" && ours) complain(`${message.text()} (${message.location().url})`);
		});
		context.on("weberror", (error) => complain(String(error.error())));
		context.on("request", (request) => {
			const { protocol, hostname } = new URL(request.url());
			// Passkeys need a name: `localhost` is this machine, too.
			if (protocol.startsWith("http") && hostname !== "127.0.0.1" && hostname !== "localhost")
				complain(`a request left the machine: ${request.url()}`);
		});
		if (!lasting) this.#contexts.push(context);
		return context;
	}

	/** A tab of a person who is signed in. */
	async tab(options?: TabOptions): Promise<Page> {
		return await (await this.profile(options)).newPage();
	}

	/** Saves what the open tabs show, for whoever asks why a journey failed. */
	async photograph(folder: string, name: string): Promise<void> {
		const pages = this.#contexts.flatMap((context) => context.pages());
		for (const [index, page] of pages.entries()) {
			await page.screenshot({ path: join(folder, `${name.replaceAll(/\W+/g, "-").slice(0, 60)}-${index + 1}.png`), fullPage: true });
		}
	}

	/** Closes the tabs of a journey; answers what was wrong in them: console errors, what the CSP refused, requests that left the machine. */
	async endJourney(): Promise<readonly string[]> {
		await Promise.all(this.#contexts.map(async (context) => await context.close()));
		const complaints = this.#complaints;
		this.#contexts = [];
		this.#complaints = [];
		return complaints;
	}

	async close(): Promise<void> {
		await this.#browser.close();
		await this.demo.stop();
	}
}
