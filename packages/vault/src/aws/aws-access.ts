import type { KMSClientConfig } from "@aws-sdk/client-kms";
import { AppError } from "@skyeworx/core";
import { bareCause } from "../crypto/key-services/key-service-errors.ts";

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

/** By the exceptions that STS and the SDK's own look-up of credentials end with; everything else may work later. */
const refusedBy: ReadonlySet<string> = new Set([
	"AccessDenied",
	"AccessDeniedException",
	"CredentialsProviderError",
	"ExpiredToken",
	"ExpiredTokenException",
	"InvalidClientTokenId",
	"MalformedPolicyDocument",
	"RegionDisabledException",
	"SignatureDoesNotMatch",
	"ValidationError",
]);

/**
 * What an AWS client signs with. The SDK is loaded here, when it is first needed. When it is asked for credentials and gets none,
 * the client throws AppError `credential-rejected`, `facts.reason` is AWS's word; trouble on the way keeps the SDK's own error.
 */
export async function awsCredentials(access: AwsAccess, region: string): Promise<NonNullable<KMSClientConfig["credentials"]>> {
	const { fromNodeProviderChain, fromTemporaryCredentials } = await import("@aws-sdk/credential-providers");
	if (access.credentials !== undefined && access.role === undefined) return access.credentials;
	const own = access.credentials ?? fromNodeProviderChain();
	if (access.role === undefined) return explained(own);
	const { arn, externalId } = access.role;
	const assumed = fromTemporaryCredentials({
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
	return explained(assumed, arn);
}

type Provider = Extract<NonNullable<KMSClientConfig["credentials"]>, (...input: never[]) => unknown>;

function explained(provider: Provider | AwsKeyPair, role?: string): Provider {
	return async (properties) => {
		try {
			return typeof provider === "function" ? await provider(properties) : provider;
		} catch (cause) {
			const reason = cause instanceof Error ? cause.name : "unknown";
			if (!refusedBy.has(reason)) throw cause;
			throw new AppError(
				"credential-rejected",
				role === undefined ? "AWS gave this program no credentials" : `AWS does not let this program assume ${role}`,
				{
					facts: { reason, role },
					hint: "Check the access key, the role's trust policy and its external id.",
					cause: bareCause(cause),
				},
			);
		}
	};
}
