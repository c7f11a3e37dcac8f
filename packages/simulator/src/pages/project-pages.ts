import { adfText } from "../adf/adf-text.ts";
import type { Answer } from "../http/answer.ts";
import { param, type RequestContext } from "../http/request.ts";
import type { Router } from "../http/router.ts";
import { findProject } from "../jira/model/find.ts";
import type { Issue } from "../jira/model/issue.ts";
import { readBody } from "../jira/state.ts";
import type { Site } from "../site/site.ts";
import { html, type Markup } from "./html.ts";
import { forPeople, page, pageNumber, pager, person, searchForm, when } from "./layout.ts";

const size = 50;

/** Registers the lists of Jira: spaces, and the work items of one. */
export function registerProjectPages(router: Router, site: Site): void {
	router.route(
		"GET",
		"/projects",
		forPeople(site, () => page(site, "Jira", [html`<h1>Jira spaces</h1>`, projectCards(site)])),
		"public",
	);
	router.route(
		"GET",
		"/projects/{key}",
		forPeople(site, (request) => project(site, request)),
		"public",
	);
	router.route(
		"GET",
		"/projects/{key}/issues",
		forPeople(site, (request) => project(site, request)),
		"public",
	);
}

/** The spaces of Jira, as cards. */
export function projectCards(site: Site): Markup {
	const counts = new Map<string, number>();
	for (const issue of site.jira.issues.values()) counts.set(issue.projectId, (counts.get(issue.projectId) ?? 0) + 1);
	const living = [...site.jira.projects.values()].filter((entry) => entry.deleted === undefined);
	return html`<div class="cards">${living.map(
		(entry) =>
			html`<div class="card"><a href="/projects/${entry.key}"><b>${entry.name}</b></a> <span class="tag">${entry.key}</span><div class="dim">${entry.description}</div><div class="dim">${counts.get(entry.id) ?? 0} work items · ${entry.typeKey === "service_desk" ? "service" : entry.typeKey}</div></div>`,
	)}</div>`;
}

function project(site: Site, request: RequestContext): Answer {
	const found = findProject(site, param(request, "key"));
	const wanted = (request.query.get("q") ?? "").trim().toLowerCase();
	const chosen = [...site.jira.issues.values()]
		.filter((issue) => issue.projectId === found.id && matches(site, issue, wanted))
		.sort((a, b) => b.updated - a.updated || b.number - a.number);
	const from = (pageNumber(request) - 1) * size;
	const rows = chosen.slice(from, from + size).map((issue) => row(site, issue));
	return page(site, found.name, [
		html`<h1>${found.name}</h1><p class="dim">${found.description}</p>`,
		searchForm(request, `Search ${found.name} by key or words`),
		html`<table class="list"><tbody>${rows}</tbody></table>`,
		pager(request, chosen.length, size),
	]);
}

function matches(site: Site, issue: Issue, wanted: string): boolean {
	if (wanted === "" || issue.key.toLowerCase() === wanted || issue.summary.toLowerCase().includes(wanted)) return true;
	return issue.body === undefined ? false : adfText(readBody(site.jira, issue).description).toLowerCase().includes(wanted);
}

const row = (site: Site, issue: Issue): Markup =>
	html`<tr><td><a href="/browse/${issue.key}">${issue.key}</a></td><td><a href="/browse/${issue.key}">${issue.summary}</a></td><td><span class="status">${site.jira.statuses.get(issue.statusId)?.name}</span></td><td class="dim">${person(site, issue.assignee)}</td><td class="dim">${when(issue.updated)}</td></tr>`;
