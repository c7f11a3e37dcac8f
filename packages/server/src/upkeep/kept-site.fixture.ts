import type { Run } from "@skyeworx/contract";
import type { TestOrganization, TestServer } from "../test-server.fixture.ts";

const day = 86_400_000;
const kind = "confluence.page";

/** A connected site that was backed up once a day while its pages changed, and what every restore point must give back. */
export class KeptSite {
	readonly server: TestServer;
	readonly home: TestOrganization;
	readonly siteId: string;
	/** What each restore point held: texts by page. */
	readonly held = new Map<number, Map<string, string>>();

	constructor(server: TestServer, home: TestOrganization, siteId: string) {
		this.server = server;
		this.home = home;
		this.siteId = siteId;
	}

	/** One page that stays, one that is rewritten each day, one that each day is another. */
	static async make(server: TestServer, days: number): Promise<KeptSite> {
		server.site.reset();
		const home = await server.organization("Home");
		const kept = new KeptSite(server, home, await server.connect(home));
		for (let n = 1; n <= days; n += 1) await kept.nextDay();
		return kept;
	}

	get ids(): number[] {
		return [...this.held.keys()];
	}

	async nextDay(): Promise<number> {
		const n = this.held.size + 1;
		this.server.clock.ahead += day;
		const { pages } = this.server.site;
		pages.set("1", { title: "Always", body: "as ever" });
		pages.set("2", { title: "Diary", body: `diary of day ${n} `.repeat(400) });
		pages.delete(`${9 + n}`);
		pages.set(`${10 + n}`, { title: `Passing ${n}`, body: `fleeting${n} words` });
		const { snapshotId } = await this.server.backUp(this.home.client, this.siteId);
		if (snapshotId === null) throw new Error("the backup failed");
		this.held.set(snapshotId, new Map([...pages].map(([id, page]) => [id, page.body])));
		return snapshotId;
	}

	async upkeep(): Promise<Run> {
		const { id } = await this.home.client.createUpkeep({ params: { siteId: this.siteId } });
		return await this.server.ended(this.home.client, id);
	}

	async listed(): Promise<number[]> {
		return (await this.home.client.listSnapshots({ params: { siteId: this.siteId } })).items.map((snapshot) => snapshot.id).toReversed();
	}

	/** What a restore point gives back, page by page, through the API; undefined for what it does not have. */
	async readBack(snapshotId: number): Promise<Map<string, string | undefined>> {
		const read = new Map<string, string | undefined>();
		for (const id of this.held.get(snapshotId)?.keys() ?? []) {
			const params = { siteId: this.siteId, kind, id, version: String(snapshotId) };
			const version = await this.home.client.getItemVersion({ params }).catch(() => undefined);
			const main = version?.parts[""] as { readonly body?: string } | undefined;
			read.set(id, main?.body);
		}
		return read;
	}
}
