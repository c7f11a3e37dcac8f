import { AppError } from "@skyeworx/core";
import type { ByteRange } from "./store.ts";

const segment = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/** Refuses a name that could leave the vault or mean different things to different stores. @throws AppError `bad-input` */
export function requireName(name: string): void {
	if (name.length > 512 || !name.split("/").every((part) => segment.test(part))) {
		throw new AppError("bad-input", "A stored object can't have this name", { facts: { name: name.slice(0, 100) } });
	}
}

/** The error for an object that is not there. */
export function objectMissing(name: string, cause?: unknown): AppError {
	return new AppError("store-object-missing", `The store has no object ${name}`, {
		facts: { object: name },
		...(cause === undefined ? {} : { cause }),
	});
}

/** Where a range lies in an object of this size; what reaches beyond the end is cut off. */
export function clampRange(size: number, range: ByteRange | undefined): { readonly offset: number; readonly length: number } {
	if (range === undefined) return { offset: 0, length: size };
	if ("suffix" in range) return { offset: Math.max(0, size - range.suffix), length: Math.min(size, range.suffix) };
	const offset = Math.min(size, range.offset);
	return { offset, length: Math.min(range.length, size - offset) };
}

/** @throws AppError `cancelled` */
export function requireRunning(signal: AbortSignal | undefined): void {
	if (signal?.aborted === true) throw new AppError("cancelled", "Stopped before the store was asked", { cause: signal.reason });
}
