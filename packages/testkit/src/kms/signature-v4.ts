import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { AwsRefusal } from "./aws-refusal.ts";

/** A request as it came over the wire. */
export interface SignedRequest {
	readonly method: string;
	/** Path and query. */
	readonly url: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
}

/** Whoever holds an access key. */
export interface Caller {
	/** ARN of the user or of the assumed role. */
	readonly principal: string;
	readonly secretAccessKey: string;
	/** Of temporary credentials; must come with every request. */
	readonly sessionToken?: string;
	readonly expiresAt?: Date;
}

interface Expected {
	readonly region: string;
	readonly service: "kms" | "sts";
	readonly now: Date;
	readonly callerOf: (accessKeyId: string) => Caller | undefined;
}

const authorization =
	/^AWS4-HMAC-SHA256 Credential=([A-Z0-9]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
const dateFormat = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;
const clockSkew = 5 * 60 * 1000;
/** Headers that the signature must cover. */
const mustSign = ["host", "x-amz-date"];

/** The codes differ between KMS (JSON) and STS (query). */
const codes = {
	kms: {
		missing: "MissingAuthenticationTokenException",
		unknown: "UnrecognizedClientException",
		wrong: "InvalidSignatureException",
		expired: "ExpiredTokenException",
	},
	sts: { missing: "MissingAuthenticationToken", unknown: "InvalidClientTokenId", wrong: "SignatureDoesNotMatch", expired: "ExpiredToken" },
} as const;

/**
 * Verifies a Signature Version 4 and answers who signed.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @throws AwsRefusal
 */
export function requireSignature(request: SignedRequest, { region, service, now, callerOf }: Expected): Caller {
	const code = codes[service];
	const status = service === "kms" ? 400 : 403;
	const match = authorization.exec(request.headers.authorization ?? "");
	if (match === null) throw new AwsRefusal(code.missing, "Request is missing Authentication Token", status);
	const [, accessKeyId = "", day = "", scopeRegion = "", scopeService = "", signedHeaders = "", signature = ""] = match;
	const caller = callerOf(accessKeyId);
	const token = request.headers["x-amz-security-token"];
	if (caller === undefined || caller.sessionToken !== token)
		throw new AwsRefusal(code.unknown, "The security token included in the request is invalid.", status);
	if (caller.expiresAt !== undefined && caller.expiresAt <= now)
		throw new AwsRefusal(code.expired, "The security token included in the request is expired", status);
	const wrong = (why: string) => new AwsRefusal(code.wrong, why, status);
	if (scopeRegion !== region || scopeService !== service)
		throw wrong(`Credential should be scoped to a valid region and correct service: '${region}', '${service}'.`);
	const signedAt = String(request.headers["x-amz-date"] ?? "");
	if (!signedAt.startsWith(day) || Math.abs(timeOf(signedAt) - now.getTime()) > clockSkew)
		throw wrong("Signature expired or not yet current");
	const names = signedHeaders.split(";");
	for (const name of [...mustSign, ...(token === undefined ? [] : ["x-amz-security-token"])])
		if (!names.includes(name)) throw wrong(`The header ${name} must be signed`);
	const scope = `${day}/${scopeRegion}/${scopeService}/aws4_request`;
	const text = ["AWS4-HMAC-SHA256", signedAt, scope, sha256(canonicalRequest(request, names))].join("\n");
	const key = [`AWS4${caller.secretAccessKey}`, day, scopeRegion, scopeService, "aws4_request"].reduce<Buffer | string>(
		(parent, part, index) => (index === 0 ? part : hmac(parent, part)),
		"",
	);
	if (!timingSafeEqual(hmac(key, text), Buffer.from(signature, "hex")))
		throw wrong("The request signature we calculated does not match the signature you provided.");
	return caller;
}

function timeOf(text: string): number {
	const parts = dateFormat.exec(text);
	if (parts === null) return Number.NaN;
	const [, year, month, day, hour, minute, second] = parts.map(Number);
	return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

function canonicalRequest({ method, url, headers, body }: SignedRequest, names: readonly string[]): string {
	const [path = "/", query = ""] = url.split("?");
	const pairs = query === "" ? [] : query.split("&").map((pair) => (pair.includes("=") ? pair : `${pair}=`));
	const lines = names.map(
		(name) =>
			`${name}:${String(headers[name] ?? "")
				.trim()
				.replace(/ +/g, " ")}\n`,
	);
	// Every service but S3 signs the path encoded once more.
	const encoded = path.split("/").map(encodeURIComponent).join("/");
	return [method, encoded, pairs.sort().join("&"), lines.join(""), names.join(";"), sha256(body)].join("\n");
}

function sha256(bytes: Buffer | string): string {
	return createHash("sha256").update(bytes).digest("hex");
}

function hmac(key: Buffer | string, text: string): Buffer {
	return createHmac("sha256", key).update(text).digest();
}
