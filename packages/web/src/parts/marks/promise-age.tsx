import type { CSSProperties, ReactNode } from "react";
import { When } from "../time/when.tsx";
import { spanText } from "../time/write-time.ts";
import classes from "./marks.module.css";

export interface PromiseAgeProps {
	/** When the last good backup was; nothing when there is none. */
	readonly at: string | null | undefined;
	readonly ageSeconds: number | null;
	readonly promiseSeconds: number;
	readonly withinPromise: boolean;
}

/** The age of the last good backup against what was promised. */
export function PromiseAge({ at, ageSeconds, promiseSeconds, withinPromise }: PromiseAgeProps): ReactNode {
	const share = ageSeconds === null ? 1 : Math.min(1, ageSeconds / promiseSeconds);
	const tone = !withinPromise ? "var(--sw-fail)" : share > 0.8 ? "var(--sw-warn)" : "var(--sw-ok)";
	return (
		<span className={classes.age}>
			<span>
				<When at={at} />
				<span style={{ color: "var(--sw-quiet)" }}> of {spanText(promiseSeconds)}</span>
			</span>
			<span className={classes.ageBar} style={{ "--tone": tone } as CSSProperties} aria-hidden>
				<span style={{ width: `${Math.max(2, share * 100)}%` }} />
			</span>
		</span>
	);
}
