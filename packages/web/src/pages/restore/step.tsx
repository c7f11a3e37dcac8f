import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./restore.module.css";

/** One of the steps of a restore, all on one page. */
export function Step({
	number,
	title,
	children,
}: {
	readonly number: number;
	readonly title: string;
	readonly children: ReactNode;
}): ReactNode {
	return (
		<section className={classes.step} aria-labelledby={`step-${number}`}>
			<div className={classes.stepHead}>
				<span className={classes.stepNumber} aria-hidden>
					{number}
				</span>
				<Title order={2} id={`step-${number}`}>
					{title}
				</Title>
			</div>
			<div className={classes.stepBody}>{children}</div>
		</section>
	);
}
