import type { Attention, Failure, OverviewSite, Run } from "@skyeworx/contract";

type WatchedSite = Omit<OverviewSite, "strip">;

/** What is known of a site when its attention list is made. */
export interface Watched {
	readonly site: WatchedSite;
	readonly problem: Failure | null;
	/** Newest backup that has ended. */
	readonly lastRun: Run | undefined;
	/** Whether its vault and catalog could be opened. */
	readonly opened: boolean;
	/** Whether a person began to set it up and did not come to the end. */
	readonly settingUp: boolean;
	/** Objects of its vault that are damaged. */
	readonly damaged: number;
	/** What will keep the credential from working, or from seeing all that it saw; sentences. */
	readonly warnings: readonly string[];
}

const unusualDeletions = { atLeast: 20, share: 0.05 };
const weight: Readonly<Record<Attention["severity"], number>> = { critical: 0, warning: 1, info: 2 };

/** Says what several items of a kind are called. */
type NameKind = (kind: string) => string;

/** What somebody should look at, worst first, each with one thing to do. */
export function attentionOf(watched: readonly Watched[], nameKind: NameKind): Attention[] {
	return watched.flatMap((one) => siteAttention(one, nameKind)).toSorted((a, b) => weight[a.severity] - weight[b.severity]);
}

function siteAttention(watched: Watched, nameKind: NameKind): Attention[] {
	const { site, problem, lastRun, opened } = watched;
	if (!opened) {
		return [
			entry(site, {
				severity: "critical",
				code: "vault",
				title: `The vault of ${site.name} does not open`,
				detail: problem?.detail ?? "The server's log says why.",
				label: "Open site",
				type: "open-site",
			}),
		];
	}
	return [
		damage(watched),
		lateness(watched),
		credential(watched),
		credentialSoon(watched),
		lastOutcome(watched, nameKind),
		deletions(site, lastRun),
		blindness(site, lastRun),
		unfinished(watched),
	].filter((found) => found !== undefined);
}

function lateness({ site }: Watched): Attention | undefined {
	if (site.withinPromise || site.status === "paused" || site.runningRunId !== null) return undefined;
	const never = site.lastGood === null;
	return entry(site, {
		severity: "critical",
		code: never ? "never-backed-up" : "late",
		title: never ? `${site.name} has never been backed up` : `The last good backup of ${site.name} is ${ageText(site.ageSeconds ?? 0)} old`,
		detail: `The promise is one at least every ${ageText(site.promiseSeconds)}.`,
		label: "Back up now",
		type: "run-backup",
	});
}

function unfinished({ site, settingUp }: Watched): Attention | undefined {
	if (!settingUp) return undefined;
	return entry(site, {
		severity: "info",
		code: "set-up",
		title: `The set-up of ${site.name} is not finished`,
		detail: "It goes on where it stood, and ends with a restore that is tried out.",
		label: "Go on with the set-up",
		type: "continue-setup",
	});
}

function damage({ site, damaged }: Watched): Attention | undefined {
	if (damaged === 0) return undefined;
	return entry(site, {
		severity: "critical",
		code: "damaged",
		title: `The vault of ${site.name} is damaged`,
		detail: `${damaged} ${damaged === 1 ? "object" : "objects"} can't be read. The site's page names each item of each restore point that is lost with it; the next backup reads again what the site still has.`,
		label: "See what is damaged",
		type: "open-site",
	});
}

function credentialSoon({ site, problem, warnings }: Watched): Attention | undefined {
	if (warnings.length === 0 || problem !== null) return undefined;
	return entry(site, {
		severity: "warning",
		code: "credential-soon",
		title: `The credential of ${site.name} needs somebody, before a backup is incomplete`,
		detail: sentences(warnings),
		label: "Open site",
		type: "open-site",
	});
}

function credential({ site, problem }: Watched): Attention | undefined {
	if (problem === null || site.status === "connected") return undefined;
	return entry(site, {
		severity: "critical",
		code: site.status === "credential-problem" ? "credential" : "unreachable",
		title: site.status === "credential-problem" ? `The credential of ${site.name} does not work` : `${site.name} can't be reached`,
		detail: sentences([problem.detail, problem.hint ?? ""]),
		label: "Check again",
		type: "check-site",
	});
}

function lastOutcome({ site, lastRun, problem }: Watched, nameKind: NameKind): Attention | undefined {
	if (lastRun === undefined || problem !== null || (lastRun.status !== "failed" && lastRun.status !== "incomplete")) return undefined;
	const failed = lastRun.status === "failed";
	return entry(site, {
		severity: "warning",
		code: failed ? "failing" : "incomplete",
		title: failed ? `The last backup of ${site.name} failed` : `The last backup of ${site.name} could not read everything`,
		detail:
			lastRun.error?.detail ??
			sentences(lastRun.failedKinds.map((group) => `${group.kinds.map(nameKind).join(", ")}: ${group.error.detail}`)),
		label: "See the run",
		type: "open-run",
		runId: lastRun.id,
	});
}

function deletions(site: WatchedSite, lastRun: Run | undefined): Attention | undefined {
	const deleted = lastRun?.counts.reduce((sum, kind) => sum + kind.deleted, 0) ?? 0;
	const held = site.items + deleted;
	if (lastRun === undefined || deleted < unusualDeletions.atLeast || deleted < held * unusualDeletions.share) return undefined;
	return entry(site, {
		severity: "warning",
		code: "unusual-deletions",
		title: `${deleted} items of ${site.name} are gone since the backup before`,
		detail: "They were deleted, or the connection may not see them any more. They are kept here and can be restored.",
		label: "See what changed",
		type: "open-changes",
		runId: lastRun.id,
		snapshotId: lastRun.snapshotId,
	});
}

function blindness(site: WatchedSite, lastRun: Run | undefined): Attention | undefined {
	const spots = lastRun?.blindSpots.filter((spot) => spot.cause === "permission" || spot.cause === "scope") ?? [];
	if (spots.length === 0) return undefined;
	return entry(site, {
		severity: "info",
		code: "blind-spots",
		title: `The credential of ${site.name} does not see everything`,
		detail: sentences(spots.map((spot) => spot.reason)),
		label: "See what is not protected",
		type: "open-site",
	});
}

type Short = Pick<Attention, "severity" | "code" | "title" | "detail"> & {
	readonly label: string;
	readonly type: Attention["action"]["type"];
	readonly runId?: string;
	readonly snapshotId?: number | null;
};

function entry(site: WatchedSite, { label, type, runId, snapshotId, ...said }: Short): Attention {
	return { ...said, siteId: site.id, action: { label, type, runId: runId ?? null, snapshotId: snapshotId ?? null } };
}

/** Puts what was said one after the other, each as a sentence of its own. */
export function sentences(said: readonly string[]): string {
	return said
		.map((text) => text.trim())
		.filter((text) => text !== "")
		.map((text) => (/[.!?…]$/.test(text) ? text : `${text}.`))
		.join(" ");
}

/** `3 hours`, `1 day`: whole units, the largest that fits. */
export function ageText(seconds: number): string {
	const units: readonly (readonly [number, string])[] = [
		[86_400, "day"],
		[3600, "hour"],
		[60, "minute"],
	];
	for (const [size, name] of units) {
		const count = Math.floor(seconds / size);
		if (count >= 1) return `${count} ${name}${count === 1 ? "" : "s"}`;
	}
	return "under a minute";
}
