import { UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./shell.module.css";

/** The search field of the top bar; typing happens in the dialog. */
export function SearchOpener({ open }: { readonly open: () => void }): ReactNode {
	return (
		<UnstyledButton
			className={`${classes.onBar} ${classes.searchOpener}`}
			onClick={open}
			aria-label="Search items, also deleted ones"
			aria-keyshortcuts="/ Control+K"
		>
			<IconSearch size={15} aria-hidden />
			<span>Search items, also deleted ones</span>
			<kbd className={classes.key} aria-hidden>
				/
			</kbd>
		</UnstyledButton>
	);
}
