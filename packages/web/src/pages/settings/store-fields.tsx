import { NumberInput, PasswordInput, Select, Stack, TextInput } from "@mantine/core";
import type { StoreInput } from "@skyeworx/contract";
import type { ReactNode } from "react";

/** A store while it is typed. */
export interface StoreDraft {
	readonly type: "folder" | "s3-role" | "s3-keys" | "azure";
	readonly folder: string;
	readonly bucket: string;
	readonly region: string;
	readonly prefix: string;
	readonly endpoint: string;
	readonly roleArn: string;
	readonly accessKeyId: string;
	readonly secret: string;
	readonly account: string;
	readonly container: string;
	readonly lockMode: "" | "governance" | "compliance";
	readonly lockDays: number;
}

export const emptyStore: StoreDraft = {
	type: "s3-role",
	folder: "",
	bucket: "",
	region: "ap-southeast-2",
	prefix: "",
	endpoint: "",
	roleArn: "",
	accessKeyId: "",
	secret: "",
	account: "",
	container: "",
	lockMode: "",
	lockDays: 30,
};

/** The store as the server takes it; undefined while something that it needs is missing. */
export function storeOf(draft: StoreDraft): StoreInput | undefined {
	const prefix = draft.prefix.trim() === "" ? {} : { prefix: draft.prefix.trim() };
	const lock = draft.lockMode === "" ? {} : { lock: { mode: draft.lockMode, days: draft.lockDays } };
	const { bucket, region, roleArn, accessKeyId, secret, account, container, folder } = draft;
	switch (draft.type) {
		case "folder":
			return { type: "folder", ...(folder.trim() !== "" && { folder: folder.trim() }) };
		case "s3-role":
			if (bucket === "" || region === "" || roleArn === "") return undefined;
			return { type: "s3", bucket, region, ...prefix, access: { type: "role", roleArn: roleArn.trim() }, ...lock };
		case "s3-keys": {
			if (bucket === "" || region === "" || accessKeyId === "" || secret === "") return undefined;
			const endpoint = draft.endpoint.trim() === "" ? {} : { endpoint: draft.endpoint.trim() };
			const access = { type: "keys" as const, accessKeyId: accessKeyId.trim(), secretAccessKey: secret };
			return { type: "s3", bucket, region, ...prefix, ...endpoint, access, ...lock };
		}
		case "azure":
			if (account === "" || container === "" || secret === "") return undefined;
			return { type: "azure", account, container, ...prefix, access: azureAccess(secret.trim()), ...lock };
	}
}

/** A shared access signature says so by itself. */
function azureAccess(secret: string) {
	return /(^|[?&])sig=/.test(secret)
		? { type: "shared-access-signature" as const, signature: secret }
		: { type: "account-key" as const, key: secret };
}

interface StoreFieldsProps {
	readonly draft: StoreDraft;
	readonly set: (draft: StoreDraft) => void;
}

type TextName = Exclude<keyof StoreDraft, "type" | "lockMode" | "lockDays">;

/** Where new vaults are put. */
export function StoreFields({ draft, set }: StoreFieldsProps): ReactNode {
	const field = (name: TextName) => ({
		value: draft[name],
		autoComplete: "off",
		onChange: (event: { readonly currentTarget: { readonly value: string } }) => set({ ...draft, [name]: event.currentTarget.value }),
	});
	return (
		<Stack gap="sm">
			<Select
				label="Kind of store"
				allowDeselect={false}
				value={draft.type}
				onChange={(type) => set({ ...draft, type: (type ?? "s3-role") as StoreDraft["type"] })}
				data={[
					{ value: "s3-role", label: "Amazon S3, by a role of your account" },
					{ value: "s3-keys", label: "Amazon S3 or compatible, by an access key" },
					{ value: "azure", label: "Azure Blob Storage" },
					{ value: "folder", label: "Folder of the server" },
				]}
			/>
			{draft.type === "folder" ? (
				<TextInput
					label="Folder"
					description="Empty for the server's own; others only where its operator allows them."
					{...field("folder")}
				/>
			) : (
				<Bucket draft={draft} field={field} />
			)}
			{draft.type === "folder" ? null : <LockFields draft={draft} set={set} />}
		</Stack>
	);
}

interface BucketProps {
	readonly draft: StoreDraft;
	readonly field: (name: TextName) => {
		readonly value: string;
		readonly autoComplete: string;
		readonly onChange: (event: { readonly currentTarget: { readonly value: string } }) => void;
	};
}

function Bucket({ draft, field }: BucketProps): ReactNode {
	if (draft.type === "azure") {
		return (
			<>
				<TextInput required label="Storage account" {...field("account")} />
				<TextInput required label="Container" {...field("container")} />
				<TextInput label="Folder in the container" {...field("prefix")} />
				<PasswordInput required label="Account key or shared access signature" {...field("secret")} />
			</>
		);
	}
	return (
		<>
			<TextInput required label="Bucket" {...field("bucket")} />
			<TextInput required label="Region" description="The bucket must lie there, now and whenever it is opened." {...field("region")} />
			<TextInput label="Folder in the bucket" {...field("prefix")} />
			{draft.type === "s3-role" ? (
				<TextInput required label="Role ARN" description="Its trust policy asks for the external id below." {...field("roleArn")} />
			) : (
				<>
					<TextInput label="Endpoint" description="Of a compatible server; empty for Amazon." {...field("endpoint")} />
					<TextInput required label="Access key id" {...field("accessKeyId")} />
					<PasswordInput required label="Secret access key" {...field("secret")} />
				</>
			)}
		</>
	);
}

function LockFields({ draft, set }: StoreFieldsProps): ReactNode {
	return (
		<>
			<Select
				label="Immutability"
				description="Compliance can't be lifted by anybody, you and us included, until it ends."
				allowDeselect={false}
				value={draft.lockMode}
				onChange={(mode) => set({ ...draft, lockMode: (mode ?? "") as StoreDraft["lockMode"] })}
				data={[
					{ value: "", label: "None" },
					{ value: "governance", label: "Governance: lifted with a special right only" },
					{ value: "compliance", label: "Compliance: lifted by nobody" },
				]}
			/>
			{draft.lockMode === "" ? null : (
				<NumberInput
					label="Days that each backup can't be deleted"
					min={1}
					max={3650}
					value={draft.lockDays}
					onChange={(days) => set({ ...draft, lockDays: Number(days) })}
				/>
			)}
		</>
	);
}
