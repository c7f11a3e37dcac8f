import { randomBytes } from "node:crypto";
import { AwsRefusal } from "./aws-refusal.ts";
import type { Caller } from "./signature-v4.ts";

/** A role of an account, and whom it lets in. */
export interface SimulatedRole {
	readonly arn: string;
	readonly trusts: string;
	/** Must come with the request, when the trust policy names one. */
	readonly externalId?: string;
}

export interface TemporaryCredentials extends Caller {
	readonly accessKeyId: string;
	readonly sessionToken: string;
	readonly expiresAt: Date;
}

const known = new Set(["Action", "Version", "RoleArn", "RoleSessionName", "DurationSeconds", "ExternalId"]);

/** STS AssumeRole. @throws AwsRefusal */
export function assumeRole(
	form: URLSearchParams,
	{ principal, roles, now }: { readonly principal: string; readonly roles: ReadonlyMap<string, SimulatedRole>; readonly now: Date },
): TemporaryCredentials {
	const refuse = (message: string) => new AwsRefusal("ValidationError", message);
	for (const name of form.keys()) if (!known.has(name)) throw refuse(`Unknown parameter ${name}`);
	if (form.get("Action") !== "AssumeRole" || form.get("Version") !== "2011-06-15")
		throw new AwsRefusal("InvalidAction", "Could not find operation");
	if (!/^[\w+=,.@-]{2,64}$/.test(form.get("RoleSessionName") ?? ""))
		throw refuse("Value at 'roleSessionName' failed to satisfy constraint");
	const seconds = Number(form.get("DurationSeconds") ?? 3600);
	if (!(seconds >= 900 && seconds <= 43_200)) throw refuse("Value at 'durationSeconds' failed to satisfy constraint");
	const arn = form.get("RoleArn") ?? "";
	const role = roles.get(arn);
	// AWS does not say whether the role is missing, trusts another, or wants another external id.
	if (role === undefined || role.trusts !== principal || role.externalId !== (form.get("ExternalId") ?? undefined))
		throw new AwsRefusal("AccessDenied", `User: ${principal} is not authorized to perform: sts:AssumeRole on resource: ${arn}`, 403);
	return {
		principal: arn,
		accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
		secretAccessKey: randomBytes(30).toString("base64"),
		sessionToken: randomBytes(96).toString("base64"),
		expiresAt: new Date(now.getTime() + seconds * 1000),
	};
}

/** The answer in STS's XML. */
export function assumedXml({ accessKeyId, secretAccessKey, sessionToken, expiresAt, principal }: TemporaryCredentials): string {
	return [
		'<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>',
		`<AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:session</AssumedRoleId><Arn>${principal}</Arn></AssumedRoleUser>`,
		`<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>`,
		`<SessionToken>${sessionToken}</SessionToken><Expiration>${expiresAt.toISOString()}</Expiration></Credentials>`,
		"</AssumeRoleResult></AssumeRoleResponse>",
	].join("");
}
