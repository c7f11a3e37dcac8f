import { Modal, ScrollArea, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import type { ItemHit } from "@skyeworx/contract";
import { IconArrowRight, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useClient } from "../live/app-context.tsx";
import { queries } from "../live/queries.ts";
import { KindMark } from "../parts/marks/kind-mark.tsx";
import { GoneMark } from "../parts/marks/status-marks.tsx";
import { Snippet } from "../parts/snippet.tsx";
import { ProblemView } from "../parts/states/problem-view.tsx";
import classes from "./shell.module.css";

function Hit({
	hit,
	active,
	open,
	id,
}: {
	readonly hit: ItemHit;
	readonly active: boolean;
	readonly open: () => void;
	readonly id: string;
}): ReactNode {
	return (
		// biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the field, as the combobox pattern wants
		<div
			id={id}
			role="option"
			aria-selected={active}
			tabIndex={-1}
			className={classes.hit}
			data-active={active || undefined}
			onClick={open}
		>
			<KindMark kind={hit.ref.kind} type={hit.type} />
			<span className={classes.hitText}>
				<span className={classes.hitTitle}>
					{hit.key === null ? "" : <strong>{hit.key} </strong>}
					{hit.title}
				</span>
				<span className={classes.hitSub}>
					{hit.space?.name ?? hit.app} {hit.snippet ? "· " : ""}
					<Snippet text={hit.snippet} />
					{hit.successor === null ? null : ` · created again as ${hit.successor.key ?? hit.successor.title}`}
				</span>
			</span>
			{hit.absence === null ? null : <GoneMark absence={hit.absence} />}
		</div>
	);
}

/** Gives the focus back where it was; the modal does so only when it stays mounted. */
function useFocusBack(): void {
	const [before] = useState(() => document.activeElement);
	useEffect(
		() => () => {
			if (before instanceof HTMLElement) before.focus({ preventScroll: true });
		},
		[before],
	);
}

/** Finds anything in all sites and versions; arrows choose, Enter opens. */
export function SearchDialog({ close }: { readonly close: () => void }): ReactNode {
	useFocusBack();
	return (
		<Modal
			opened
			onClose={close}
			withCloseButton={false}
			padding={0}
			size={640}
			yOffset="8vh"
			centered={false}
			attributes={{ content: { "aria-label": "Search" } }}
			transitionProps={{ duration: 0 }}
		>
			<SearchBody close={close} />
		</Modal>
	);
}

function SearchBody({ close }: { readonly close: () => void }): ReactNode {
	const [text, setText] = useState("");
	const field = useRef<HTMLInputElement>(null);
	// At once: who presses / goes on typing.
	useLayoutEffect(() => field.current?.focus(), []);
	const [active, setActive] = useState(0);
	const [asked] = useDebouncedValue(text, 120);
	const query = useQuery(queries.quickSearch(useClient(), asked));
	const navigate = useNavigate();
	const hits = asked.trim() === "" ? [] : (query.data?.items ?? []).slice(0, 12);
	const chosen = Math.min(active, hits.length);
	const open = (hit: ItemHit): void => {
		close();
		void navigate({ to: "/items/$siteId/$kind/$id", params: { siteId: hit.siteId, kind: hit.ref.kind, id: hit.ref.id } });
	};
	const openAll = (): void => {
		close();
		void navigate({ to: "/explore", search: text.trim() === "" ? {} : { q: text } });
	};
	const onKeyDown = (event: KeyboardEvent): void => {
		if (event.key === "ArrowDown") setActive(Math.min(chosen + 1, hits.length));
		else if (event.key === "ArrowUp") setActive(Math.max(chosen - 1, 0));
		else if (event.key === "Enter") {
			const hit = hits[chosen];
			if (hit === undefined || text !== asked) openAll();
			else open(hit);
		} else return;
		event.preventDefault();
	};
	return (
		<>
			<TextInput
				ref={field}
				size="lg"
				variant="unstyled"
				classNames={{ input: classes.searchInput ?? "" }}
				px="md"
				data-autofocus
				leftSection={<IconSearch size={18} aria-hidden />}
				placeholder="A key, a title, any words"
				value={text}
				onChange={(event) => {
					setText(event.currentTarget.value);
					setActive(0);
				}}
				onKeyDown={onKeyDown}
				role="combobox"
				aria-label="Search all sites, deleted items included"
				aria-expanded={hits.length > 0}
				aria-controls="search-hits"
				aria-activedescendant={hits.length > 0 ? `search-hit-${chosen}` : undefined}
				aria-autocomplete="list"
			/>
			<Found query={query} asked={asked} text={text} hits={hits} chosen={chosen} open={open} openAll={openAll} />
		</>
	);
}

interface FoundProps {
	readonly query: { readonly isError: boolean; readonly isSuccess: boolean; readonly error: unknown; readonly refetch: () => unknown };
	/** What was asked for, which may lag behind what was typed. */
	readonly asked: string;
	readonly text: string;
	readonly hits: readonly ItemHit[];
	readonly chosen: number;
	readonly open: (hit: ItemHit) => void;
	readonly openAll: () => void;
}

function Found({ query, asked, text, hits, chosen, open, openAll }: FoundProps): ReactNode {
	return (
		<ScrollArea.Autosize mah="60vh" scrollbars="y" style={{ borderTop: "1px solid var(--sw-line)" }} styles={{ content: { minWidth: 0 } }}>
			{query.isError ? <ProblemView error={query.error} retry={() => void query.refetch()} /> : null}
			<div id="search-hits" role="listbox" aria-label="Found items">
				{hits.map((hit, index) => (
					<Hit
						key={`${hit.siteId}/${hit.ref.kind}/${hit.ref.id}`}
						id={`search-hit-${index}`}
						hit={hit}
						active={index === chosen}
						open={() => open(hit)}
					/>
				))}
				{text.trim() === "" ? null : (
					// biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the field, as the combobox pattern wants
					<div
						id={`search-hit-${hits.length}`}
						role="option"
						aria-selected={chosen === hits.length}
						tabIndex={-1}
						className={classes.hit}
						data-active={chosen === hits.length || undefined}
						onClick={openAll}
					>
						<IconArrowRight size={16} aria-hidden />
						<span className={classes.hitText}>
							{hits.length === 0 && query.isSuccess && text === asked
								? "Nothing was found. Search with filters in Explore"
								: `Show everything for “${text}” in Explore`}
						</span>
					</div>
				)}
			</div>
			{text.trim() === "" ? (
				<Text size="sm" c="dimmed" p="md">
					Finds items of every version, also those that were deleted. Write a key such as ACME-12, words, or a “phrase in quotes”.
				</Text>
			) : null}
		</ScrollArea.Autosize>
	);
}
