import { type LiveEvent, liveEvent } from "../schemas/event.ts";

/** Reads server-sent events; comments (heartbeats) and events of kinds that this client does not know are passed over. */
export async function* readEvents(response: Response): AsyncIterable<LiveEvent> {
	if (response.body === null) return;
	let held = "";
	for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
		held += text.replaceAll("\r\n", "\n");
		let end = held.indexOf("\n\n");
		while (end !== -1) {
			const event = parseBlock(held.slice(0, end));
			if (event !== undefined) yield event;
			held = held.slice(end + 2);
			end = held.indexOf("\n\n");
		}
	}
}

function parseBlock(block: string): LiveEvent | undefined {
	const data = block
		.split("\n")
		.filter((line) => line.startsWith("data:"))
		.map((line) => line.slice(5).trimStart())
		.join("\n");
	if (data === "") return undefined;
	try {
		return liveEvent.safeParse(JSON.parse(data)).data;
	} catch {
		return undefined;
	}
}
