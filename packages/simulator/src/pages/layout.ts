import type { Answer } from "../http/answer.ts";
import { HttpError } from "../http/errors.ts";
import type { RequestContext } from "../http/request.ts";
import type { Handler } from "../http/router.ts";
import { isoTime } from "../site/clock.ts";
import type { Site } from "../site/site.ts";
import { html, type Markup, type Piece, rendered } from "./html.ts";

const style = `
:root{color-scheme:light dark;--ink:#172b4d;--dim:#5e6c84;--line:#dfe1e6;--back:#fff;--soft:#f4f5f7;--link:#0c66e4;--bad:#c9372c}
@media(prefers-color-scheme:dark){:root{--ink:#c7d1db;--dim:#8c9bab;--line:#3a444f;--back:#1d2125;--soft:#282e33;--link:#85b8ff;--bad:#f87462}}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:15px/1.55 system-ui,sans-serif}
header{display:flex;gap:1.2rem;align-items:center;padding:.6rem 1.5rem;border-bottom:1px solid var(--line);background:var(--soft)}
header b{font-size:1.05rem}header span{color:var(--dim);margin-left:auto;font-size:.85rem}
main{max-width:64rem;margin:0 auto;padding:1.5rem}a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
h1{font-size:1.6rem;line-height:1.25;margin:.3rem 0 1rem}h2{font-size:1.15rem;margin:2rem 0 .6rem}
table{border-collapse:collapse;width:100%;margin:.6rem 0}th,td{border:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}th{background:var(--soft);font-weight:600}
td p,th p{margin:0}.list td{border-width:0 0 1px}.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:.8rem}
.card{border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem}.dim{color:var(--dim);font-size:.88rem}
form.bar{display:flex;gap:.5rem;flex-wrap:wrap;margin:.8rem 0}form.inline{display:inline}.acts{display:flex;gap:.8rem;align-items:center;flex-wrap:wrap;margin:.8rem 0}.acts form.bar{margin:0}
input,select,textarea,button{font:inherit;color:inherit;background:var(--back);border:1px solid var(--line);border-radius:4px;padding:.35rem .6rem}
input[type=search]{flex:1;min-width:12rem}textarea{width:100%;min-height:8rem;font-size:.92rem}button{background:var(--soft);cursor:pointer}
button.go{background:var(--link);color:var(--back);border-color:var(--link)}button.bad{color:var(--bad);border-color:var(--bad)}
.body{border:1px solid var(--line);border-radius:6px;padding:.4rem 1.2rem;overflow-x:auto}pre{background:var(--soft);padding:.7rem;overflow-x:auto;border-radius:4px}
code{font-family:ui-monospace,monospace;font-size:.9em}img{max-width:100%;height:auto}figure{margin:1rem 0;text-align:center}figcaption,.missing{color:var(--dim);font-size:.88rem}
aside.panel{border-left:4px solid var(--link);background:var(--soft);padding:.2rem 1rem;margin:.8rem 0}aside.warning,aside.note{border-color:#cf9f02}aside.tip{border-color:#22a06b}
.status,.macro,.tag{border:1px solid var(--line);border-radius:3px;padding:0 .35rem;font-size:.8rem;font-weight:600;background:var(--soft)}.tag{font-weight:400;margin-right:.3rem}
.mention{color:var(--link)}mark{background:#fff3c4;color:#172b4d}.layout{display:grid;grid-template-columns:1fr 1fr;gap:1.5rem}blockquote{border-left:3px solid var(--line);margin:0;padding-left:1rem;color:var(--dim)}
ul.tasks{list-style:none;padding-left:.5rem}ul.tree,ul.tree ul{list-style:none;padding-left:1.1rem}.notice{border:1px solid var(--link);border-radius:6px;padding:.6rem 1rem;margin-bottom:1rem}
.comment{border-top:1px solid var(--line);padding:.5rem 0}.reply{margin-left:1.6rem}dl{display:grid;grid-template-columns:9rem 1fr;gap:.25rem 1rem}dt{color:var(--dim)}dd{margin:0}details{margin:.6rem 0}ul.tree details{margin:0}
`;

/** Answers a whole page. */
export function page(site: Site, title: string, content: Piece, status = 200): Answer {
	const document = html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} – ${site.name}</title><style>${rendered(style)}</style></head><body>
<header><b>${site.name}</b><a href="/">Home</a><a href="/projects">Jira</a>${site.assets.workspaceId !== undefined && html`<a href="/jira/assets">Assets</a>`}<a href="/wiki/spaces">Confluence</a><span>a simulated Atlassian site · signed in as ${site.owner.displayName}</span></header>
<main>${content}</main></body></html>`;
	return {
		status,
		text: document.text,
		headers: {
			"content-type": "text/html;charset=utf-8",
			"content-security-policy":
				"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			"cache-control": "no-store",
			"referrer-policy": "same-origin",
		},
	};
}

/** Refuses forms that another website sends: the pages have no login. @throws HttpError 403 */
function refuseForeign(request: RequestContext): void {
	const from = request.headers["sec-fetch-site"];
	if (from !== undefined && from !== "same-origin" && from !== "none")
		throw new HttpError(403, { message: "This form came from another website." });
}

/** Gives a handler whose refusals people can read. */
export function forPeople(site: Site, handler: Handler): Handler {
	return async (request) => {
		try {
			if (request.method !== "GET") refuseForeign(request);
			return await handler(request);
		} catch (error) {
			if (!(error instanceof HttpError)) throw error;
			return page(
				site,
				"Not possible",
				html`<h1>That did not work</h1><p>${reasonOf(error)}</p><p><a href="/">Back to the start</a></p>`,
				error.status,
			);
		}
	};
}

function reasonOf(error: HttpError): string {
	const body = (typeof error.body === "object" && error.body !== null ? error.body : {}) as Record<string, unknown>;
	if (Array.isArray(body.errors))
		return body.errors.map((entry: { title?: unknown; detail?: unknown }) => String(entry.detail ?? entry.title)).join(" ");
	const fields = typeof body.errors === "object" && body.errors !== null ? Object.values(body.errors) : [];
	const messages = Array.isArray(body.errorMessages) ? body.errorMessages : [];
	const all = [...messages, ...fields, ...(typeof body.message === "string" ? [body.message] : [])];
	return all.length > 0 ? all.map(String).join(" ") : `The answer was ${error.status}.`;
}

/** An instant as a person reads it. */
export const when = (ms: number): Markup => {
	const text = isoTime(ms);
	return html`<time datetime="${text}">${text.slice(0, 16).replace("T", " ")} UTC</time>`;
};

/** Who an account is. */
export const person = (site: Site, accountId: string | undefined): string =>
	accountId === undefined ? "nobody" : (site.accounts.get(accountId)?.displayName ?? accountId);

/** The number of a page of a list, from 1. */
export const pageNumber = (request: RequestContext): number => Math.max(1, Math.floor(Number(request.query.get("page")) || 1));

/** Links to the pages before and after. */
export function pager(request: RequestContext, total: number, size: number): Markup {
	const current = pageNumber(request);
	const address = (number: number): string => {
		const query = new URLSearchParams(request.query);
		query.set("page", String(number));
		return `?${query}`;
	};
	const last = Math.max(1, Math.ceil(total / size));
	return html`<p class="dim">${total} found · page ${current} of ${last} ${current > 1 && html`<a href="${address(current - 1)}">previous</a>`} ${current < last && html`<a href="${address(current + 1)}">next</a>`}</p>`;
}

/** A search form over a list. */
export const searchForm = (request: RequestContext, what: string): Markup =>
	html`<form class="bar" method="get"><input type="search" name="q" value="${request.query.get("q") ?? ""}" placeholder="${what}" aria-label="${what}"><button>Search</button></form>`;
