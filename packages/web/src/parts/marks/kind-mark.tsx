import {
	IconArrowsJoin2,
	IconArticle,
	IconBell,
	IconBolt,
	IconBookmark,
	IconBox,
	IconBug,
	IconBuilding,
	IconCategory,
	IconChalkboard,
	IconCheckbox,
	IconCircleCheck,
	IconCircleDot,
	IconClipboardText,
	IconDatabase,
	IconFile,
	IconFileText,
	IconFilter,
	IconFlag,
	IconFolder,
	IconForms,
	IconGitBranch,
	IconHeadset,
	IconInbox,
	IconLayoutDashboard,
	IconLayoutKanban,
	IconLayoutList,
	IconLifebuoy,
	IconLink,
	IconListDetails,
	IconLock,
	IconPackage,
	IconPackages,
	IconPencil,
	IconPuzzle,
	IconRepeat,
	IconRobot,
	IconShield,
	IconShieldLock,
	IconSitemap,
	IconStack2,
	IconSubtask,
	IconTag,
	IconTemplate,
	IconTicket,
	IconUser,
	IconUsers,
} from "@tabler/icons-react";
import type { ComponentType, ReactNode } from "react";
import classes from "./marks.module.css";

type Icon = ComponentType<{ size?: number; stroke?: number; color?: string }>;

const byType: ReadonlyMap<string, readonly [Icon, string]> = new Map([
	["bug", [IconBug, "light-dark(#b8352a, #f0988e)"]],
	["epic", [IconBolt, "light-dark(#6b46b5, #bda3ee)"]],
	["story", [IconBookmark, "light-dark(#267a40, #78c790)"]],
	["task", [IconCheckbox, "light-dark(#1b62a8, #86b9ee)"]],
	["sub-task", [IconSubtask, "light-dark(#1b62a8, #86b9ee)"]],
	["subtask", [IconSubtask, "light-dark(#1b62a8, #86b9ee)"]],
]);

const byKind: ReadonlyMap<string, readonly [Icon, string]> = new Map<string, readonly [Icon, string]>([
	["jira.work-item", [IconCheckbox, "light-dark(#1b62a8, #86b9ee)"]],
	["jira.space", [IconBox, "var(--sw-quiet)"]],
	["confluence.space", [IconFolder, "var(--sw-quiet)"]],
	["confluence.page", [IconFileText, "light-dark(#1b62a8, #86b9ee)"]],
	["confluence.folder", [IconFolder, "var(--sw-quiet)"]],
	["confluence.whiteboard", [IconChalkboard, "var(--sw-quiet)"]],
	["confluence.database", [IconDatabase, "var(--sw-quiet)"]],
	["confluence.smart-link", [IconLink, "var(--sw-quiet)"]],
	["confluence.template", [IconTemplate, "var(--sw-quiet)"]],
	["confluence.custom-content", [IconPuzzle, "var(--sw-quiet)"]],
	["confluence.draft", [IconPencil, "var(--sw-quiet)"]],
	["confluence.blog-post", [IconArticle, "light-dark(#7c4e04, #edb95f)"]],
	...settings(),
]);

/** What a site is set up with: one quiet glyph for each kind, so that a list of them can be scanned. */
function settings(): readonly (readonly [kind: string, look: readonly [Icon, string]])[] {
	const glyphs: Readonly<Record<string, Icon>> = {
		"jira.user": IconUser,
		"jira.group": IconUsers,
		"jira.role": IconShield,
		"jira.space-category": IconTag,
		"jira.issue-type": IconCategory,
		"jira.issue-type-scheme": IconListDetails,
		"jira.status": IconCircleDot,
		"jira.priority": IconFlag,
		"jira.priority-scheme": IconFlag,
		"jira.resolution": IconCircleCheck,
		"jira.link-type": IconArrowsJoin2,
		"jira.field": IconForms,
		"jira.field-scheme": IconForms,
		"jira.screen": IconLayoutList,
		"jira.screen-scheme": IconStack2,
		"jira.issue-type-screen-scheme": IconStack2,
		"jira.workflow": IconGitBranch,
		"jira.workflow-scheme": IconSitemap,
		"jira.permission-scheme": IconLock,
		"jira.notification-scheme": IconBell,
		"jira.security-scheme": IconShieldLock,
		"jira.filter": IconFilter,
		"jira.board": IconLayoutKanban,
		"jira.sprint": IconRepeat,
		"jira.dashboard": IconLayoutDashboard,
		"jira.automation-rule": IconRobot,
		"jsm.organization": IconBuilding,
		"jsm.service-desk": IconHeadset,
		"jsm.request-type": IconTicket,
		"jsm.queue": IconInbox,
		"jsm.form": IconClipboardText,
		"jsm.asset-schema": IconPackages,
		"jsm.asset-object": IconPackage,
	};
	return Object.entries(glyphs).map(([kind, glyph]) => [kind, [glyph, "var(--sw-quiet)"]]);
}

export interface KindMarkProps {
	readonly kind: string;
	readonly type?: string | null;
	/** Writes the type beside the icon. */
	readonly labelled?: boolean;
}

/** The icon of a kind, or of a work item's type. */
export function KindMark({ kind, type, labelled = false }: KindMarkProps): ReactNode {
	const word = (type ?? "").toLowerCase();
	const service = /incident|request|service|problem|change/.test(word)
		? ([IconLifebuoy, "light-dark(#9a6206, #edb95f)"] as const)
		: undefined;
	const [Glyph, color] = byType.get(word) ?? service ?? byKind.get(kind) ?? [IconFile, "var(--sw-quiet)"];
	const name = type || kindWord(kind);
	return (
		<span className={classes.type} title={name}>
			<Glyph size={16} stroke={1.8} color={color} aria-hidden />
			{labelled ? name : null}
		</span>
	);
}

/** `jira.work-item` as `work item`. */
function kindWord(kind: string): string {
	const noun = kind.slice(kind.indexOf(".") + 1).replaceAll("-", " ");
	return noun;
}

/** Singular and plural of a kind, guessed from its id. */
export function kindNames(kind: string): readonly [string, string] {
	const noun = kindWord(kind);
	if (noun === "space") return kind.startsWith("jira") ? ["Jira space", "Jira spaces"] : ["Confluence space", "Confluence spaces"];
	if (noun.endsWith("y")) return [noun, `${noun.slice(0, -1)}ies`];
	return [noun, noun.endsWith("s") ? `${noun}es` : `${noun}s`];
}
