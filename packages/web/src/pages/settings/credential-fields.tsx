import { PasswordInput, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import type { ConnectionInput } from "@skyeworx/contract";
import type { ReactNode } from "react";

/** A credential while it is typed; both kinds are kept, so that changing one's mind loses nothing. */
export interface CredentialDraft {
	readonly type: "api-token" | "oauth";
	readonly email: string;
	readonly token: string;
	/** `2027-03-31`, or nothing. */
	readonly expiresOn: string;
	readonly clientId: string;
	readonly clientSecret: string;
	readonly refreshToken: string;
	readonly cloudId: string;
	readonly authUrl: string;
	readonly apiUrl: string;
}

export const emptyCredential: CredentialDraft = {
	type: "api-token",
	email: "",
	token: "",
	expiresOn: "",
	clientId: "",
	clientSecret: "",
	refreshToken: "",
	cloudId: "",
	authUrl: "",
	apiUrl: "",
};

/** The credential as the server takes it; undefined while something that it needs is missing. */
export function connectionOf(draft: CredentialDraft): ConnectionInput | undefined {
	const trimmed = Object.fromEntries(Object.entries(draft).map(([name, value]) => [name, value.trim()])) as Record<
		keyof CredentialDraft,
		string
	>;
	const { email, token, expiresOn, clientId, clientSecret, refreshToken, cloudId, authUrl, apiUrl } = trimmed;
	const gateway = apiUrl === "" ? {} : { apiUrl };
	if (draft.type === "api-token") {
		const ends = expiresOn === "" ? {} : { expiresAt: `${expiresOn}T00:00:00.000Z` };
		return email === "" || token === "" ? undefined : { type: "api-token", email, token, ...ends, ...gateway };
	}
	if (clientId === "" || clientSecret === "" || refreshToken === "") return undefined;
	return {
		type: "oauth",
		clientId,
		clientSecret,
		refreshToken,
		...(cloudId === "" ? {} : { cloudId }),
		...(authUrl === "" ? {} : { authUrl }),
		...gateway,
	};
}

export interface CredentialFieldsProps {
	readonly draft: CredentialDraft;
	readonly set: (draft: CredentialDraft) => void;
}

/** An API token of an account, or the grant of an OAuth 2.0 app. */
export function CredentialFields({ draft, set }: CredentialFieldsProps): ReactNode {
	const field = (name: keyof CredentialDraft) => ({
		value: draft[name],
		onChange: (event: { readonly currentTarget: { readonly value: string } }) => set({ ...draft, [name]: event.currentTarget.value }),
	});
	return (
		<Stack gap="sm">
			<SegmentedControl
				aria-label="Kind of credential"
				value={draft.type}
				onChange={(type) => set({ ...draft, type: type === "oauth" ? "oauth" : "api-token" })}
				data={[
					{ value: "api-token", label: "API token" },
					{ value: "oauth", label: "OAuth 2.0 app" },
				]}
			/>
			{draft.type === "api-token" ? (
				<>
					<TextInput
						required
						label="E-mail of the account"
						description="Only what this account may see can be protected."
						type="email"
						autoComplete="off"
						{...field("email")}
					/>
					<PasswordInput
						required
						label="API token of that account"
						description="Sealed with your organization’s key; never shown again."
						autoComplete="off"
						{...field("token")}
					/>
					<TextInput
						label="The token ends on"
						description="Atlassian says it when the token is made; you are told two weeks before."
						type="date"
						{...field("expiresOn")}
					/>
				</>
			) : (
				<OAuthFields field={field} />
			)}
			<details>
				<summary style={{ cursor: "pointer", fontSize: 13 }}>Other addresses than Atlassian’s own</summary>
				<Stack gap="sm" mt="xs">
					{draft.type === "oauth" ? <TextInput label="Token address" type="url" {...field("authUrl")} /> : null}
					<TextInput label="API gateway" description="For scoped tokens behind a proxy." type="url" {...field("apiUrl")} />
				</Stack>
			</details>
		</Stack>
	);
}

interface OAuthFieldsProps {
	readonly field: (name: keyof CredentialDraft) => {
		readonly value: string;
		readonly onChange: (event: { readonly currentTarget: { readonly value: string } }) => void;
	};
}

function OAuthFields({ field }: OAuthFieldsProps): ReactNode {
	return (
		<>
			<Text size="sm" c="dimmed">
				From your app in Atlassian’s developer console, granted with the scope offline_access. Refresh tokens rotate: this one is used up
				with the first call, and the newest is kept sealed.
			</Text>
			<TextInput required label="Client id" autoComplete="off" {...field("clientId")} />
			<PasswordInput required label="Client secret" autoComplete="off" {...field("clientSecret")} />
			<PasswordInput required label="Refresh token" autoComplete="off" {...field("refreshToken")} />
			<TextInput
				label="Cloud id"
				description="Only needed where the grant covers several sites and the address does not tell which."
				autoComplete="off"
				{...field("cloudId")}
			/>
		</>
	);
}
