import { Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { useNow } from "../../live/app-context.tsx";
import { exactTime, relativeTime } from "./write-time.ts";

export interface WhenProps {
	readonly at: string | null | undefined;
	/** Shown when there is no time. */
	readonly none?: string;
	/** Not a tab stop of its own, for long lists; the exact time is still shown on hover. */
	readonly quiet?: boolean;
}

/** A moment, relative; exactly with its zone on hover and focus. */
export function When({ at, none = "never", quiet = false }: WhenProps): ReactNode {
	const now = useNow();
	if (at === null || at === undefined) return <span>{none}</span>;
	const exact = exactTime(at);
	const text = relativeTime(at, now);
	if (quiet) {
		return (
			<time dateTime={at} title={exact}>
				{text}
			</time>
		);
	}
	return (
		<Tooltip label={exact}>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: the exact time is told on focus */}
			<time dateTime={at} tabIndex={0}>
				{text}
			</time>
		</Tooltip>
	);
}
