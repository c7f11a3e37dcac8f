import type { Command } from "commander";
import type { CliPorts } from "../session.ts";
import { registerApiKey } from "./api-key/register-api-key.ts";
import { registerAudit } from "./audit/register-audit.ts";
import { registerBackup } from "./backup/run.ts";
import { registerDrill } from "./drill/register-drill.ts";
import { registerInsights } from "./insights/register-insights.ts";
import { registerDiff } from "./item/diff.ts";
import { registerFind } from "./item/find.ts";
import { registerShow } from "./item/show.ts";
import { registerVersions } from "./item/versions.ts";
import { registerMember } from "./member/register-member.ts";
import { registerNotice } from "./notice/register-notice.ts";
import { registerOrganization } from "./organization/register-organization.ts";
import { registerPolicy } from "./policy/register-policy.ts";
import { registerRestoreCancel } from "./restore/cancel.ts";
import { registerRestorePlan } from "./restore/plan.ts";
import { registerRestoreRun } from "./restore/run.ts";
import { registerRestoreUndo } from "./restore/undo.ts";
import { registerKeepSnapshots } from "./retention/keep-snapshots.ts";
import { registerRetention } from "./retention/register-retention.ts";
import { registerRole } from "./role/register-role.ts";
import { registerSite } from "./site/register-site.ts";
import { registerSnapshotKeep } from "./snapshot/keep.ts";
import { registerSnapshotList } from "./snapshot/list.ts";
import { registerStorage } from "./storage/register-storage.ts";
import { registerUpkeep } from "./upkeep/register-upkeep.ts";
import { registerVaultCommands } from "./vault/register-vault.ts";

/** Adds every noun and verb to the program. */
export function registerCommands(program: Command, ports: CliPorts): void {
	registerSite(program.command("site").description("the connected sites, and connecting one"), ports);
	registerBackup(program.command("backup").description("back a site up"), ports);
	const snapshot = program.command("snapshot").description("the restore points of a site");
	registerSnapshotList(snapshot, ports);
	registerSnapshotKeep(snapshot, ports);
	registerPolicy(program.command("policy").description("how often a site is backed up"), ports);
	const retention = program.command("retention").description("how long restore points are kept, and what keeps them longer");
	registerRetention(retention, ports);
	registerKeepSnapshots(retention, ports);
	registerUpkeep(program.command("upkeep").description("look after a site's vault: free, verify, mend"), ports);
	registerDrill(program.command("drill").description("try restores out before anybody needs one: score them, and time them"), ports);
	const item = program.command("item").description("find items, look at them, compare them");
	registerFind(item, ports);
	registerVersions(item, ports);
	registerShow(item, ports);
	registerDiff(item, ports);
	const restore = program.command("restore").description("plan a restore, carry it out, take it back");
	registerRestorePlan(restore, ports);
	registerRestoreRun(restore, ports);
	registerRestoreUndo(restore, ports);
	registerRestoreCancel(restore, ports);
	registerMember(program.command("member").description("who belongs to the organization"), ports);
	registerOrganization(
		program.command("organization").description("everything about the organization: take it away, or delete it for good"),
		ports,
	);
	registerRole(program.command("role").description("what members may do"), ports);
	registerApiKey(program.command("api-key").description("keys for programs"), ports);
	registerInsights(
		program.command("insights").description("how the backups did: age against promise, success, growth, what is unusual, API budget"),
		ports,
	);
	registerNotice(program.command("notice").description("what was noticed, and who is told"), ports);
	registerAudit(program.command("audit").description("the log that nobody can change: read it, export it, verify it"), ports);
	registerStorage(program.command("storage").description("where vaults lie and what opens them"), ports);
	registerVaultCommands(
		program.command("vault").description("open a vault without any server: only its folder or bucket, and a key"),
		ports,
	);
}
