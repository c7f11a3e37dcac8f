import { Badge, Group, Text, Title } from "@mantine/core";
import type { ItemDetail, ItemVersion } from "@skyeworx/contract";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useClient } from "../../live/app-context.tsx";
import type { ItemAddress } from "../../live/queries.ts";
import { Facts } from "../../parts/facts.tsx";
import { RichProvider } from "../../parts/rich/rich-context.tsx";
import { When } from "../../parts/time/when.tsx";
import { workTime } from "../../parts/time/write-time.ts";
import { BodyView } from "./body-view.tsx";
import classes from "./item.module.css";
import { FormAnswers } from "./jira/form-answers.tsx";
import { RequestSide, requestFacts } from "./jira/request-side.tsx";
import { settingView } from "./jira/setting-view.tsx";
import { otherFacts } from "./other-facts.tsx";
import { isAdf, listAt, plainText, recordAt, at as step, textAt } from "./read-json.ts";
import { bodyOf, type Comment, remarksOf, richFiles } from "./read-parts.ts";
import { Section } from "./section.tsx";

export interface PreviewProps {
	readonly item: ItemDetail;
	readonly at: ItemAddress;
	readonly loaded: ItemVersion;
	readonly version: string;
	readonly comments: readonly Comment[];
	readonly people: ReadonlyMap<string, string>;
}

/** The version as a person would have seen it. */
export function Preview({ item, at, loaded, version, comments, people }: PreviewProps): ReactNode {
	const client = useClient();
	const rich = useMemo(() => {
		const address = (fileId: string): string => client.itemFileUrl({ params: { ...at, fileId }, query: { version } });
		return { files: richFiles(loaded, address), remarks: remarksOf(comments), people, ...(item.url === null ? {} : { siteUrl: item.url }) };
	}, [client, at, loaded, version, comments, people, item.url]);
	return (
		<RichProvider value={rich}>
			<Title order={2} className={classes.previewTitle}>
				{loaded.title}
			</Title>
			{loaded.ref.kind === "jira.work-item" ? (
				<WorkItem item={item} loaded={loaded} names={people} />
			) : (
				<Other loaded={loaded} names={people} view={settingView(item, loaded)} />
			)}
		</RichProvider>
	);
}

interface NamedProps {
	readonly loaded: ItemVersion;
	/** People and custom fields, by id. */
	readonly names: ReadonlyMap<string, string>;
}

const listed: readonly (readonly [label: string, field: string])[] = [
	["Status", "status"],
	["Type", "issuetype"],
	["Priority", "priority"],
	["Assignee", "assignee"],
	["Reporter", "reporter"],
	["Parent", "parent"],
	["Labels", "labels"],
	["Components", "components"],
	["Affects versions", "versions"],
	["Fix versions", "fixVersions"],
	["Resolution", "resolution"],
	["Due", "duedate"],
	["Original estimate", "timeoriginalestimate"],
	["Remaining estimate", "timeestimate"],
	["Time spent", "timespent"],
];

/** Members that Jira counts in seconds. */
const durations = new Set(["timeoriginalestimate", "timeestimate", "timespent"]);

/** A place in the order of a board, which says nothing to a person. */
const rank = /^\d\|[0-9a-z]{6}:/;

function listedText(field: string, value: unknown): string {
	if (!durations.has(field)) return fieldText(value);
	return typeof value === "number" && value > 0 ? workTime(value) : "";
}

function fieldText(value: unknown): string {
	const summary = textAt(value, "fields", "summary");
	return summary === undefined ? plainText(value) : `${textAt(value, "key") ?? ""} ${summary}`;
}

function WorkItem({ item, loaded, names }: NamedProps & { readonly item: ItemDetail }): ReactNode {
	const fields = recordAt(loaded.parts[""], "fields");
	const description = bodyOf(fields.description);
	const environment = bodyOf(fields.environment);
	const custom = Object.entries(fields).filter(([name, value]) => name.startsWith("customfield_") && value !== null);
	const customBodies = custom.filter(([, value]) => isAdf(value));
	const customFacts = custom
		.map(([name, value]): readonly [string, string] => [names.get(name) ?? name.replace("customfield_", "Field "), plainText(value)])
		.filter(([name, value]) => value !== "" && !rank.test(value) && name !== "Epic Link");
	const links = listAt(fields, "issuelinks");
	return (
		<div className={classes.twoColumns}>
			<div>
				<Section title="Description">{description === undefined ? <Text c="dimmed">None</Text> : <BodyView body={description} />}</Section>
				{environment === undefined ? null : (
					<Section title="Environment">
						<BodyView body={environment} />
					</Section>
				)}
				{customBodies.map(([name, value]) => (
					<Section key={name} title={names.get(name) ?? name}>
						<BodyView body={{ format: "adf", document: value }} />
					</Section>
				))}
				<FormAnswers forms={loaded.parts.forms} />
				<RequestSide parts={loaded.parts} />
				{links.length === 0 ? null : (
					<Section title="Linked work items">
						<ul className={classes.links}>
							{links.map((link, index) => (
								<li key={textAt(link, "id") ?? index}>
									<LinkedItem link={link} siteId={item.siteId} />
								</li>
							))}
						</ul>
					</Section>
				)}
			</div>
			<aside aria-label="Fields">
				<Facts
					rows={[
						...listed.map(([label, field]): readonly [string, string] => [label, listedText(field, fields[field])]),
						["Created", <When key="created" at={textAt(fields, "created")} none="" />],
						["Updated", <When key="updated" at={textAt(fields, "updated")} none="" />],
						...requestFacts(loaded.parts),
						...customFacts.slice(0, 20),
					]}
				/>
			</aside>
		</div>
	);
}

/** How a link reads from here, and the way to the other item. */
function LinkedItem({ link, siteId }: { readonly link: unknown; readonly siteId: string }): ReactNode {
	const outward = step(link, "outwardIssue");
	const word = textAt(link, "type", outward === undefined ? "inward" : "outward") ?? "linked to";
	const other = outward ?? step(link, "inwardIssue");
	const id = textAt(other, "id");
	if (id === undefined) return `${word} ${fieldText(other)}`;
	return (
		<>
			{word}{" "}
			<Link to="/items/$siteId/$kind/$id" params={{ siteId, kind: "jira.work-item", id }}>
				{fieldText(other)}
			</Link>
		</>
	);
}

function labelsOf(loaded: ItemVersion): readonly string[] {
	const part = loaded.parts.labels;
	return [...listAt(part), ...listAt(part, "results")].map((label) => plainText(label)).filter(Boolean);
}

function likersOf(loaded: ItemVersion, names: NamedProps["names"]): string {
	return listAt(loaded.parts.likes)
		.map((like) => names.get(textAt(like, "accountId") ?? "") ?? "somebody")
		.sort()
		.join(", ");
}

/** Why there is nothing to read, by kind; not to be taken for an empty board. */
const noText: Readonly<Record<string, string>> = {
	"confluence.whiteboard": "Its title, its place and its properties are kept. Atlassian’s API does not give what is drawn on a whiteboard.",
	"confluence.database": "Its title, its place and its properties are kept. Atlassian’s API does not give the rows of a database.",
	"confluence.folder": "A folder holds what is listed under Related.",
};

interface OtherProps extends NamedProps {
	/** What is shown instead of a text. */
	readonly view: ReactNode | undefined;
}

function Other({ loaded, names, view }: OtherProps): ReactNode {
	const main = loaded.parts[""];
	const body = bodyOf(step(main, "body")) ?? bodyOf(step(main, "description")) ?? bodyOf(step(main, "description", "plain", "value"));
	const labels = labelsOf(loaded);
	const facts = [...otherFacts(recordAt(main), names), ["Liked by", likersOf(loaded, names)] as const];
	return (
		<div className={classes.twoColumns}>
			<div>
				{labels.length === 0 ? null : (
					<Group gap={6} mb="sm">
						{labels.map((label) => (
							<Badge key={label} variant="default" tt="none" fw={500} radius="sm">
								{label}
							</Badge>
						))}
					</Group>
				)}
				{body === undefined ? null : (
					<div className={view === undefined ? undefined : classes.aboveView}>
						<BodyView body={body} />
					</div>
				)}
				{view ?? (body === undefined ? <Text c="dimmed">{noText[loaded.ref.kind] ?? "This kind of item has no text."}</Text> : null)}
			</div>
			<aside aria-label="Fields">
				<Facts rows={facts} />
			</aside>
		</div>
	);
}
