import type { ItemDetail, ItemVersion } from "@skyeworx/contract";
import type { ReactNode } from "react";
import { at } from "../read-json.ts";
import { AssetAttributes, AssetTypes } from "./asset-views.tsx";
import { AutomationSteps } from "./automation-steps.tsx";
import { BoardColumns, type Titles } from "./board-columns.tsx";
import { FormQuestions } from "./form-answers.tsx";
import { outlineTables } from "./outline-tables.tsx";
import { PermissionTable } from "./permission-table.tsx";
import { schemeOutlines } from "./scheme-outlines.ts";
import { spaceOutlines } from "./space-outlines.ts";
import { WorkflowDiagram } from "./workflow-diagram.tsx";

/** A picture or table of a kind whose record says more than its members do; undefined for other kinds. */
export function settingView(item: ItemDetail, { parts, ref }: ItemVersion): ReactNode | undefined {
	const titles: Titles = new Map(item.related.map((one) => [`${one.ref.kind}/${one.ref.id}`, one.title]));
	switch (ref.kind) {
		case "jira.workflow":
			return <WorkflowDiagram parts={parts} />;
		case "jira.board":
			return <BoardColumns parts={parts} titles={titles} />;
		case "jira.permission-scheme":
			return <PermissionTable parts={parts} titles={titles} />;
		case "jira.automation-rule":
			return <AutomationSteps parts={parts} titles={titles} />;
		case "jsm.form":
			return <FormQuestions design={at(parts[""], "design")} />;
		case "jsm.asset-object":
			return <AssetAttributes parts={parts} />;
		case "jsm.asset-schema":
			return <AssetTypes parts={parts} />;
		default:
			return outlineTables((schemeOutlines[ref.kind] ?? spaceOutlines[ref.kind])?.(parts, titles) ?? []);
	}
}
