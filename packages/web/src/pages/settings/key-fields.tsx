import { PasswordInput, Select, Stack, TextInput } from "@mantine/core";
import type { VaultKeyInput } from "@skyeworx/contract";
import type { ReactNode } from "react";

/** A key while it is typed. */
export interface KeyDraft {
	readonly type: VaultKeyInput["type"];
	readonly keyArn: string;
	readonly roleArn: string;
	readonly keyId: string;
	readonly tenantId: string;
	readonly clientId: string;
	readonly clientSecret: string;
}

export const emptyKey: KeyDraft = { type: "kms-aws", keyArn: "", roleArn: "", keyId: "", tenantId: "", clientId: "", clientSecret: "" };

/** The key as the server takes it; undefined while something that it needs is missing. */
export function keyOf(draft: KeyDraft): VaultKeyInput | undefined {
	const { keyArn, roleArn, keyId, tenantId, clientId, clientSecret } = draft;
	switch (draft.type) {
		case "built-in":
			return { type: "built-in" };
		case "kms-aws":
			if (keyArn === "" || roleArn === "") return undefined;
			return { type: "kms-aws", keyArn: keyArn.trim(), access: { type: "role", roleArn: roleArn.trim() } };
		case "kms-azure":
			if (keyId === "" || tenantId === "" || clientId === "" || clientSecret === "") return undefined;
			return { type: "kms-azure", keyId: keyId.trim(), tenantId: tenantId.trim(), clientId: clientId.trim(), clientSecret };
	}
}

/** What opens new vaults. */
export function KeyFields({ draft, set }: { readonly draft: KeyDraft; readonly set: (draft: KeyDraft) => void }): ReactNode {
	const field = (name: Exclude<keyof KeyDraft, "type">) => ({
		value: draft[name],
		autoComplete: "off",
		onChange: (event: { readonly currentTarget: { readonly value: string } }) => set({ ...draft, [name]: event.currentTarget.value }),
	});
	return (
		<Stack gap="sm">
			<Select
				label="Kind of key"
				allowDeselect={false}
				value={draft.type}
				onChange={(type) => set({ ...draft, type: (type ?? "built-in") as KeyDraft["type"] })}
				data={[
					{ value: "kms-aws", label: "AWS KMS, by a role of your account" },
					{ value: "kms-azure", label: "Azure Key Vault" },
					{ value: "built-in", label: "Built-in key, sealed by this server" },
				]}
			/>
			{draft.type === "kms-aws" ? (
				<>
					<TextInput required label="Key ARN" {...field("keyArn")} />
					<TextInput
						required
						label="Role that may use it"
						description="Its trust policy asks for the external id below."
						{...field("roleArn")}
					/>
				</>
			) : null}
			{draft.type === "kms-azure" ? (
				<>
					<TextInput required label="Key identifier" placeholder="https://acme.vault.azure.net/keys/backup" {...field("keyId")} />
					<TextInput required label="Tenant id" {...field("tenantId")} />
					<TextInput required label="Application id" {...field("clientId")} />
					<PasswordInput required label="Client secret" {...field("clientSecret")} />
				</>
			) : null}
		</Stack>
	);
}
