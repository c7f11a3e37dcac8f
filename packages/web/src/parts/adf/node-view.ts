import type { ReactNode } from "react";
import type { AdfNode } from "./adf-node.ts";

/** Draws one type of node; its children are drawn already. */
export type NodeView = (props: { readonly node: AdfNode; readonly children: readonly ReactNode[] }) => ReactNode;
