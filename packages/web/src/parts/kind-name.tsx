import type { ReactNode } from "react";
import { KindMark } from "./marks/kind-mark.tsx";
import { sentence } from "./sentence.ts";

/** The icon of a kind and its name, where a line begins with it. */
export function KindName({ kind, name }: { readonly kind: string; readonly name: string }): ReactNode {
	return (
		<span style={{ display: "inline-flex", gap: 6 }}>
			<KindMark kind={kind} />
			{sentence(name)}
		</span>
	);
}
