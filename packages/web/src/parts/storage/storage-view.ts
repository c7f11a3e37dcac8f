import type { ReactNode } from "react";
import type { StorageElement, StorageNode } from "./parse-storage.ts";

/** Draws nodes that are inside the element being drawn. */
export type Draw = (nodes: readonly StorageNode[]) => ReactNode;

/** Draws one kind of element or macro. */
export type StorageView = (element: StorageElement, draw: Draw) => ReactNode;
