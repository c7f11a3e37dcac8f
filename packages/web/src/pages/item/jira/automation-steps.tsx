import { Badge, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { at, listAt, plainText, recordAt, textAt } from "../read-json.ts";
import type { Titles } from "./board-columns.tsx";
import classes from "./jira.module.css";

const sorts: Readonly<Record<string, string>> = {
	TRIGGER: "When",
	CONDITION: "If",
	CONDITION_BLOCK: "If",
	BRANCH: "For each",
	ACTION: "Then",
};

/** `jira.issue.event.trigger:transitioned` as `Issue event transitioned`. */
function deedOf(type: string): string {
	const words = type
		.replace(/^jira\./, "")
		.replace(/\.trigger|\.action|\.condition/g, "")
		.replaceAll(/[.:_-]+/g, " ")
		.trim();
	return words.charAt(0).toUpperCase() + words.slice(1);
}

const kinds: Readonly<Record<string, string>> = {
	status: "jira.status",
	destinationStatus: "jira.status",
	fromStatus: "jira.status",
	toStatus: "jira.status",
	priority: "jira.priority",
	resolution: "jira.resolution",
	issuetype: "jira.issue-type",
	project: "jira.space",
};

/** A value of a step in words; ids by the names of what they stand for. */
function saidOf(value: unknown, kind: string | undefined, titles: Titles): string {
	if (Array.isArray(value))
		return value
			.map((one) => saidOf(one, kind, titles))
			.filter(Boolean)
			.join(", ");
	const id = textAt(value, "type") === "ID" ? textAt(value, "value") : undefined;
	if (id !== undefined) return titles.get(`${kind ?? "jira.field"}/${id}`) ?? id;
	const space = typeof value === "string" ? /:project\/(\d+)$/.exec(value)?.[1] : undefined;
	if (space !== undefined) return titles.get(`jira.space/${space}`) ?? `Space ${space}`;
	if (typeof value !== "object" || value === null) return plainText(value);
	if (at(value, "headerSecure") === true) return `${textAt(value, "name") ?? "header"}: hidden`;
	return Object.entries(recordAt(value))
		.map(([name, member]) => factOf(name, member, fieldTypeOf(value), titles))
		.filter(Boolean)
		.join("; ");
}

const fieldTypeOf = (value: unknown): string | undefined => textAt(value, "fieldType") ?? textAt(value, "selectedFieldType");

function factOf(name: string, value: unknown, fieldType: string | undefined, titles: Titles): string {
	if (/^(id|selectedFieldType|fieldType|eventKey|modifier|multiValue)$/.test(name)) return "";
	const kind = kinds[name] ?? (name === "value" || name === "compareValue" ? kinds[fieldType ?? ""] : undefined);
	const said = saidOf(value, kind, titles);
	return said === "" ? "" : `${name.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase()}: ${said}`;
}

function Step({ step, titles }: { readonly step: unknown; readonly titles: Titles }): ReactNode {
	const value = recordAt(step, "value");
	const inner = [...listAt(step, "conditions"), ...listAt(step, "children")];
	const said = Object.entries(value)
		.map(([name, member]) => factOf(name, member, fieldTypeOf(value), titles))
		.filter(Boolean);
	return (
		<li>
			<Group gap={8}>
				<Badge variant="default" tt="none" fw={500} radius="sm">
					{sorts[textAt(step, "component") ?? ""] ?? "Step"}
				</Badge>
				<strong>{deedOf(textAt(step, "type") ?? "")}</strong>
			</Group>
			{said.map((fact) => (
				<Text key={fact} size="sm" c="dimmed">
					{fact}
				</Text>
			))}
			{inner.length === 0 ? null : (
				<ol>
					{inner.map((one, index) => (
						<Step key={textAt(one, "id") ?? index} step={one} titles={titles} />
					))}
				</ol>
			)}
		</li>
	);
}

/** An automation rule as a person reads it: when, if, then. */
export function AutomationSteps({
	parts,
	titles,
}: {
	readonly parts: Readonly<Record<string, unknown>>;
	readonly titles: Titles;
}): ReactNode {
	const rule = parts[""];
	const connections = listAt(parts.connections);
	return (
		<>
			<Group mb="sm">
				<Badge color={textAt(rule, "state") === "ENABLED" ? "green" : "gray"} tt="none" radius="sm">
					{textAt(rule, "state") === "ENABLED" ? "Enabled" : "Disabled"}
				</Badge>
				<Text size="sm">
					{listAt(rule, "ruleScopeARIs")
						.map((ari) => scopeOf(plainText(ari), titles))
						.join(", ")}
				</Text>
			</Group>
			<ol aria-label="Steps" className={classes.steps}>
				{[recordAt(rule, "trigger"), ...listAt(rule, "components")].map((step, index) => (
					<Step key={textAt(step, "id") ?? index} step={step} titles={titles} />
				))}
			</ol>
			{connections.length === 0 ? null : (
				<Text size="sm">Works through connections: {connections.map((one) => plainText(one)).join(", ")}</Text>
			)}
		</>
	);
}

function scopeOf(ari: string, titles: Titles): string {
	const space = /:project\/(\d+)$/.exec(ari)?.[1];
	if (space !== undefined) return titles.get(`jira.space/${space}`) ?? `Space ${space}`;
	return ari.startsWith("ari:cloud:jira::site/") ? "All spaces" : `All spaces of ${/^ari:cloud:([a-z-]+)::/.exec(ari)?.[1] ?? "a kind"}`;
}
