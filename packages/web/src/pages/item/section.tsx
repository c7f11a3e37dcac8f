import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./item.module.css";

/** A part of a preview under its own heading. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
	return (
		<section className={classes.section}>
			<Title order={3} className={classes.sectionTitle}>
				{title}
			</Title>
			{children}
		</section>
	);
}
