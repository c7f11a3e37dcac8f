import { AppShell, Burger, Center, Group, Loader, UnstyledButton } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { ApiError } from "@skyeworx/contract";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useRouter } from "@tanstack/react-router";
import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import { MeProvider, useClient } from "../live/app-context.tsx";
import { useLiveEvents } from "../live/live-provider.tsx";
import { queries } from "../live/queries.ts";
import { ProblemView } from "../parts/states/problem-view.tsx";
import { Logo } from "./logo.tsx";
import { Navigation } from "./navigation.tsx";
import { PersonMenu } from "./person-menu.tsx";
import { RunningPill } from "./running-pill.tsx";
import { SearchOpener } from "./search-opener.tsx";
import classes from "./shell.module.css";
import { SiteSwitcher } from "./site-switcher.tsx";
import { TrayBar } from "./tray-bar.tsx";

type Dialog = ComponentType<{ readonly close: () => void }>;

/** Loads the search dialog after the first page; kept in state, because Suspense would show it a third of a second late. */
function useSearchDialog(): Dialog | undefined {
	const [dialog, setDialog] = useState<{ readonly component: Dialog }>();
	useEffect(() => void import("./search-dialog.tsx").then((module) => setDialog({ component: module.SearchDialog })), []);
	return dialog?.component;
}

/** The frame of every page, once somebody is signed in. */
export function Shell(): ReactNode {
	const me = useQuery(queries.me(useClient()));
	if (me.data !== undefined) {
		return (
			<MeProvider me={me.data}>
				<Frame />
			</MeProvider>
		);
	}
	if (me.error instanceof ApiError && me.error.status === 401) return <ToSignIn />;
	return (
		<Center h="100vh" p="lg">
			{me.isError ? <ProblemView alone error={me.error} retry={() => void me.refetch()} /> : <Loader aria-label="Loading" />}
		</Center>
	);
}

/** Goes to the sign-in page once, and remembers where the person wanted to be. */
function ToSignIn(): ReactNode {
	const router = useRouter();
	useEffect(() => {
		const { href, pathname } = router.latestLocation;
		if (pathname === "/sign-in") return;
		void router.navigate({ to: "/sign-in", search: href === "/" ? {} : { next: href }, replace: true });
	}, [router]);
	return null;
}

function Frame(): ReactNode {
	useLiveEvents();
	const [menuOpen, menu] = useDisclosure(false);
	const [searchOpen, search] = useDisclosure(false);
	const path = useLocation({ select: (location) => location.pathname });
	useHotkeys([
		["/", search.open],
		["mod+K", search.open],
	]);
	const SearchDialog = useSearchDialog();
	const close = menu.close;
	useEffect(() => {
		if (path !== "") close();
	}, [path, close]);
	return (
		<AppShell
			header={{ height: 52 }}
			navbar={{ width: 204, breakpoint: "md", collapsed: { mobile: !menuOpen } }}
			padding={0}
			transitionDuration={0}
		>
			<a className={classes.skip} href="#main">
				Skip to the page
			</a>
			<AppShell.Header className={classes.header}>
				<Group h="100%" gap="sm" wrap="nowrap" px="sm">
					<Burger
						opened={menuOpen}
						onClick={menu.toggle}
						hiddenFrom="md"
						size="sm"
						color="#e6f1f2"
						aria-label={menuOpen ? "Close the menu" : "Open the menu"}
					/>
					<UnstyledButton component={Link} to="/" className={classes.brand} aria-label="Skyeworx: overview">
						<Logo size={26} />
						<span className={classes.brandName}>Skyeworx</span>
					</UnstyledButton>
					<SiteSwitcher />
					<SearchOpener open={search.open} />
					<Group gap="xs" wrap="nowrap" ml="auto">
						<RunningPill />
						<PersonMenu />
					</Group>
				</Group>
			</AppShell.Header>
			<AppShell.Navbar className={classes.navbar}>
				<Navigation />
			</AppShell.Navbar>
			<AppShell.Main id="main" tabIndex={-1} className={classes.main}>
				<Outlet />
			</AppShell.Main>
			<TrayBar />
			{searchOpen && SearchDialog !== undefined ? <SearchDialog close={search.close} /> : null}
		</AppShell>
	);
}
