import { z } from "zod";
import { ScimError } from "./scim-error.ts";

/** A resource as JSON; attribute names in SCIM's own spelling. */
export type Resource = Readonly<Record<string, unknown>>;

const patchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

const operation = z.object({
	/** Entra ID writes `Add` and `Replace`. */
	op: z
		.string()
		.toLowerCase()
		.pipe(z.enum(["add", "replace", "remove"])),
	path: z.string().min(1).max(500).optional(),
	value: z.unknown().optional(),
});
type Operation = z.infer<typeof operation>;

/** A PATCH body (RFC 7644, section 3.5.2); `Operations` in any case, as clients write it. */
export const patchBody = z.preprocess(
	(body) =>
		typeof body === "object" && body !== null
			? Object.fromEntries(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]))
			: body,
	z.object({ schemas: z.array(z.string()).refine((list) => list.includes(patchSchema)), operations: z.array(operation).min(1).max(1000) }),
);

/** Applies operations to a resource; what may be changed is decided by whoever saves the result. @throws ScimError */
export function applyPatch(resource: Resource, operations: readonly Operation[]): Resource {
	return operations.reduce(applyOne, structuredClone(resource));
}

function applyOne(resource: Resource, { op, path, value }: Operation): Resource {
	if (path === undefined) {
		if (op === "remove") throw new ScimError(400, "To remove needs a path", "noTarget");
		if (typeof value !== "object" || value === null || Array.isArray(value)) {
			throw new ScimError(400, "Without a path the value must be an object", "invalidValue");
		}
		// Entra ID writes `"name.givenName": …` here: each name is a path of its own.
		return Object.entries(value).reduce((now, [name, inner]) => applyOne(now, { op, path: name, value: inner }), resource);
	}
	const target = readPath(path);
	const name = spelled(resource, target.attribute);
	const changed = changeAttribute(resource[name], { op, value, ...target });
	const { [name]: _before, ...rest } = resource;
	return changed === undefined ? rest : { ...rest, [name]: changed };
}

interface Target {
	readonly attribute: string;
	/** Which of several values: those whose attribute has this value. */
	readonly which: { readonly attribute: string; readonly value: string } | undefined;
	readonly part: string | undefined;
}

const pathPattern =
	/^(?:urn:[\w.:-]+:)?([A-Za-z$][\w-]*)(?:\[\s*([A-Za-z][\w-]*)\s+eq\s+("(?:[^"\\]|\\.)*"|true|false)\s*\])?(?:\.([A-Za-z][\w-]*))?$/i;

function readPath(path: string): Target {
	const match = pathPattern.exec(path);
	if (match?.[1] === undefined) throw new ScimError(400, `The path ${path.slice(0, 100)} can't be read`, "invalidPath");
	const which =
		match[2] === undefined || match[3] === undefined ? undefined : { attribute: match[2], value: match[3].replace(/^"|"$/g, "") };
	return { attribute: match[1], which, part: match[4] };
}

/** Attribute names mean the same in any case. */
function spelled(resource: Resource, name: string): string {
	return Object.keys(resource).find((known) => known.toLowerCase() === name.toLowerCase()) ?? name;
}

interface Change extends Omit<Target, "attribute"> {
	readonly op: Operation["op"];
	readonly value: unknown;
}

function changeAttribute(before: unknown, change: Change): unknown {
	const { op, value, which, part } = change;
	if (which !== undefined) return changeSome(asList(before), change);
	if (part !== undefined) {
		const inner = isRecord(before) ? before : {};
		const name = spelled(inner, part);
		if (op !== "remove") return { ...inner, [name]: value };
		const { [name]: _removed, ...rest } = inner;
		return rest;
	}
	if (op === "remove")
		return Array.isArray(value) ? asList(before).filter((entry) => !value.some((gone) => sameValue(entry, gone))) : undefined;
	if (op === "replace") return value;
	if (Array.isArray(before) || Array.isArray(value)) return joined(asList(before), asList(value));
	return isRecord(before) && isRecord(value) ? { ...before, ...value } : value;
}

function changeSome(entries: readonly unknown[], { op, value, which, part }: Change): unknown {
	const chosen = (entry: unknown) => isRecord(entry) && String(entry[spelled(entry, which?.attribute ?? "")]) === which?.value;
	if (op === "remove" && part === undefined) return entries.filter((entry) => !chosen(entry));
	if (!entries.some(chosen)) {
		// RFC 7644 refuses this; Entra ID sends it for a value that is not there yet, and means to add it.
		const made = {
			...(which !== undefined && { [which.attribute]: which.value }),
			...(part === undefined ? (value as object) : { [part]: value }),
		};
		return op === "remove" ? entries : [...entries, made];
	}
	return entries.map((entry) => {
		if (!chosen(entry) || !isRecord(entry)) return entry;
		if (part === undefined) return isRecord(value) ? { ...entry, ...value } : value;
		const { [spelled(entry, part)]: _before, ...rest } = entry;
		return op === "remove" ? rest : { ...rest, [part]: value };
	});
}

function joined(before: readonly unknown[], added: readonly unknown[]): unknown[] {
	return [...before, ...added.filter((entry) => !before.some((known) => sameValue(known, entry)))];
}

function sameValue(one: unknown, other: unknown): boolean {
	const inside = (entry: unknown) => (isRecord(entry) ? entry.value : entry);
	return inside(one) !== undefined && inside(one) === inside(other);
}

function asList(value: unknown): readonly unknown[] {
	return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
