import { afterEach, describe, expect, it } from "vitest";
import { json, type Reply, type ScriptedSite, scriptedSite } from "./scripted-site.test-support.ts";

const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
const call = { method: "GET", path: "/rest/api/3/attachment/content/{id}", parameters: { id: "10023" } } as const;

let site: ScriptedSite;
let media: ScriptedSite | undefined;
afterEach(async () => {
	await site.stop();
	await media?.stop();
	media = undefined;
});

async function bytes(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks);
}

/** Promises the rest of the content and stops after some of it. */
const partly =
	(upTo: number): Reply =>
	(response, request) => {
		const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
		const rest = content.subarray(start);
		const headers: Record<string, string> = { "content-length": String(rest.length) };
		if (start > 0) headers["content-range"] = `bytes ${start}-${content.length - 1}/${content.length}`;
		response.writeHead(start > 0 ? 206 : 200, headers);
		response.write(rest.subarray(0, Math.max(0, upTo - start)), () => (upTo >= content.length ? response.end() : response.destroy()));
	};

const redirectTo =
	(address: string): Reply =>
	(response) =>
		response.writeHead(303, { location: address }).end();

describe("a download", () => {
	it("follows a redirect to another host without the credential", async () => {
		media = await scriptedSite([partly(content.length)]);
		site = await scriptedSite([redirectTo(`${media.url}/file/1/binary?token=t`)]);
		const download = await site.client().download(call);
		expect(download.size).toBe(content.length);
		expect((await bytes(download.stream)).equals(content)).toBe(true);
		expect(media.seen[0]?.headers.authorization).toBeUndefined();
	});

	it("goes on where it was cut", async () => {
		site = await scriptedSite([partly(30_000), partly(70_000), partly(content.length)]);
		expect((await bytes((await site.client().download(call)).stream)).equals(content)).toBe(true);
		expect(site.seen.map((request) => request.headers.range)).toEqual([undefined, "bytes=30000-", "bytes=70000-"]);
	});

	it("skips what it has when the site starts over", async () => {
		const whole: Reply = (response) => response.writeHead(200, { "content-length": String(content.length) }).end(content);
		site = await scriptedSite([partly(30_000), whole]);
		expect((await bytes((await site.client().download(call)).stream)).equals(content)).toBe(true);
	});

	it("fails when the bytes never come", async () => {
		site = await scriptedSite([partly(30_000)]);
		await expect(bytes((await site.client().download(call)).stream)).rejects.toMatchObject({ code: "site-unreachable" });
	});

	it("takes an address known from before, and asks anew when it has expired", async () => {
		media = await scriptedSite([json(403, {}), partly(content.length)]);
		site = await scriptedSite([redirectTo(`${media.url}/fresh`)]);
		const client = site.client();
		const download = await client.download(call, `${media.url}/expired`);
		expect((await bytes(download.stream)).equals(content)).toBe(true);
		expect(media.seen.map((request) => request.url)).toEqual(["/expired", "/fresh"]);
	});

	it("that is not there is not found", async () => {
		site = await scriptedSite([json(404, {})]);
		await expect(site.client().download(call)).rejects.toMatchObject({ code: "not-found" });
	});

	it("tells where a file lies without fetching it", async () => {
		site = await scriptedSite([redirectTo("/file/6b1f0a52-0000-4000-a000-000000000001/binary")]);
		expect(await site.client().location(call)).toBe(`${site.url}/file/6b1f0a52-0000-4000-a000-000000000001/binary`);
	});
});

describe("an upload", () => {
	it("streams a multipart body of the announced length, and opens the file again for another try", async () => {
		site = await scriptedSite([json(429, {}, { "retry-after": "1" }), json(200, [{ id: "1" }])]);
		let opened = 0;
		const file = {
			field: "file",
			fileName: 'chart "v2".png',
			mediaType: "image/png",
			size: content.length,
			async *open() {
				opened += 1;
				yield content.subarray(0, 50_000);
				yield content.subarray(50_000);
			},
		};
		await site
			.client()
			.call({ method: "POST", path: "/rest/api/3/issue/1/attachments", upload: { files: [file], fields: { comment: "é" } } });
		expect(opened).toBe(2);
		const { headers, body } = site.seen.at(-1) ?? { headers: {}, body: Buffer.alloc(0) };
		expect(Number(headers["content-length"])).toBe(body.length);
		expect(body.includes(content)).toBe(true);
		expect(body.toString("latin1")).toContain('name="file"; filename="chart %22v2%22.png"\r\nContent-Type: image/png');
		const parsed = await new Response(new Uint8Array(body), { headers: { "content-type": headers["content-type"] ?? "" } }).formData();
		expect(parsed.get("comment")).toBe("é");
		expect((parsed.get("file") as File).size).toBe(content.length);
	});
});
