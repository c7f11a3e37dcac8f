import { at, listAt, plainText, textAt } from "../read-json.ts";

/** A status as a place of a workflow's diagram. */
export interface Place {
	readonly reference: string;
	readonly name: string;
	/** `TODO`, `IN_PROGRESS`, `DONE` */
	readonly category: string;
	/** Of its upper left corner, in the diagram's units. */
	readonly x: number;
	readonly y: number;
}

/** A way from a place to another; from everywhere where `from` is undefined. */
export interface Way {
	readonly id: string;
	readonly name: string;
	readonly from: string | undefined;
	readonly to: string;
	/** The one by which work items come into the workflow. */
	readonly isInitial: boolean;
}

export interface Workflow {
	readonly places: readonly Place[];
	readonly ways: readonly Way[];
}

/** Width and height of a place. */
export const placeSize = { width: 128, height: 34 } as const;

const columns = ["TODO", "IN_PROGRESS", "DONE"];

/** Where a status stands: where Jira's editor has it, else in a column of its category. */
function position(status: unknown, category: string, row: number): { readonly x: number; readonly y: number } {
	const [x, y] = [at(status, "layout", "x"), at(status, "layout", "y")];
	if (typeof x === "number" && typeof y === "number") return { x, y };
	return { x: Math.max(0, columns.indexOf(category)) * 210, y: row * 80 };
}

/** Whether two places would lie on each other: then the editor's positions say nothing. */
function overlaps(places: readonly Place[]): boolean {
	return places.some((one, index) =>
		places.slice(index + 1).some((other) => Math.abs(one.x - other.x) < placeSize.width && Math.abs(one.y - other.y) < placeSize.height),
	);
}

/** Reads a workflow's record: its statuses stand in `mappings`, their places in the main part. */
export function readWorkflow(parts: Readonly<Record<string, unknown>>): Workflow {
	const main = parts[""];
	const named = new Map(listAt(parts.mappings).map((status) => [textAt(status, "statusReference"), status]));
	const rows = new Map<string, number>();
	const place = (status: unknown, isLaidOut: boolean): Place => {
		const reference = textAt(status, "statusReference") ?? "";
		const known = named.get(reference);
		const category = textAt(known, "statusCategory") ?? "TODO";
		const row = rows.get(category) ?? 0;
		rows.set(category, row + 1);
		const name = plainText(known) || reference;
		return { reference, name, category, ...position(isLaidOut ? status : undefined, category, row) };
	};
	const laidOut = listAt(main, "statuses").map((status) => place(status, true));
	rows.clear();
	const places = overlaps(laidOut) ? listAt(main, "statuses").map((status) => place(status, false)) : laidOut;
	return { places, ways: listAt(main, "transitions").flatMap(waysOf) };
}

function waysOf(transition: unknown): readonly Way[] {
	const [id, name, to] = [plainText(at(transition, "id")), textAt(transition, "name") ?? "", textAt(transition, "toStatusReference") ?? ""];
	const isInitial = textAt(transition, "type") === "INITIAL";
	const starts = listAt(transition, "links").flatMap((link) => textAt(link, "fromStatusReference") ?? []);
	if (isInitial || starts.length === 0) return [{ id, name, from: undefined, to, isInitial }];
	return starts.map((from) => ({ id: `${id} ${from}`, name, from, to, isInitial }));
}
