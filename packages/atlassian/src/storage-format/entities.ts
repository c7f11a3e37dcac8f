import { Parser } from "htmlparser2";

/** Turns entities (`&amp;`, `&nbsp;`, `&#8217;`) into the characters they stand for; unknown ones stay as written. */
export function decodeEntities(source: string): string {
	if (!source.includes("&")) return source;
	let text = "";
	const parser = new Parser(
		{
			ontext(data) {
				text += data;
			},
		},
		{ decodeEntities: true },
	);
	parser.write(source.replaceAll("<", "&lt;"));
	parser.end();
	return text;
}

/** Writes text so that it can stand inside an element. */
export function encodeText(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Writes text so that it can stand inside a quoted attribute, whichever the quotes. */
export function encodeAttribute(text: string): string {
	return encodeText(text).replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}
