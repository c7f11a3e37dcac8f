import { randomBytes, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, systemClock } from "@skyeworx/core";
import { assumedXml, assumeRole, type SimulatedRole } from "./assume-role.ts";
import { AwsRefusal } from "./aws-refusal.ts";
import { type KeyGrant, type KeyState, type KmsKey, KmsKeys } from "./kms-keys.ts";
import { type KmsCall, runKmsOperation } from "./kms-operations.ts";
import { type Caller, requireSignature, type SignedRequest } from "./signature-v4.ts";

/** What goes wrong with a request on purpose: AWS refuses it, or the connection breaks before or after the effect. */
export type KmsFault = { readonly code: string; readonly status?: number } | "reset-before" | "reset-after";

/** One request that reached the simulator, whatever came of it. */
export interface KmsRequest {
	/** `Encrypt`, `AssumeRole`, ... */
	readonly operation: string;
	readonly principal: string | undefined;
	readonly input: Readonly<Record<string, unknown>>;
}

export interface KmsSimulatorOptions {
	readonly region?: string;
	/** The account of the keys and roles. */
	readonly account?: string;
	readonly clock?: Pick<Clock, "now">;
}

/** AWS KMS and STS of one account in one region on loopback, strict: signatures, policies, states, encryption contexts. */
export interface KmsSimulator {
	/** Of KMS and of STS. */
	readonly endpoint: string;
	readonly requests: readonly KmsRequest[];
	/** A user with an access key. */
	addUser(arn: string): { readonly accessKeyId: string; readonly secretAccessKey: string };
	addRole(role: SimulatedRole): void;
	removeRole(arn: string): void;
	/** Answers the new key's ARN. */
	createKey(policy: readonly KeyGrant[]): string;
	setPolicy(arn: string, policy: readonly KeyGrant[]): void;
	setState(arn: string, state: KeyState): void;
	/** The key is there no more, as after the waiting period. */
	forgetKey(arn: string): void;
	/** Decides per operation from now on; undefined means nothing happens. */
	setFault(fault: ((operation: string) => KmsFault | undefined) | undefined): void;
	close(): Promise<void>;
}

const targetPrefix = "TrentService.";

/** Starts the simulator on a free port of 127.0.0.1. */
export async function startKmsSimulator(options: KmsSimulatorOptions = {}): Promise<KmsSimulator> {
	const simulation = new KmsSimulation(options);
	await simulation.listen();
	return simulation;
}

class KmsSimulation implements KmsSimulator {
	readonly requests: KmsRequest[] = [];
	readonly #region: string;
	readonly #clock: Pick<Clock, "now">;
	readonly #keys: KmsKeys;
	readonly #callers = new Map<string, Caller>();
	readonly #roles = new Map<string, SimulatedRole>();
	readonly #server = createServer((incoming, outgoing) => void respond(incoming, outgoing, (request) => this.#answer(request)));
	#fault: ((operation: string) => KmsFault | undefined) | undefined;

	constructor({ region = "eu-central-1", account = "111122223333", clock = systemClock }: KmsSimulatorOptions) {
		this.#region = region;
		this.#clock = clock;
		this.#keys = new KmsKeys(account, region);
	}

	listen(): Promise<void> {
		return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
	}

	get endpoint(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	addUser(arn: string): { readonly accessKeyId: string; readonly secretAccessKey: string } {
		const accessKeyId = `AKIA${randomBytes(8).toString("hex").toUpperCase()}`;
		const secretAccessKey = randomBytes(30).toString("base64");
		this.#callers.set(accessKeyId, { principal: arn, secretAccessKey });
		return { accessKeyId, secretAccessKey };
	}

	addRole(role: SimulatedRole): void {
		this.#roles.set(role.arn, role);
	}

	removeRole(arn: string): void {
		this.#roles.delete(arn);
	}

	createKey(policy: readonly KeyGrant[]): string {
		return this.#keys.create(policy, this.#clock.now()).arn;
	}

	setPolicy(arn: string, policy: readonly KeyGrant[]): void {
		this.#requireKey(arn).policy = policy;
	}

	setState(arn: string, state: KeyState): void {
		this.#requireKey(arn).state = state;
	}

	forgetKey(arn: string): void {
		this.#keys.forget(arn);
	}

	setFault(fault: ((operation: string) => KmsFault | undefined) | undefined): void {
		this.#fault = fault;
	}

	close(): Promise<void> {
		return new Promise((resolve) => {
			this.#server.close(() => resolve());
			this.#server.closeAllConnections();
		});
	}

	#requireKey(arn: string): KmsKey {
		const key = this.#keys.find(arn);
		if (key === undefined) throw new Error(`there is no key ${arn}`);
		return key;
	}

	#answer(request: SignedRequest): Answer {
		const kms = request.headers["content-type"] === "application/x-amz-json-1.1";
		const target = String(request.headers["x-amz-target"] ?? "");
		const operation = kms ? target.replace(targetPrefix, "") : (new URLSearchParams(request.body.toString()).get("Action") ?? "");
		const seen: { -readonly [K in keyof KmsRequest]: KmsRequest[K] } = { operation, principal: undefined, input: {} };
		this.requests.push(seen);
		const fault = this.#fault?.(operation);
		if (fault === "reset-before") return "reset";
		try {
			if (fault !== undefined && fault !== "reset-after") throw new AwsRefusal(fault.code, "On purpose", fault.status);
			const now = this.#clock.now();
			const callerOf = (accessKeyId: string) => this.#callers.get(accessKeyId);
			const { principal } = requireSignature(request, { region: this.#region, service: kms ? "kms" : "sts", now, callerOf });
			seen.principal = principal;
			seen.input = kms ? parseInput(request.body) : Object.fromEntries(new URLSearchParams(request.body.toString()));
			const done = kms ? this.#doKms(target, { ...seen, principal, now }) : this.#assume(request.body, principal, now);
			return fault === "reset-after" ? "reset" : done;
		} catch (error) {
			if (!(error instanceof AwsRefusal)) throw error;
			return kms ? kmsError(error) : stsError(error);
		}
	}

	#doKms(target: string, call: KmsCall): Answer {
		if (!target.startsWith(targetPrefix)) throw new AwsRefusal("UnknownOperationException", "");
		return { status: 200, type: "application/x-amz-json-1.1", text: JSON.stringify(runKmsOperation(this.#keys, call)) };
	}

	#assume(body: Buffer, principal: string, now: Date): Answer {
		const made = assumeRole(new URLSearchParams(body.toString()), { principal, roles: this.#roles, now });
		this.#callers.set(made.accessKeyId, made);
		return { status: 200, type: "text/xml", text: assumedXml(made) };
	}
}

type Answer = { readonly status: number; readonly type: string; readonly text: string } | "reset";

async function respond(incoming: IncomingMessage, outgoing: ServerResponse, answer: (request: SignedRequest) => Answer): Promise<void> {
	const chunks: Buffer[] = [];
	for await (const chunk of incoming) chunks.push(chunk as Buffer);
	const { method = "", url = "/", headers } = incoming;
	const said =
		method === "POST"
			? answer({ method, url, headers, body: Buffer.concat(chunks) })
			: kmsError(new AwsRefusal("UnknownOperationException", "", 405));
	if (said === "reset") {
		incoming.socket.destroy();
		return;
	}
	outgoing.writeHead(said.status, { "content-type": said.type, "x-amzn-requestid": randomUUID() });
	outgoing.end(said.text);
}

function parseInput(body: Buffer): Readonly<Record<string, unknown>> {
	try {
		const value: unknown = JSON.parse(body.toString());
		if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
	} catch {
		// Falls through to the refusal.
	}
	throw new AwsRefusal("SerializationException", "");
}

function kmsError({ code, status, message }: AwsRefusal): Answer {
	return { status, type: "application/x-amz-json-1.1", text: JSON.stringify({ __type: code, message }) };
}

function stsError({ code, status, message }: AwsRefusal): Answer {
	const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
	const text = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
	return { status, type: "text/xml", text };
}
