import { type ItemRef, isAppError, type JsonValue } from "@skyeworx/core";
import type { ApplyContext } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { idAt } from "../../record/json-access.ts";
import { readServer } from "../context.ts";
import type { Deed, DeedCall, MadePart, Reading } from "./setting-kind.ts";

interface Problem {
	readonly field: string;
	readonly reason: string;
}

/** What one restore of one setting works with; `problems` fills as it goes. */
export interface Work extends Deed {
	readonly problems: readonly Problem[];
}

/** Makes ready to write. `ref` tells what made parts belong to, once it is known. */
export function beginDeed(site: AppSite, context: ApplyContext, work: { readonly reading: Reading; readonly ref: () => ItemRef }): Work {
	const problems: Problem[] = [];
	const problem = (field: string, reason: string): void => {
		if (!problems.some((known) => known.field === field && known.reason === reason)) problems.push({ field, reason });
	};
	/** Undefined when Jira says no; what is wrong with the site or the credential as a whole goes up. */
	const unlessRefused = async <T>(field: string, run: () => Promise<T>): Promise<T | undefined> => {
		try {
			return await run();
		} catch (error) {
			if (!isAppError(error, "site-refused") && !isAppError(error, "not-found")) throw error;
			problem(field, refusalText(error.message, error.facts?.fields));
			return undefined;
		}
	};
	return {
		client: site.client,
		siteUrl: site.siteUrl,
		context,
		reading: work.reading,
		problems,
		problem,
		now: async () => (await readServer(site, context.signal)).time,
		pause: (milliseconds) => site.ports.clock.sleep(milliseconds, context.signal),
		async put(field, step, call) {
			const run = async (): Promise<true> => {
				await site.client.call({ ...call, idempotent: true, signal: context.signal });
				return true;
			};
			const done = await unlessRefused(field, () => context.step(step, { run, find: async () => undefined }));
			return done === true;
		},
		async before(list, entries) {
			const run = async () => entries.flatMap((entry) => idAt(entry, "id") ?? []);
			const known = new Set(await context.step(`${list} before`, { run, find: async () => undefined }));
			return entries.filter((entry) => known.has(idAt(entry, "id") ?? ""));
		},
		make: (field, step, part) => unlessRefused(field, () => makePart(site, context, { step, part, ref: work.ref })),
	};
}

async function makePart(
	site: AppSite,
	context: ApplyContext,
	{ step, part, ref }: { readonly step: string; readonly part: MadePart; readonly ref: () => ItemRef },
): Promise<string> {
	const id = await context.step(step, {
		run: async () => {
			const { json } = await site.client.call({ ...part.call, signal: context.signal });
			return part.id(json) ?? "";
		},
		find: part.find,
	});
	if (part.part !== undefined && id !== "") context.created({ ref: ref(), part: `${part.part}/${id}` });
	return id;
}

function refusalText(message: string, fields: unknown): string {
	return typeof fields === "string" && fields !== "" ? `${message} (${fields}).` : `${message}.`;
}

/** Deletes; what is gone already counts. Answers `kept` when Jira refuses. */
export async function removeThing(site: AppSite, call: DeedCall, signal: AbortSignal): Promise<"undone" | "kept"> {
	const { status } = await site.client.call({ ...call, accept: [303, 400, 403, 404, 409], signal });
	return status === 400 || status === 403 || status === 409 ? "kept" : "undone";
}

/** The id in an answer, as a text. */
export function idIn(answer: JsonValue, ...names: readonly string[]): string | undefined {
	for (const name of ["id", ...names]) {
		const value =
			typeof answer === "object" && answer !== null && !Array.isArray(answer) ? (answer as Record<string, JsonValue>)[name] : undefined;
		if (typeof value === "string" || typeof value === "number") return String(value);
	}
	return undefined;
}
