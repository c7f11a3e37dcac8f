/** A work item in the simulator's own state. */
export interface SiteIssue {
	readonly id: number;
	readonly key: string;
	readonly projectId: string;
	readonly summary: string;
	readonly labels: readonly string[];
	readonly attachmentIds: readonly number[];
	readonly linkIds: readonly number[];
	readonly childIds: readonly number[];
	readonly parentId?: number;
	readonly body: { readonly description: unknown; readonly comments: readonly { readonly body: unknown }[] };
}

/** A page in the simulator's own state. */
export interface SiteContent {
	readonly id: string;
	readonly type: string;
	readonly status: string;
	readonly spaceId: string;
	readonly title: string;
	readonly parentId?: string;
	readonly versions: readonly { readonly number: number; readonly title: string; readonly body: { readonly storage: string } }[];
}

export interface SiteState {
	readonly jira: {
		readonly projects: Readonly<Record<string, { readonly id: string; readonly key: string; readonly name: string }>>;
		readonly issues: Readonly<Record<string, SiteIssue>>;
		readonly attachments: Readonly<
			Record<
				string,
				{ readonly id: number; readonly issueId: number; readonly filename: string; readonly size: number; readonly content: unknown }
			>
		>;
	};
	readonly confluence: {
		readonly spaces: Readonly<
			Record<string, { readonly id: string; readonly key: string; readonly name: string; readonly homepageId?: string }>
		>;
		readonly contents: Readonly<Record<string, SiteContent>>;
		readonly comments: Readonly<
			Record<
				string,
				{
					readonly id: string;
					readonly containerId: string;
					readonly anchor?: { readonly markerRef: string; readonly selection: string };
				}
			>
		>;
	};
}

/** The text of an ADF document's nodes, in order. */
export function textsOf(node: unknown): readonly string[] {
	if (typeof node !== "object" || node === null) return [];
	if (Array.isArray(node)) return node.flatMap(textsOf);
	const { text, content } = node as { readonly text?: unknown; readonly content?: unknown };
	return [...(typeof text === "string" ? [text] : []), ...textsOf(content)];
}

/** What people and scripts do to the simulated site behind Skyeworx's back. */
export class SimulatedSite {
	readonly url: string;

	constructor(url: string) {
		this.url = url;
	}

	/** Everything the site holds. */
	async state(): Promise<SiteState> {
		return (await (await fetch(`${this.url}/_simulator/state`)).json()) as SiteState;
	}

	/** Steers the simulator. */
	async steer(path: string, body: unknown = {}, method = "POST"): Promise<void> {
		const headers = { "content-type": "application/json" };
		const answer = await fetch(`${this.url}/_simulator/${path}`, {
			method,
			headers,
			...(method === "DELETE" ? {} : { body: JSON.stringify(body) }),
		});
		if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
	}

	/** Makes the next requests to the site's APIs slow, so that what they are for can be watched. */
	async slowDown(times: number, delayMs: number): Promise<void> {
		await this.steer("faults", { kind: "slow", times, delayMs });
	}

	/** Calls the site's REST API as its owner. */
	async call(method: string, path: string): Promise<void> {
		const made = await fetch(`${this.url}/_simulator/api-tokens`, { method: "POST" });
		const { email, apiToken } = (await made.json()) as { email: string; apiToken: string };
		const authorization = `Basic ${Buffer.from(`${email}:${apiToken}`).toString("base64")}`;
		const answer = await fetch(this.url + path, { method, headers: { authorization } });
		if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
	}
}
