import { expect, it } from "vitest";
import type { Page, Stage } from "./stage.ts";

/** A security key in the browser's own laboratory: it is there, and it knows its owner. */
async function plugInAuthenticator(page: Page): Promise<void> {
	const laboratory = await page.context().newCDPSession(page);
	await laboratory.send("WebAuthn.enable");
	await laboratory.send("WebAuthn.addVirtualAuthenticator", {
		options: {
			protocol: "ctap2",
			transport: "internal",
			hasResidentKey: true,
			hasUserVerification: true,
			isUserVerified: true,
			automaticPresenceSimulation: true,
		},
	});
}

/** People come by invitation, sign in with passkeys, and may do what their role says. */
export function peopleJourneys(stage: () => Stage): void {
	it("an invitation's link makes a member once, who signs in again with a passkey and may do what the role says", async () => {
		const owner = await stage().tab();
		await owner.goto("/settings/members");
		await owner.getByRole("button", { name: "Invite somebody" }).click();
		const dialog = owner.getByRole("dialog");
		await dialog.getByRole("textbox", { name: "Name" }).fill("Ada Rowan");
		await dialog.getByRole("textbox", { name: "E-mail" }).fill("ada@example.com");
		await dialog.getByRole("button", { name: "Make the invitation" }).click();
		const link = dialog.getByText(/\/invitation#/);
		// A passkey belongs to a name, and 127.0.0.1 is none.
		const address = ((await link.textContent()) ?? "").replace("127.0.0.1", "localhost");
		await dialog.getByRole("button", { name: "I have it" }).click();

		const page = await stage().tab({ signedIn: false, expects: /401 \(Unauthorized\)/ });
		await plugInAuthenticator(page);
		await page.goto(address);
		await page.getByRole("button", { name: /^Join / }).click();
		await page.getByRole("heading", { level: 1, name: "Sign-in" }).waitFor();
		await page.getByRole("textbox", { name: "Name of the passkey" }).fill("Laptop");
		await page.getByRole("button", { name: "Make a passkey" }).click();
		await page.getByRole("table", { name: "Passkeys" }).getByText("Laptop").waitFor();

		await page.getByRole("button", { name: /account and appearance/ }).click();
		await page.getByRole("menuitem", { name: "Sign out" }).click();
		await page.getByRole("button", { name: "Use a passkey" }).click();
		await page.getByRole("heading", { level: 1 }).filter({ hasText: "promise" }).waitFor();
		await page.getByRole("button", { name: /Ada Rowan: account/ }).click();
		await page.getByText("Ada Rowan · Viewer").waitFor();
		const { origin } = new URL(address);
		await page.goto(`${origin}/settings/members`);
		await page.getByRole("heading", { name: "You may not manage people" }).waitFor();

		const late = await stage().tab({ signedIn: false, expects: /401 \(Unauthorized\)/ });
		await late.goto(address);
		await late.getByRole("alert").getByText("was used").waitFor();

		await owner.goto("/audit?action=invitation.accept");
		await owner.getByRole("table", { name: "Audit entries" }).getByText("Ada Rowan").first().waitFor();
		const download = owner.waitForEvent("download");
		await owner.getByRole("link", { name: "Export JSON lines" }).click();
		expect((await download).suggestedFilename()).toMatch(/^skyeworx-audit-\d{4}-\d\d-\d\d\.jsonl$/);

		await owner.goto("/settings/members");
		await owner.getByRole("button", { name: "Remove Ada Rowan…" }).click();
		await owner.getByRole("dialog").getByRole("button", { name: "Remove Ada Rowan" }).click();
		await owner.getByRole("button", { name: "Remove Ada Rowan…" }).waitFor({ state: "detached" });
		await page.goto(`${origin}/explore`);
		await page.getByRole("button", { name: "Use a passkey" }).click();
		await page.getByRole("alert").getByText("not known").waitFor();
	});

	it("the organization's deletion is asked for with its name, and called off", async () => {
		const page = await stage().tab();
		await page.goto("/settings/data");
		await page.getByRole("button", { name: "Delete the organization…" }).click();
		const dialog = page.getByRole("dialog");
		const name = ((await page.getByText(/^Type the name: /).textContent()) ?? "").replace(/^Type the name: /, "").replace(/ \*$/, "");
		const begin = dialog.getByRole("button", { name: "Begin the week to think" });
		expect(await begin.isDisabled()).toBe(true);
		await dialog.getByRole("textbox", { name: /^Type the name/ }).fill(name);
		await begin.click();
		await page.getByText("Everything goes on as before until it is confirmed.").waitFor();
		expect(await page.getByRole("button", { name: "Confirm the deletion…" }).isDisabled()).toBe(true);
		await page.getByRole("button", { name: "Call it off" }).click();
		await page.getByRole("button", { name: "Delete the organization…" }).waitFor();
		const download = page.waitForEvent("download");
		await page.getByRole("link", { name: "Export everything" }).click();
		expect((await download).suggestedFilename()).toMatch(/^skyeworx-organization-/);
	});

	it("a role of one's own is made, changed and deleted in words, and somebody is told of what happens", async () => {
		const page = await stage().tab();
		await page.goto("/settings/members");
		await page.getByRole("row", { name: /Administrator everything but: manage billing/ }).waitFor();
		await page.getByRole("button", { name: "Make a role" }).click();
		const dialog = page.getByRole("dialog");
		await dialog.getByRole("textbox", { name: "Name" }).fill("Inspector");
		await dialog.getByRole("checkbox", { name: "read the audit log" }).check();
		await dialog.getByRole("button", { name: "Save the role" }).click();
		await page.getByRole("row", { name: /Inspector see how backups are doing, read the audit log 0/ }).waitFor();
		await page.getByRole("button", { name: "Change the role Inspector…" }).click();
		await dialog.getByRole("checkbox", { name: "read the audit log" }).uncheck();
		await dialog.getByRole("button", { name: "Save the role" }).click();
		await page.getByRole("row", { name: /Inspector see how backups are doing 0/ }).waitFor();
		await page.getByRole("button", { name: "Delete the role Inspector" }).click();
		await dialog.getByRole("button", { name: "Keep it" }).click();
		await dialog.waitFor({ state: "detached" });
		await page.getByRole("button", { name: "Delete the role Inspector" }).click();
		await dialog.getByRole("button", { name: "Delete the role “Inspector”" }).click();
		await page.getByRole("row", { name: /Inspector/ }).waitFor({ state: "detached" });

		await page.goto("/settings/notices");
		await page.getByRole("button", { name: "Tell somebody" }).click();
		await dialog.getByText("Webhook", { exact: true }).click();
		await dialog.getByRole("textbox", { name: "Address" }).fill("https://hooks.example.com/skyeworx");
		await dialog.getByRole("checkbox", { name: "A restore has finished" }).uncheck();
		await dialog.getByRole("button", { name: "Add" }).click();
		await dialog.getByText(/^whsec_/).waitFor();
		await dialog.getByRole("button", { name: "I have it" }).click();
		await page.getByRole("row", { name: /Signed webhook hooks.example.com A backup is late/ }).waitFor();
		await page.getByRole("button", { name: "Send a test to hooks.example.com" }).click();
		await page.getByText("The test did not arrive at hooks.example.com").waitFor();
		await page.getByRole("button", { name: "Remove hooks.example.com…" }).click();
		await dialog.getByRole("button", { name: "Tell hooks.example.com no more" }).click();
		await page.getByRole("heading", { name: "Nobody is told yet" }).waitFor();
	});
}
