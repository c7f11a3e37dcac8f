import { ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { pageBean, pageOf } from "../../http/read-input.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { renderUser } from "./render-user.ts";

const permissionNames: Readonly<Record<string, readonly ["GLOBAL" | "PROJECT", string]>> = {
	ADMINISTER: ["GLOBAL", "Administer Jira"],
	BROWSE_PROJECTS: ["PROJECT", "Browse Projects"],
	CREATE_ISSUES: ["PROJECT", "Create Issues"],
	EDIT_ISSUES: ["PROJECT", "Edit Issues"],
	DELETE_ISSUES: ["PROJECT", "Delete Issues"],
	TRANSITION_ISSUES: ["PROJECT", "Transition Issues"],
	ADD_COMMENTS: ["PROJECT", "Add Comments"],
	WORK_ON_ISSUES: ["PROJECT", "Work On Issues"],
	CREATE_ATTACHMENTS: ["PROJECT", "Create Attachments"],
	LINK_ISSUES: ["PROJECT", "Link Issues"],
	MODIFY_REPORTER: ["PROJECT", "Modify Reporter"],
	MANAGE_WATCHERS: ["PROJECT", "Manage Watchers"],
	ADMINISTER_PROJECTS: ["PROJECT", "Administer Projects"],
};

/** Registers who is who: the caller, users, and what the caller may do. */
export function registerPeople(router: Router, site: Site): void {
	router.route("GET", "/rest/api/3/myself", (request) => ok(renderUser(site, request.base, request.caller.account.accountId)));
	router.route("GET", "/rest/api/3/mypermissions", (request) => ok({ permissions: permissions(site, request) }));
	router.route("GET", "/rest/api/3/user", (request) => {
		const user = renderUser(site, request.base, request.query.get("accountId") ?? undefined);
		if (user === null) throw jiraError(404, "Specified user does not exist or you do not have required permissions");
		return ok(user);
	});
	router.route("GET", "/rest/api/3/user/bulk", (request) => {
		const users = request.query
			.getAll("accountId")
			.map((id) => renderUser(site, request.base, id))
			.filter((user) => user !== null);
		return ok(pageBean(request, users, { size: 10, max: 200 }), users.length);
	});
	router.route("GET", "/rest/api/3/user/search", (request) => {
		const words = (request.query.get("query") ?? "").toLowerCase();
		if (words === "" && request.query.get("accountId") === null) throw jiraError(400, "The query parameter must be provided");
		const { startAt, maxResults } = pageOf(request, { size: 50, max: 1000 });
		const found = [...site.accounts.values()].filter((account) =>
			[account.displayName, account.emailAddress].some((text) => text.toLowerCase().includes(words)),
		);
		const page = found.slice(startAt, startAt + maxResults).map((account) => renderUser(site, request.base, account.accountId));
		return ok(page, page.length);
	});
	router.route("GET", "/rest/api/3/users/search", (request) => {
		const { startAt, maxResults } = pageOf(request, { size: 50, max: 1000 });
		const page = [...site.accounts.keys()].slice(startAt, startAt + maxResults);
		return ok(
			page.map((id) => renderUser(site, request.base, id)),
			page.length,
		);
	});
}

function permissions(site: Site, request: RequestContext): object {
	const wanted = request.query.get("permissions");
	if (wanted === null) throw jiraError(400, "The 'permissions' query parameter is required.");
	const admin = request.caller.account.accountId === site.owner.accountId;
	return Object.fromEntries(
		wanted.split(",").map((key, index) => {
			const known = permissionNames[key];
			if (known === undefined) throw jiraError(400, `Unrecognized permission: ${key}`);
			const [type, name] = known;
			return [key, { id: String(index), key, name, type, description: name, havePermission: type === "PROJECT" || admin }];
		}),
	);
}
