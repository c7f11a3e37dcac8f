import type { ItemRef, KindId } from "@skyeworx/core";
import type { BackupRequest, ConnectorPorts, KindDefinition, LiveItem, Observation } from "@skyeworx/engine";
import type { HttpClient } from "./http/http-client.ts";

/** What an app's half of the connector stands on. */
export interface AppSite {
	readonly client: HttpClient;
	readonly ports: ConnectorPorts;
	/** `https://acme.atlassian.net`, for links that people open. */
	readonly siteUrl: string;
	/** What Atlassian's own documents call the credential: some operations exist for one kind only. */
	readonly credential: "api-token" | "oauth";
}

/** Gaps found before a first run. */
export interface AppFacts {
	/** False when the site does not have the app (or the credential no access to it). */
	readonly present: boolean;
	readonly gaps: readonly {
		readonly kind: KindId;
		readonly reason: string;
		/** A scope is missing; which one, the connector says. */
		readonly scope?: boolean;
	}[];
}

/** One app's half of the connector: Jira (with JSM) or Confluence. */
export interface AppReader {
	/** With their restore halves. */
	readonly kinds: readonly KindDefinition[];
	inspect(signal?: AbortSignal): Promise<AppFacts>;
	/** Every space that the credential can read from; none without the app, or without the right to list them. */
	visibleSpaces(signal?: AbortSignal): Promise<readonly { readonly id: string; readonly key: string }[]>;
	/** Throws `cancelled` and errors of the site as a whole; whatever else fails is said as a `failed` observation. */
	read(request: BackupRequest): AsyncIterable<Observation>;
	/** Refs of this app's kinds only; answers each of them. */
	readLive(refs: readonly ItemRef[], signal?: AbortSignal): Promise<readonly LiveItem[]>;
	openLiveFile(ref: ItemRef, fileId: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}
