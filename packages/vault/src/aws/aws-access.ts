import type { KMSClientConfig } from "@aws-sdk/client-kms";

/** How AWS is reached. With nothing in it: the process's own credentials (environment, profile, instance), AWS's own addresses. */
export interface AwsAccess {
	readonly credentials?: AwsKeyPair;
	/** A role of the customer's account that the credentials assume first. */
	readonly role?: { readonly arn: string; readonly externalId?: string };
	/** Another address of the service, for compatible services and tests. */
	readonly endpoint?: string;
	/** Another address of STS, where roles are assumed. */
	readonly stsEndpoint?: string;
}

export interface AwsKeyPair {
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	readonly sessionToken?: string;
}

/** What the caller is called in the customer's CloudTrail. */
const sessionName = "skyeworx";
/** The shortest session that AWS gives: a role that no longer trusts us stops working soon. */
const sessionSeconds = 900;

/** Milliseconds; AWS's clients wait without end otherwise. */
export const awsTimeouts = { connectionTimeout: 5_000, requestTimeout: 20_000 } as const;

/** What an AWS client signs with. The SDK is loaded here, when it is first needed. */
export async function awsCredentials(access: AwsAccess, region: string): Promise<NonNullable<KMSClientConfig["credentials"]>> {
	const { fromNodeProviderChain, fromTemporaryCredentials } = await import("@aws-sdk/credential-providers");
	const own = access.credentials ?? fromNodeProviderChain();
	if (access.role === undefined) return own;
	const { arn, externalId } = access.role;
	return fromTemporaryCredentials({
		masterCredentials: own,
		params: {
			RoleArn: arn,
			RoleSessionName: sessionName,
			DurationSeconds: sessionSeconds,
			...(externalId === undefined ? {} : { ExternalId: externalId }),
		},
		clientConfig: {
			region,
			maxAttempts: 1,
			requestHandler: awsTimeouts,
			...(access.stsEndpoint === undefined ? {} : { endpoint: access.stsEndpoint }),
		},
	});
}
