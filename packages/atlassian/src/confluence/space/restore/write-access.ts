import { isJsonObject, type JsonValue } from "@skyeworx/core";
import { cursorPages, itemsOfPages } from "../../../http/paging.ts";
import { idAt, listAt, textAt } from "../../../record/json-access.ts";
import { collect } from "../../read/in-order.ts";
import { listLimit } from "../../read/reading.ts";
import { attempt } from "../../restore/deed.ts";
import { type Grant, grantName, grantOf, type RoleGrant, roleName } from "../space-content.ts";
import { closedToApps } from "../space-fidelity.ts";
import type { SpaceDeed } from "./space-deed.ts";

interface HeldGrant extends Grant {
	readonly id: string;
}

async function grantsNow(deed: SpaceDeed, id: string): Promise<readonly HeldGrant[]> {
	const path = "/wiki/api/v2/spaces/{id}/permissions";
	const call = { method: "GET", path, parameters: { id }, query: { limit: listLimit }, signal: deed.context.signal } as const;
	const entries = await collect(itemsOfPages(cursorPages(deed.site.client, call)));
	return entries.map((entry) => ({ ...grantOf(entry), id: idAt(entry, "id") ?? "" }));
}

/** The connection's account and its groups: what they may do is not taken from them, or the restore locks itself out. */
async function ourselves({ site, context }: SpaceDeed): Promise<ReadonlySet<string>> {
	const me = await site.client.call({ method: "GET", path: "/wiki/rest/api/user/current", signal: context.signal });
	const accountId = textAt(me.json, "accountId") ?? "";
	const path = "/wiki/rest/api/user/memberof";
	const call = { method: "GET", path, query: { accountId, limit: 200 }, accept: [401, 403, 404], signal: context.signal } as const;
	const { json } = await site.client.call(call);
	const groups = isJsonObject(json) ? listAt(json, "results").map((group) => idAt(group, "id") ?? "") : [];
	return new Set([accountId, ...groups]);
}

const isReading = ({ operation }: Grant): boolean => operation.key === "read" && operation.targetType === "space";

async function grant(deed: SpaceDeed, key: string, wanted: Grant): Promise<void> {
	const { site, context } = deed;
	const { principal, operation } = wanted;
	const body = {
		subject: { type: principal.type, identifier: principal.id },
		operation: { key: operation.key, target: operation.targetType },
	};
	await context.step(`grant ${grantName(wanted)}`, {
		run: async () => {
			const path = "/wiki/rest/api/space/{spaceKey}/permission";
			// One that is there already is refused with 400, as is one that this site does not have; the receipt tells them apart.
			await site.client.call({
				method: "POST",
				path,
				parameters: { spaceKey: key },
				body,
				accept: [400],
				idempotent: true,
				signal: context.signal,
			});
			return true;
		},
	});
}

async function take(deed: SpaceDeed, key: string, held: HeldGrant): Promise<void> {
	await deed.context.step(`take ${grantName(held)}`, {
		run: async () => {
			const path = "/wiki/rest/api/space/{spaceKey}/permission/{id}";
			const parameters = { spaceKey: key, id: held.id };
			// Taking the right to read takes all others with it.
			await deed.site.client.call({ method: "DELETE", path, parameters, accept: [400, 404], signal: deed.context.signal });
			return true;
		},
	});
}

async function writePermissions(deed: SpaceDeed, id: string, key: string, wanted: readonly Grant[]): Promise<void> {
	if (deed.site.credential !== "api-token") {
		deed.problems.push({ field: "permissions", reason: closedToApps });
		return;
	}
	const now = await grantsNow(deed, id);
	const [there, names] = [new Set(now.map(grantName)), new Set(wanted.map(grantName))];
	const missing = wanted.filter((one) => !there.has(grantName(one)));
	for (const one of [...missing.filter(isReading), ...missing.filter((other) => !isReading(other))]) await grant(deed, key, one);
	const own = await ourselves(deed);
	const extra = now.filter((one) => !names.has(grantName(one)));
	const kept = extra.filter(({ principal }) => own.has(principal.id));
	// Others first lose what hangs on reading, so that nothing is left for the last call to refuse.
	const gone = extra.filter((one) => !kept.includes(one));
	for (const one of [...gone.filter((other) => !isReading(other)), ...gone.filter(isReading)]) await take(deed, key, one);
	if (kept.length > 0) {
		const reason = "The connection's account and its groups keep their own permissions, or the restore could not go on.";
		deed.problems.push({ field: "permissions", reason });
	}
}

async function writeRoles(deed: SpaceDeed, id: string, wanted: readonly RoleGrant[], now: readonly RoleGrant[]): Promise<void> {
	const own = await ourselves(deed);
	const names = new Set(wanted.map(({ principal }) => principal.principalId));
	const extra = now.filter(({ principal }) => !names.has(principal.principalId) && !own.has(principal.principalId));
	const held = new Set(now.map(roleName));
	const changed = wanted.filter((one) => !held.has(roleName(one)) && !own.has(one.principal.principalId));
	const body: JsonValue = [
		...changed.map(({ principal, roleId }) => ({ principal: { ...principal }, roleId })),
		...extra.map(({ principal }) => ({ principal: { ...principal } })),
	];
	if (body.length === 0) return;
	await deed.context.step("roles", {
		run: async () => {
			const path = "/wiki/api/v2/spaces/{id}/role-assignments";
			await deed.site.client.call({ method: "POST", path, parameters: { id }, body, idempotent: true, signal: deed.context.signal });
			return true;
		},
	});
}

/** Lets those do in the space what they could do when the backup was taken, and nobody else but the connection itself. */
export async function writeAccess(
	deed: SpaceDeed,
	space: { readonly id: string; readonly key: string; readonly roles: readonly RoleGrant[] },
	changed: ReadonlySet<string>,
): Promise<void> {
	const { permissions, roles } = deed.wanted;
	if (changed.has("roles") && roles !== undefined) await attempt(deed, "roles", () => writeRoles(deed, space.id, roles, space.roles));
	if (changed.has("permissions") && permissions !== undefined) {
		await attempt(deed, "permissions", () => writePermissions(deed, space.id, space.key, permissions));
	}
}
