import { labelOf } from "../../assets/state.ts";
import { scalarText } from "../../http/read-input.ts";
import { asObject, parseArray } from "./choice-codecs.ts";
import type { FieldCodec } from "./field-codec.ts";
import { FieldProblem } from "./field-problem.ts";

/** Objects of Assets; written as `{workspaceId, id, objectId}` or with the whole id alone, kept as object ids. */
export const assetObjectsCodec: FieldCodec = {
	parse(value, { site: { assets } }) {
		const ids = parseArray(value, (element) => {
			const whole = scalarText(asObject(element).id);
			const [workspaceId, id = ""] = whole.split(":");
			if (workspaceId !== assets.workspaceId || !assets.objects.has(id)) throw new FieldProblem("Could not find valid Assets objects.");
			return id;
		});
		return ids.length === 0 ? undefined : ids;
	},
	render(kept, { site: { assets } }) {
		const there = ((kept as string[] | undefined) ?? []).filter((id) => assets.objects.has(id));
		return there.map((objectId) => ({ workspaceId: assets.workspaceId, id: `${assets.workspaceId}:${objectId}`, objectId }));
	},
	describe(kept, { site: { assets } }) {
		if (kept === undefined) return { id: null, text: null };
		const objects = (kept as string[]).flatMap((id) => assets.objects.get(id) ?? []);
		const text = objects.map((object) => `${labelOf(assets, object)} (${object.key})`).join(", ");
		return { id: `[${objects.map((object) => object.id).join(", ")}]`, text };
	},
};
