import type { RestorePlan, RestorePlanInput } from "@skyeworx/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { usePorts } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { isAlone, type TrayItem } from "../../live/use-tray.tsx";

const route = getRouteApi("/shell/restore");

/** Up to so many items are planned without being asked for: more cost the site noticeable requests. */
const plannedAtOnce = 25;

export interface Planning {
	/** The plan for exactly what is chosen now; undefined while there is none. */
	readonly plan: RestorePlan | undefined;
	readonly error: unknown;
	readonly busy: boolean;
	readonly make: () => void;
}

function fits(plan: RestorePlan, input: RestorePlanInput): boolean {
	const target = input.target ?? { type: "in-place" };
	if (JSON.stringify(plan.fields ?? []) !== JSON.stringify(input.fields ?? [])) return false;
	const sameTarget =
		plan.target.type === target.type && (plan.target.type !== "copy" || target.type !== "copy" || plan.target.spaceId === target.spaceId);
	if (plan.replayVersions !== (input.replayVersions === true)) return false;
	if (!sameTarget || plan.ifExists !== (input.ifExists ?? "overwrite") || plan.status === "used" || plan.status === "expired") return false;
	// While it is being made, a plan does not list its items yet.
	if (plan.status !== "ready") return true;
	const alone = input.fields !== undefined;
	const nameOf = (item: { readonly kind: string; readonly id: string }, version: number, fields: readonly string[] | null): string =>
		JSON.stringify([item.kind, item.id, version, alone ? null : fields]);
	const names = new Set(plan.items.map(({ ref, version, fields }) => nameOf(ref, version, fields)));
	const wanted = input.items ?? [];
	return names.size === wanted.length && wanted.every((item) => names.has(nameOf(item, item.version, item.fields ?? null)));
}

interface Where {
	readonly target?: "copy" | "in-place" | undefined;
	readonly space?: string | undefined;
	readonly ifExists?: "overwrite" | "skip" | "copy" | undefined;
	readonly versions?: "replayed" | undefined;
}

const versioned: ReadonlySet<string> = new Set(["confluence.page", "confluence.blog-post", "confluence.custom-content"]);

/** Whether versions of their own can be written again with some of the items. */
export function haveVersions(items: readonly TrayItem[]): boolean {
	return items.some(({ kind, fields }) => fields === undefined && versioned.has(kind));
}

/** Chosen fields only go back into the items that they came from; whole items also go elsewhere. */
function planInput(items: readonly TrayItem[], where: Where): RestorePlanInput {
	const refs = items.map(({ kind, id, version }) => ({ kind, id, version }));
	const [first] = items;
	if (first?.fields !== undefined && isAlone(first))
		return { items: refs, target: { type: "in-place" }, ifExists: "overwrite", fields: first.fields.map(({ field }) => field) };
	if (items.some(({ fields }) => fields !== undefined)) {
		const own = items.map(({ kind, id, version, fields }) => {
			return { kind, id, version, ...(fields === undefined ? {} : { fields: fields.map(({ field }) => field) }) };
		});
		return { items: own, target: { type: "in-place" }, ifExists: "overwrite" };
	}
	const target = { type: "copy", ...(where.space === undefined ? {} : { spaceId: where.space }) } as const;
	return {
		items: refs,
		target: where.target === "copy" ? target : { type: "in-place" },
		ifExists: where.ifExists ?? "overwrite",
		...(where.versions === "replayed" && haveVersions(items) ? { replayVersions: true } : {}),
	};
}

/** Keeps a plan for what is chosen; its id stands in the address, so that a reload does not plan again. */
export function usePlan(siteId: string, items: readonly TrayItem[]): Planning {
	const { client, newId } = usePorts();
	const cache = useQueryClient();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const input = planInput(items, search);
	const key = JSON.stringify([siteId, input]);
	const latest = useRef(key);
	latest.current = key;
	const asked = useQuery({ ...queries.plan(client, search.plan ?? ""), enabled: search.plan !== undefined });
	const mutation = useMutation({
		mutationFn: async (wanted: { readonly key: string; readonly input: RestorePlanInput }) => ({
			key: wanted.key,
			plan: await client.createRestorePlan({ params: { siteId }, body: wanted.input, idempotencyKey: newId() }),
		}),
		onSuccess: ({ key: madeFor, plan }) => {
			if (madeFor !== latest.current) return;
			cache.setQueryData(["plan", plan.id], plan);
			void navigate({ search: (before) => ({ ...before, plan: plan.id }), replace: true, resetScroll: false });
		},
	});
	const { mutate } = mutation;
	const make = useCallback(() => mutate({ key: latest.current, input: JSON.parse(latest.current)[1] as RestorePlanInput }), [mutate]);
	const plan = search.plan !== undefined && asked.data !== undefined && fits(asked.data, input) ? asked.data : undefined;
	const needed = plan === undefined && !(search.plan !== undefined && asked.isPending) && items.length > 0 && items.length <= plannedAtOnce;
	const tried = useRef<string>(undefined);
	useEffect(() => {
		if (!needed || tried.current === key) return;
		tried.current = key;
		make();
	}, [needed, key, make]);
	return {
		plan,
		error: mutation.error ?? (plan === undefined ? asked.error : null),
		busy: mutation.isPending || plan?.status === "planning",
		make,
	};
}
