import { expect, it } from "vitest";
import { endpoints } from "../endpoints.ts";
import { auditActionName, auditActionNames } from "./audit-names.ts";

it("every call that the audit log keeps has a name for people, and no two deeds the same one", () => {
	const actions = Object.values(endpoints).flatMap((endpoint) => ("audit" in endpoint ? [endpoint.audit] : []));
	expect(actions.length).toBeGreaterThan(50);
	expect(actions.filter((action) => auditActionNames[action] === undefined)).toEqual([]);
	expect(new Set(Object.values(auditActionNames)).size).toBe(Object.keys(auditActionNames).length);
});

it("says what it does not know yet by the words of its code", () => {
	expect(auditActionName("restore.run")).toBe("Restore started");
	expect(auditActionName("role.clone-all")).toBe("Role clone all");
});
