const allowed = new Set(["http:", "https:", "mailto:"]);

/**
 * Makes an address out of hostile content fit for a link: absolute http, https or mailto only, written as the parser
 * understood it, so that tricks with control characters can't hide another scheme.
 * Site-relative addresses (`/wiki/...`) are resolved against `base` when it is given.
 */
export function safeAddress(value: unknown, base?: string): string | undefined {
	if (typeof value !== "string") return undefined;
	const text = value.trim();
	if (text === "" || text.startsWith("#")) return undefined;
	const url = URL.parse(text) ?? (base !== undefined && text.startsWith("/") ? URL.parse(text, base) : null);
	return url !== null && allowed.has(url.protocol) ? url.href : undefined;
}

/** A colour that is safe inside a style: `#rgb`, `#rrggbb`, `#rrggbbaa`, `rgb(1, 2, 3)` or a plain word; else undefined. */
export function safeColor(value: unknown): string | undefined {
	if (typeof value !== "string") return undefined;
	const text = value.trim();
	return /^(#[0-9a-f]{3,8}|rgba?\([\d\s,.%]{1,40}\)|[a-z]{3,20})$/i.test(text) ? text : undefined;
}
