import type { ReactNode } from "react";
import classes from "./marks.module.css";

/** What a mark means: never told by colour alone, an icon and a word go with it. */
export type Tone = "ok" | "warn" | "fail" | "run" | "quiet";

export interface ToneMarkProps {
	readonly tone: Tone;
	readonly icon: ReactNode;
	readonly children: ReactNode;
	readonly filled?: boolean;
}

/** An icon and a word in the colour of their meaning. */
export function ToneMark({ tone, icon, children, filled = false }: ToneMarkProps): ReactNode {
	return (
		<span className={classes.mark} data-tone={tone} data-filled={filled || undefined}>
			<span className={classes.icon} aria-hidden>
				{icon}
			</span>
			{children}
		</span>
	);
}
