import type { ReactNode } from "react";
import classes from "./shell.module.css";

/** The margins of a page. */
export function Page({ children }: { readonly children: ReactNode }): ReactNode {
	return <div className={classes.page}>{children}</div>;
}
