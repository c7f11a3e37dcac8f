import { type AuditEntry, type Permission, permissionNames, type Role, roleNames } from "@skyeworx/contract";
import { sentence } from "../../parts/sentence.ts";

type Fact = AuditEntry["facts"][string];

const targets: Readonly<Record<string, string>> = {
	apiKey: "API key",
	noticeTarget: "Notices",
	target: "Notices",
	plan: "Restore plan",
	scimToken: "Provisioning token",
	token: "Provisioning token",
	snapshot: "Restore point",
};

/** `Restore point`, `Site`: what an entry is about. */
export function targetName(type: string): string {
	return targets[type] ?? sentence(words(type));
}

const factNames: Readonly<Record<string, string>> = {
	via: "Through",
	method: "With",
	items: "Items",
	snapshot: "Restore point",
	snapshots: "Restore points",
	plan: "Restore plan",
	revokedKeys: "API keys revoked",
	permission: "Lacking permission",
	freed: "Bytes freed",
	condemned: "Bytes to go later",
	defaultRole: "Role of everybody else",
};

const values: Readonly<Record<string, string>> = {
	session: "the web",
	"api-key": "an API key",
	schedule: "the schedule",
	entra: "Microsoft",
	link: "a link",
	succeeded: "complete",
	true: "yes",
	false: "no",
};

/** A fact of an entry as its name and value for people; ids and what is unknown stay as they are. */
export function factWords(name: string, value: Fact): readonly [name: string, value: string] {
	return [factNames[name] ?? sentence(words(name)), valueWords(name, value)];
}

function valueWords(name: string, value: Fact): string {
	const text = String(value);
	if (typeof value === "number") return value.toLocaleString("en-AU");
	if (name === "permission" || name === "permissions")
		return text
			.split(",")
			.map((one) => permissionNames[one as Permission] ?? one)
			.join(", ");
	if (name === "role") return roleNames[text as Role] ?? text;
	return values[text] ?? text.replaceAll(",", ", ");
}

/** `revokedKeys` as `revoked keys`. */
function words(name: string): string {
	return name.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}
