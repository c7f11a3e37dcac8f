import { boards } from "./agile/board.ts";
import { dashboards } from "./agile/dashboard.ts";
import { filters } from "./agile/filter.ts";
import { sprints } from "./agile/sprint.ts";
import { assetSchemas } from "./assets/schema/asset-schema.ts";
import { automationRules } from "./automation/automation-rule.ts";
import { configurationKinds } from "./configuration/configuration-kinds.ts";
import { formTemplates } from "./form/form-template.ts";
import { organizations, queues, requestTypes, serviceDesks } from "./service/service-kinds.ts";
import type { SettingKinds } from "./setting/read-settings.ts";
import type { SettingKind } from "./setting/setting-kind.ts";
import { jiraSpaces } from "./space/space-kind.ts";

/** Kinds that change as people work, or that Jira's audit log says nothing of: read in every run. One line a kind. */
const brisk: readonly SettingKind[] = [jiraSpaces, filters, boards, sprints, dashboards, automationRules];

/** Kinds that seldom change: read when the audit log names a change, and once a day. One line a kind. */
const slow: readonly SettingKind[] = [...configurationKinds, organizations, serviceDesks, requestTypes, queues, formTemplates];

/** Kinds that a reading of their own reads: see `assets/read-assets.ts`. One line a kind. */
const apart: readonly SettingKind[] = [assetSchemas];

/** Every kind of Jira that is read by lists. */
export const settingKinds: SettingKinds = { brisk, slow };

/** The same in one list, parents first. */
export const allSettingKinds: readonly SettingKind[] = [...slow, ...brisk, ...apart];
