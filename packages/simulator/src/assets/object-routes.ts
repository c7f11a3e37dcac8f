import { ok } from "../http/answer.ts";
import { bodyObject, scalarText } from "../http/read-input.ts";
import { param, type RequestContext } from "../http/request.ts";
import type { Router } from "../http/router.ts";
import { readBody } from "../jira/state.ts";
import { isoTime } from "../site/clock.ts";
import type { Site } from "../site/site.ts";
import { assetsError, assetsRoot, found, named, workspaceOf } from "./asset-answers.ts";
import { renderObject, renderType, renderValues } from "./render-assets.ts";
import { type AssetObject, attributesOf } from "./state.ts";
import { readValues } from "./write-values.ts";

/** Registers objects: making, reading, changing and deleting them. */
export function registerObjects(router: Router, site: Site): void {
	const one = `${assetsRoot}/object/{id}`;
	const ofRequest = (request: RequestContext): AssetObject => found(workspaceOf(site, request).objects, param(request, "id"), "object");
	router.route("POST", `${assetsRoot}/object/create`, (request) => {
		const state = workspaceOf(site, request);
		const type = found(state.types, scalarText(bodyObject(request).objectTypeId), "object type");
		if (type.abstract) throw assetsError(400, "An abstract object type has no objects.", { objectTypeId: "abstract" });
		const object = addObject(site, type.id, readValues(site, type.id, bodyObject(request).attributes, undefined));
		note(site, request, object, { attribute: undefined, before: "", after: object.key });
		return { status: 201, json: renderObject(site, object, true) };
	});
	router.route("GET", one, (request) => ok(renderObject(site, ofRequest(request), true)));
	router.route("PUT", one, (request) => {
		const object = ofRequest(request);
		const values = readValues(site, object.typeId, bodyObject(request).attributes, object);
		for (const attribute of attributesOf(site.assets, object.typeId)) {
			const next = values.get(attribute.id);
			const before = object.values.get(attribute.id) ?? [];
			if (next === undefined || next.join("\n") === before.join("\n")) continue;
			note(site, request, object, { attribute: attribute.name, before: before.join(", "), after: next.join(", ") });
			if (next.length === 0) object.values.delete(attribute.id);
			else object.values.set(attribute.id, next);
			object.updated = site.clock.now();
		}
		return ok(renderObject(site, object, true));
	});
	router.route("DELETE", one, (request) => {
		const object = ofRequest(request);
		deleteObject(site, object);
		return ok(renderObject(site, object, true));
	});
	router.route("GET", `${one}/attributes`, (request) => ok(renderValues(site, ofRequest(request), true)));
	router.route("GET", `${one}/history`, (request) => {
		const object = ofRequest(request);
		const events = site.assets.events.filter((event) => event.objectId === object.id);
		const shown = events.map(({ id, author, at, attribute, before, after }) => ({
			actor: { displayName: site.accounts.get(author)?.displayName ?? "", key: author },
			id,
			...(attribute === undefined ? {} : { affectedAttribute: attribute }),
			oldValue: before,
			newValue: after,
			type: attribute === undefined ? 0 : 2,
			created: isoTime(at),
			objectId: object.id,
		}));
		return ok(request.query.get("asc") === "true" ? shown : shown.toReversed());
	});
	router.route("GET", `${one}/referenceinfo`, (request) => {
		const object = ofRequest(request);
		const referring = Map.groupBy(referrersOf(site, object.id), (other) => other.typeId);
		return ok(
			[...referring].flatMap(([typeId, objects]) => {
				const type = site.assets.types.get(typeId);
				const known = type === undefined ? {} : { objectType: renderType(site, type) };
				return [{ referenceTypes: [], ...known, numberOfReferencedObjects: objects.length, openIssuesExists: false }];
			}),
		);
	});
	registerTickets(router, site);
}

/** The work items whose fields name an object. */
function registerTickets(router: Router, site: Site): void {
	router.route("GET", `${assetsRoot}/objectconnectedtickets/{objectId}/tickets`, (request) => {
		const { id } = found(workspaceOf(site, request).objects, param(request, "objectId"), "object");
		const fields = [...site.jira.fields.values()].filter((field) => field.kind === "asset-objects").map((field) => field.id);
		const naming = [...site.jira.issues.values()].filter((issue) =>
			fields.some((field) => ((readBody(site.jira, issue).custom.get(field) as readonly string[] | undefined) ?? []).includes(id)),
		);
		const tickets = naming.map((issue) => ({
			...named(site.assets, String(issue.id)),
			key: issue.key,
			reporter: issue.reporter ?? "",
			created: isoTime(issue.created),
			updated: isoTime(issue.updated),
			title: issue.summary,
			status: { name: site.jira.statuses.get(issue.statusId)?.name ?? "" },
			type: { name: site.jira.issueTypes.get(issue.typeId)?.name ?? "" },
			priority: { name: site.jira.priorities.get(issue.priorityId ?? "")?.name ?? "" },
		}));
		return ok({ tickets, allTicketsQuery: `issue in (${naming.map((issue) => issue.key).join(", ")})` }, tickets.length);
	});
}

/** Makes an object with the next number of its schema. */
export function addObject(site: Site, typeId: string, values: ReadonlyMap<string, readonly string[]>): AssetObject {
	const { assets } = site;
	const type = found(assets.types, typeId, "object type");
	const schema = found(assets.schemas, type.schemaId, "object schema");
	const now = site.clock.now();
	const id = String(site.ids.take("asset-object", 1));
	const filled = new Map([...values].filter(([, list]) => list.length > 0));
	const object: AssetObject = { id, key: `${schema.key}-${id}`, typeId, created: now, updated: now, values: filled };
	assets.objects.set(id, object);
	return object;
}

const referrersOf = ({ assets }: Site, id: string): AssetObject[] => {
	const attributes = [...assets.attributes.values()].filter((attribute) => attribute.type === 1).map((attribute) => attribute.id);
	return [...assets.objects.values()].filter((other) => attributes.some((attribute) => other.values.get(attribute)?.includes(id) === true));
};

/** Deletes an object for good; what referred to it loses that value, and is not dated anew. */
export function deleteObject(site: Site, object: AssetObject): void {
	site.assets.objects.delete(object.id);
	for (const other of referrersOf(site, object.id)) {
		for (const [attributeId, values] of other.values) {
			if (site.assets.attributes.get(attributeId)?.type !== 1 || !values.includes(object.id)) continue;
			const left = values.filter((value) => value !== object.id);
			if (left.length === 0) other.values.delete(attributeId);
			else other.values.set(attributeId, left);
		}
	}
}

interface Change {
	readonly attribute: string | undefined;
	readonly before: string;
	readonly after: string;
}

function note(site: Site, request: RequestContext, object: AssetObject, change: Change): void {
	const id = String(site.ids.take("asset-event", 1));
	site.assets.events.push({ id, objectId: object.id, author: request.caller.account.accountId, at: site.clock.now(), ...change });
}
