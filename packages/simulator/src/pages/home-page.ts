import type { SimulatorControls } from "../admin/admin-routes.ts";
import type { FaultKind } from "../faults/faults.ts";
import { type Answer, redirect } from "../http/answer.ts";
import { HttpError } from "../http/errors.ts";
import type { RequestContext } from "../http/request.ts";
import type { Router } from "../http/router.ts";
import type { Site } from "../site/site.ts";
import { html, type Markup } from "./html.ts";
import { forPeople, page } from "./layout.ts";
import { projectCards } from "./project-pages.ts";
import { runRogueScript } from "./rogue-script.ts";
import { spaceCards } from "./space-pages.ts";

const faults: readonly (readonly [kind: FaultKind, label: string])[] = [
	["rate-limited", "answer 429, too many requests"],
	["server-error", "answer 500"],
	["unavailable", "answer 503"],
	["reset", "break the connection"],
	["lost-answer", "do the work, lose the answer"],
	["malformed", "send broken JSON"],
	["truncated", "cut the answer off"],
	["unauthorized", "answer 401, expired token"],
];

/** Registers the home page and the levers of the demo. */
export function registerHomePage(router: Router, controls: SimulatorControls): void {
	const site = controls.state;
	router.route(
		"GET",
		"/",
		forPeople(site, (request) => home(controls, request)),
		"public",
	);
	const levers: Readonly<Record<string, (request: RequestContext) => string>> = {
		"rogue-script": (request) => rogue(site, request),
		"take-down": () => {
			controls.faults.takeDown();
			return "The site's APIs are down now.";
		},
		"bring-up": () => {
			controls.faults.bringUp();
			return "The site's APIs are up again.";
		},
		faults: (request) => injectFault(controls, request),
		"clear-faults": () => {
			controls.faults.clear();
			return "No faults are pending.";
		},
	};
	for (const [name, deed] of Object.entries(levers)) {
		const handler = forPeople(site, (request) => redirect(`/?done=${encodeURIComponent(deed(request))}`));
		router.route("POST", `/_simulator/pages/${name}`, handler, "public");
	}
}

function home(controls: SimulatorControls, request: RequestContext): Answer {
	const site = controls.state;
	const done = request.query.get("done");
	return page(site, "Home", [
		done !== null && html`<p class="notice">${done}</p>`,
		html`<h1>${site.name}</h1><p>This is a simulated Atlassian Cloud site for trying things out. Delete or change something here, then bring it back with Skyeworx.</p>`,
		html`<h2>Jira</h2>${projectCards(site)}<h2>Confluence</h2>${spaceCards(site)}<h2>Trouble</h2>`,
		rogueForm(site),
		faultForms(controls),
	]);
}

function rogueForm(site: Site): Markup {
	const projects = [...site.jira.projects.values()].filter((project) => project.deleted === undefined);
	const options = [
		...projects.map((project) => html`<option value="jira:${project.id}">Jira: ${project.name}</option>`),
		...[...site.confluence.spaces.values()].map((space) => html`<option value="confluence:${space.id}">Confluence: ${space.name}</option>`),
	];
	return html`<form class="bar" method="post" action="/_simulator/pages/rogue-script"><select name="space" aria-label="Space">${options}</select><button class="bad">Run rogue script</button><span class="dim">edits about a third of the space’s items to nonsense and deletes about a tenth</span></form>`;
}

function faultForms(controls: SimulatorControls): Markup {
	const options = faults.map(([kind, label]) => html`<option value="${kind}">${label}</option>`);
	return html`<div class="acts"><form class="bar" method="post" action="/_simulator/pages/take-down"><button class="bad">Take the site down</button></form>
<form class="bar" method="post" action="/_simulator/pages/bring-up"><button>Bring the site up</button></form></div>
<form class="bar" method="post" action="/_simulator/pages/faults"><select name="kind" aria-label="Fault">${options}</select><input type="number" name="times" value="3" min="1" max="1000" aria-label="How many requests"><button>Disturb the next requests</button></form>
<form class="bar" method="post" action="/_simulator/pages/clear-faults"><button>Clear faults</button><span class="dim">${controls.faults.pending} pending</span></form>`;
}

function rogue(site: Site, request: RequestContext): string {
	const [app, id = ""] = (request.form.space ?? "").split(":");
	const target = app === "jira" ? site.jira.projects.get(id) : site.confluence.spaces.get(id);
	if (target === undefined) throw new HttpError(400, { message: "Choose a space." });
	const { space, edited, deleted } = runRogueScript(site, target);
	return `The rogue script edited ${edited} and deleted ${deleted} items in ${space}.`;
}

function injectFault(controls: SimulatorControls, request: RequestContext): string {
	const found = faults.find(([kind]) => kind === request.form.kind);
	const times = Number(request.form.times ?? 1);
	if (found === undefined || !Number.isInteger(times) || times < 1 || times > 1000)
		throw new HttpError(400, { message: "Choose a fault and a number from 1 to 1000." });
	controls.faults.inject({ kind: found[0], times });
	return `The next ${times} requests will ${found[1]}.`;
}
