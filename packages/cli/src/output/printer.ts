import type { CliPorts } from "../session.ts";

/** Prints an answer: the whole of it as JSON with `--json`, otherwise the text that `draw` makes of it. */
export function print<T>(ports: CliPorts, json: boolean | undefined, answer: T, draw: (answer: T) => string): void {
	ports.out(json === true ? `${JSON.stringify(answer, null, 2)}\n` : draw(answer));
}

/** One line of progress on standard error: drawn over itself on a terminal, silent elsewhere. */
export function progressLine(ports: CliPorts, json: boolean | undefined): { say(text: string): void; end(): void } {
	const quiet = json === true || !ports.isTerminal;
	let drawn = false;
	return {
		say(text) {
			if (quiet) return;
			drawn = true;
			ports.err(`\r\u001b[2K${text}`);
		},
		end() {
			if (drawn) ports.err("\r\u001b[2K");
		},
	};
}
