import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { ApiError, type Failure } from "@skyeworx/contract";
import { IconAlertTriangle, IconLock, IconPlugConnectedX, IconRefresh } from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import classes from "./states.module.css";

interface Told {
	readonly title: string;
	readonly detail: string;
	readonly hint: string | null;
	readonly requestId: string;
	readonly code: string;
}

function tell(error: unknown): Told {
	if (error instanceof ApiError) {
		const { title, detail, hint, requestId, code } = error.problem;
		if (error.status === 403) {
			return {
				title: "You may not see this",
				detail,
				hint: hint ?? "Ask an owner or admin of your organization for the permission.",
				requestId,
				code,
			};
		}
		return { title: title === detail ? "That did not work" : title, detail, hint, requestId, code };
	}
	return {
		title: "This page broke",
		detail: error instanceof Error ? error.message : "Something unexpected happened while the page was drawn.",
		hint: "Load the page again; if it stays, tell us what you did.",
		requestId: "",
		code: "web-error",
	};
}

function icon(code: string): ReactNode {
	if (code === "not-permitted") return <IconLock size={18} aria-hidden />;
	if (code === "server-unreachable" || code === "site-unreachable") return <IconPlugConnectedX size={18} aria-hidden />;
	return <IconAlertTriangle size={18} aria-hidden />;
}

export interface ProblemViewProps {
	readonly error: unknown;
	readonly retry?: (() => void) | undefined;
	/** It is all that the page says: its title is the page's. */
	readonly alone?: boolean;
}

/** An error as people need it: what, what to do, and the request id to quote. */
export function ProblemView({ error, retry, alone = false }: ProblemViewProps): ReactNode {
	const told = tell(error);
	useEffect(() => {
		if (alone) document.title = `${told.title} · Skyeworx`;
	}, [alone, told.title]);
	return (
		<div className={classes.problem} role="alert" data-tone={told.code === "not-permitted" ? "quiet" : undefined}>
			<Stack gap={6}>
				<Group gap="xs" wrap="nowrap" c={told.code === "not-permitted" ? "var(--sw-warn)" : "var(--sw-fail)"}>
					{icon(told.code)}
					{alone ? (
						<Title order={1} fz="md" fw={640}>
							{told.title}
						</Title>
					) : (
						<Text fw={640}>{told.title}</Text>
					)}
				</Group>
				<Text size="sm">{told.detail}</Text>
				{told.hint ? (
					<Text size="sm" c="dimmed">
						{told.hint}
					</Text>
				) : null}
				<Group gap="sm" mt={4}>
					{retry ? (
						<Button variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={retry}>
							Try again
						</Button>
					) : null}
					<span className={classes.requestId}>{[told.code, told.requestId].filter((part) => part !== "").join(" · ")}</span>
				</Group>
			</Stack>
		</div>
	);
}

/** A failure that is part of an answer: of a run, of an item. */
export function FailureView({ failure, title }: { readonly failure: Failure; readonly title: string }): ReactNode {
	return (
		<div className={classes.problem} role="alert">
			<Group gap="xs" wrap="nowrap" c="var(--sw-fail)">
				<IconAlertTriangle size={18} aria-hidden />
				<Text fw={640}>{title}</Text>
			</Group>
			<Text size="sm" mt={4}>
				{failure.detail}
			</Text>
			{failure.hint ? (
				<Text size="sm" c="dimmed" mt={2}>
					{failure.hint}
				</Text>
			) : null}
			<span className={classes.requestId}>{failure.code}</span>
		</div>
	);
}
