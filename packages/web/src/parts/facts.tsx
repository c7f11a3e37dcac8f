import { Fragment, type ReactNode } from "react";
import classes from "./panel.module.css";

/** Names and values, one a line; entries without a value are left out. */
export function Facts({ rows }: { readonly rows: readonly (readonly [string, ReactNode])[] }): ReactNode {
	return (
		<dl className={classes.facts}>
			{rows
				.filter(([, value]) => value !== null && value !== undefined && value !== "")
				.map(([name, value]) => (
					<Fragment key={name}>
						<dt>{name}</dt>
						<dd>{value}</dd>
					</Fragment>
				))}
		</dl>
	);
}
