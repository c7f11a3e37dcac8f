import { createClient } from "@skyeworx/contract";
import { createRoot, type Root } from "react-dom/client";
import { vi } from "vitest";
import { App } from "../app.tsx";
import { createQueryClient } from "../live/queries.ts";
import type { TrayItem } from "../live/use-tray.tsx";
import { me, page, site, siteId, snapshot } from "./answers.fixture.ts";

/** One request that the pages made. */
export interface Asked {
	readonly route: string;
	readonly query: URLSearchParams;
	readonly body: unknown;
}

/** A body, or a function that makes one. */
type Answer = unknown;

/** An answer with another status than success. */
export class Refusal {
	readonly problem: { readonly status: number; readonly code: string; readonly detail: string };
	constructor(problem: { readonly status: number; readonly code: string; readonly detail: string }) {
		this.problem = problem;
	}
}

const standard: Readonly<Record<string, Answer>> = {
	"GET /me": me(),
	"GET /sites": { items: [site()], nextCursor: null },
	"GET /coverage": { items: [] },
	"GET /runs": { items: [], nextCursor: null },
	"GET /restores": { items: [], nextCursor: null },
	[`GET /sites/${siteId}/items`]: page(),
	[`GET /sites/${siteId}/spaces`]: { items: [] },
	[`GET /sites/${siteId}/snapshots`]: { items: [snapshot(4), snapshot(2)], nextCursor: null },
};

/** What browsers have and jsdom lacks, as far as the pages use it. */
function completeBrowser(): void {
	const nothing = (): void => {};
	window.matchMedia = (media) => ({
		media,
		matches: false,
		onchange: null,
		addEventListener: nothing,
		removeEventListener: nothing,
		addListener: nothing,
		removeListener: nothing,
		dispatchEvent: () => false,
	});
	window.scrollTo = nothing;
	window.ResizeObserver = class {
		observe = nothing;
		unobserve = nothing;
		disconnect = nothing;
	};
	Element.prototype.scrollIntoView = nothing;
	Object.defineProperty(document, "fonts", { configurable: true, value: new EventTarget() });
}

export interface StageOptions {
	/** By `METHOD /path`; what is left out is answered by a site with nothing in it, or not found. */
	readonly answers?: Readonly<Record<string, Answer>>;
	/** What was selected before. */
	readonly tray?: readonly TrayItem[];
}

/** The whole UI at an address, before a server that answers what the test says. The real client checks every answer. */
export class Stage {
	readonly asked: Asked[] = [];
	readonly #answers: Readonly<Record<string, Answer>>;
	readonly #root: Root;
	readonly #element: HTMLElement;

	constructor(address: string, { answers = {}, tray = [] }: StageOptions = {}) {
		completeBrowser();
		this.#answers = { ...standard, ...answers };
		window.history.replaceState(null, "", address);
		window.sessionStorage.setItem("skyeworx.tray", JSON.stringify(tray));
		this.#element = document.body.appendChild(document.createElement("div"));
		this.#root = createRoot(this.#element);
		let ids = 0;
		this.#root.render(
			<App
				ports={{
					client: createClient({ baseUrl: "", fetch: (url, init) => this.#fetch(url, init) }),
					clock: { now: () => Date.parse("2026-11-22T10:31:00Z"), subscribe: () => () => {} },
					newId: () => `id-${++ids}`,
					storage: window.sessionStorage,
				}}
				cache={createQueryClient()}
				follow={() => {}}
			/>,
		);
	}

	async #fetch(url: string, init: RequestInit): Promise<Response> {
		const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
		const route = `${init.method} ${pathname.replace(/^\/api/, "")}`;
		const asked: Asked = { route, query: searchParams, body: typeof init.body === "string" ? JSON.parse(init.body) : undefined };
		this.asked.push(asked);
		const known = this.#answers[route];
		const refusal = new Refusal({ status: 404, code: "not-found", detail: `Nothing at ${route}` });
		const answer = known === undefined ? refusal : typeof known === "function" ? known(asked) : known;
		if (!(answer instanceof Refusal)) return Response.json(answer);
		const problem = { type: "about:blank", title: "Not there", hint: null, requestId: "request-7", ...answer.problem };
		return Response.json(problem, { status: answer.problem.status });
	}

	/** The bodies sent to a route, oldest first. */
	sent(route: string): readonly unknown[] {
		return this.asked.filter((one) => one.route === route).map((one) => one.body);
	}

	/** What was selected, as the browser's tab remembers it. */
	tray(): readonly TrayItem[] {
		return JSON.parse(window.sessionStorage.getItem("skyeworx.tray") ?? "[]") as TrayItem[];
	}

	/** Everything that can be read on the page. */
	text(): string {
		const copy = document.body.cloneNode(true) as HTMLElement;
		for (const style of copy.querySelectorAll("style, script")) style.remove();
		return copy.textContent ?? "";
	}

	/** Waits for the thing of a role with this name. */
	async find<R extends keyof Roles>(role: R, name: string | RegExp): Promise<Roles[R]> {
		return await vi.waitFor(() => {
			const found = this.all(role, name)[0];
			if (found === undefined) throw new Error(`There is no ${role} "${name}" on the page: ${this.text().slice(0, 1500)}`);
			return found;
		}, 30_000);
	}

	/** All things of a role with this name that are there now. */
	all<R extends keyof Roles>(role: R, name: string | RegExp): Roles[R][] {
		return [...document.body.querySelectorAll<Roles[R]>(selectors[role])].filter((element) =>
			typeof name === "string" ? nameOf(element) === name : name.test(nameOf(element)),
		);
	}

	/** Waits until something holds. */
	async until(holds: () => boolean): Promise<void> {
		await vi.waitFor(() => {
			if (!holds()) throw new Error(`It does not come to hold: ${this.text().slice(0, 1500)}`);
		}, 30_000);
	}

	close(): void {
		this.#root.unmount();
		this.#element.remove();
		document.body.replaceChildren();
	}
}

interface Roles {
	button: HTMLButtonElement;
	link: HTMLAnchorElement;
	checkbox: HTMLInputElement;
	radio: HTMLInputElement;
	switch: HTMLInputElement;
	textbox: HTMLInputElement;
	heading: HTMLHeadingElement;
	tab: HTMLElement;
}

const selectors: Readonly<Record<keyof Roles, string>> = {
	button: "button",
	link: "a[href]",
	checkbox: "input[type=checkbox]",
	radio: "input[type=radio]",
	switch: "input[role=switch]",
	textbox: "input:not([type]), input[type=text], input[type=search], textarea",
	heading: "h1, h2, h3",
	tab: "[role=tab]",
};

/** The name by which assistive technology knows an element, as far as the pages give names. */
function nameOf(element: HTMLElement): string {
	const label = element.getAttribute("aria-label") ?? (element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined);
	return (label ?? element.textContent ?? "").replaceAll(/\s+/g, " ").trim();
}

/** Types into a field as a person does: React hears it. */
export function type(field: HTMLInputElement, value: string): void {
	Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, value);
	field.dispatchEvent(new Event("input", { bubbles: true }));
}
