import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy, IconTerminal2 } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./restore.module.css";

/** The same deed as a command line. */
export function CommandLine({ command }: { readonly command: string }): ReactNode {
	return (
		<details className={classes.command}>
			<summary>
				<IconTerminal2 size={15} aria-hidden /> Show as CLI
			</summary>
			<div className={classes.commandBody}>
				{/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard */}
				<pre tabIndex={0}>{command}</pre>
				<CopyButton value={command}>
					{({ copied, copy }) => (
						<Button
							variant="default"
							onClick={copy}
							leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
						>
							{copied ? "Copied" : "Copy"}
						</Button>
					)}
				</CopyButton>
			</div>
		</details>
	);
}
