import type { ReactNode } from "react";
import { AdfDocument } from "../../parts/adf/adf-document.tsx";
import { StorageDocument } from "../../parts/storage/storage-document.tsx";
import type { Body } from "./read-parts.ts";

/** Draws a body in whichever format it is. */
export function BodyView({ body }: { readonly body: Body }): ReactNode {
	if (body.format === "adf") return <AdfDocument document={body.document} />;
	if (body.format === "storage") return <StorageDocument markup={body.markup} />;
	return <p style={{ whiteSpace: "pre-wrap", margin: 0, overflowWrap: "anywhere" }}>{body.text}</p>;
}
