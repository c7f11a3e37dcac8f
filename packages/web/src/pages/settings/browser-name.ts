const browsers: readonly (readonly [pattern: RegExp, name: string])[] = [
	[/\bEdg(e|A|iOS)?\//, "Edge"],
	[/\bOPR\//, "Opera"],
	[/\bFirefox\/|\bFxiOS\//, "Firefox"],
	[/\b(Headless)?Chrome\/|\bCriOS\//, "Chrome"],
	[/\bSafari\//, "Safari"],
];

const systems: readonly (readonly [pattern: RegExp, name: string])[] = [
	[/\b(iPhone|iPad|iOS)\b/, "iOS"],
	[/\bAndroid\b/, "Android"],
	[/\bWindows\b/, "Windows"],
	[/\bMac OS X\b|\bMacintosh\b/, "macOS"],
	[/\bCrOS\b/, "ChromeOS"],
	[/\bLinux\b/, "Linux"],
];

/** `Chrome on Linux`, from what a browser says of itself; all of that when it is none that we know. */
export function browserName(agent: string): string {
	const browser = browsers.find(([pattern]) => pattern.test(agent))?.[1];
	if (browser === undefined) return agent;
	const system = systems.find(([pattern]) => pattern.test(agent))?.[1];
	return system === undefined ? browser : `${browser} on ${system}`;
}
