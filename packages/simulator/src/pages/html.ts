/** Markup that is safe to send: everything put into it was escaped. */
export class Markup {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}
}

const escaped = (text: string): string =>
	text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");

/** What may stand in a template. */
export type Piece = Markup | string | number | undefined | false | readonly Piece[];

function piece(value: Piece): string {
	if (value instanceof Markup) return value.text;
	if (value === undefined || value === false) return "";
	if (typeof value === "string" || typeof value === "number") return escaped(String(value));
	return value.map(piece).join("");
}

/** Writes markup; every value is escaped unless it is markup itself. @example html`<p>${name}</p>` */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Markup {
	let text = strings[0] ?? "";
	for (const [index, value] of values.entries()) text += piece(value) + (strings[index + 1] ?? "");
	return new Markup(text);
}

/** Trusts text that was rendered by one of our own renderers. */
export const rendered = (text: string): Markup => new Markup(text);
