import { Title } from "@mantine/core";
import type { Overview } from "@skyeworx/contract";
import { IconAlertTriangle, IconCircleX, IconShieldCheck } from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import classes from "./overview.module.css";

const looks = {
	good: IconShieldCheck,
	attention: IconAlertTriangle,
	critical: IconCircleX,
	empty: IconAlertTriangle,
} as const;

/** The one sentence that says whether everything is within its promise. */
export function HealthSentence({ health }: { readonly health: Overview["health"] }): ReactNode {
	const Icon = looks[health.level];
	useEffect(() => {
		document.title = "Overview · Skyeworx";
	}, []);
	return (
		<div className={classes.health} data-level={health.level}>
			<Icon size={30} stroke={1.6} aria-hidden />
			<Title order={1} className={classes.sentence}>
				{health.sentence}
			</Title>
		</div>
	);
}
