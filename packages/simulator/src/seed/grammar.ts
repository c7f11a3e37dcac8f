import { shared, type Topic } from "./vocabulary.ts";

/** Draws a number in [0, 1). */
export type Random = () => number;

/** Draws one entry; an empty list is a programming error. */
export function pick<T>(random: Random, entries: readonly T[]): T {
	const entry = entries[Math.floor(random() * entries.length)];
	if (entry === undefined && entries.length === 0) throw new RangeError("nothing to pick from");
	return entry as T;
}

/** Draws a whole number from `low` to `high`, both included. */
export const between = (random: Random, low: number, high: number): number => low + Math.floor(random() * (high - low + 1));

type Fill = (random: Random, topic: Topic) => string;

const teamName = (name: string): string => (/(team|squad|guild|administrators|engineering)$/.test(name) ? name : `${name} team`);

const slots: Readonly<Record<string, Fill>> = {
	thing: (random, topic) => pick(random, topic.things),
	part: (random, topic) => pick(random, topic.parts),
	deed: (random, topic) => pick(random, topic.deeds),
	trouble: (random, topic) => pick(random, topic.troubles),
	measure: (random, topic) => pick(random, topic.measures),
	team: (random, topic) => teamName(pick(random, topic.teams)),
	when: (random) => pick(random, shared.when),
	where: (random) => pick(random, shared.where),
	role: (random) => pick(random, shared.role),
	tool: (random) => pick(random, shared.tool),
	reason: (random) => pick(random, shared.reason),
	adjective: (random) => pick(random, shared.adjective),
	outcome: (random) => pick(random, shared.outcome),
	number: (random) => String(between(random, 2, 48)),
	percent: (random) => String(between(random, 3, 97)),
	ticket: (random) => String(between(random, 1000, 99_999)),
	year: (random) => String(between(random, 2021, 2026)),
	quarter: (random) => `Q${between(random, 1, 4)}`,
};

const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const withArticle = (text: string): string => `${/^[aeiou]/i.test(text) ? "an" : "a"} ${text}`;

/** Compiles `text with {slot}, {an slot} and {Slot}`: an article is chosen by ear, a capital is kept. */
function compile(template: string): Fill {
	const steps = template.split(/(\{[^}]+\})/).map((piece): string | Fill => {
		if (!piece.startsWith("{")) return piece;
		const [first = "", second] = piece.slice(1, -1).split(" ");
		const name = second ?? first;
		const fill = slots[name.charAt(0).toLowerCase() + name.slice(1)];
		if (!fill) throw new RangeError(`unknown slot ${piece}`);
		if (second !== undefined) {
			const article = first.startsWith("A") ? (text: string) => capitalise(withArticle(text)) : withArticle;
			return (random, topic) => article(fill(random, topic));
		}
		return /^[A-Z]/.test(name) ? (random, topic) => capitalise(fill(random, topic)) : fill;
	});
	return (random, topic) => {
		let text = "";
		for (const step of steps) text += typeof step === "string" ? step : step(random, topic);
		return text;
	};
}

/** Compiles one template a line. */
const compileAll = (templates: string): readonly Fill[] =>
	templates
		.trim()
		.split("\n")
		.map((line) => compile(line.trim()));

const statements = compileAll(`
	The {thing} {trouble}, so the {team} will {deed} the {part} before {when}.
	The {team} agreed to {deed} the {adjective} {thing} because {reason}.
	We measured the {measure} again and it moved from {percent} to {percent} percent.
	Please {deed} the {part} with {tool} and tell the {role} when it is done.
	After {when} the {thing} is owned by the {team} in {where}.
	{An part} from {where} {trouble}.
	It was decided to {deed} the {thing} first and the {part} later.
	The {role} asked whether the {adjective} {part} can wait until {when}.
	Seen {number} times this year in {where}: the {thing} {trouble}.
	Nobody could say who approved the {adjective} {part} in {quarter} {year}.
	For {where} we keep {an adjective} copy of the {thing} and check it with {tool}.
	If the {part} {trouble}, stop, note the time and call the {role}.
	This affects {number} people in {where} and about {percent} percent of all requests.
	The {measure} must stay below {percent} while we {deed} the {thing}.
	We compared {number} options; {outcome}.
	So far {outcome}, but the {part} is still open.
	The {team} tested the {thing} with {tool} and {outcome}.
	Together with the {role} we will {deed} every {part} that {trouble}.
	Costs fell by {percent} percent since the {team} began to {deed} the {thing}.
	{An adjective} {part} is enough for {where}; everyone else uses the {thing}.
	Reference number {ticket} describes how the {part} {trouble}.
	Until {when} the {adjective} {thing} stays in place.
	The {role} in {where} confirmed that {outcome}.
	Do not {deed} the {thing} during {when}.
	Our target for the {measure} is {percent} percent by {when}, because {reason}.
	What remains is to {deed} the {part} and to inform the {role}.
	During the review the {thing} {trouble} twice, and {outcome}.
	Both the {part} and the {thing} are described in the {adjective} guide of the {team}.
`);

const remarks = compileAll(`
	I could reproduce it in {where}: the {part} {trouble}.
	Thanks, that helps. I will {deed} the {part} by {when}.
	Can the {role} confirm this before {when}?
	Done with {tool}; {outcome}.
	This looks like the same problem as in {quarter}: the {thing} {trouble}.
	Agreed. Let us {deed} the {thing} and leave the {part} alone.
	I disagree: {reason}, so the {part} has to stay.
	The {measure} is at {percent} percent today, {outcome}.
	Moved to the {team}, because {reason}.
	Customer in {where} called again about the {thing}.
	Why does the {adjective} {part} exist at all?
	Small correction: it is {number}, not {number}.
	Waiting for the {role}; will look again after {when}.
	Tested in {where} with {number} records, {outcome}.
`);

const summaries = compileAll(`
	{Thing} {trouble}
	{Deed} the {part} of the {thing}
	{Deed} the {adjective} {thing} for {where}
	{Part} {trouble} in {where}
	Improve the {measure} of the {thing}
	Add {an adjective} {part} to the {thing}
	Clarify who may {deed} the {thing}
	{Measure} dropped to {percent} percent after {when}
	Prepare the {thing} for {when}
	Remove the {adjective} {part}
	{Deed} the {thing} before {when}
	{Team}: {part} needs a new owner
	Request from {where}: {deed} the {part}
	Investigate why the {thing} {trouble}
`);

const titles = compileAll(`
	How we {deed} the {thing}
	Runbook: {deed} the {part} of the {thing}
	{Thing}: decisions of {quarter} {year}
	{Team} meeting notes, week {number} of {year}
	{Adjective} {thing} in {where}
	Checklist for the {thing}
	Why the {thing} {trouble}
	Proposal: {deed} the {adjective} {part}
	{Thing} and {part} explained
	Review of the {measure} in {where}
	Questions and answers about the {thing}
	{Thing} handover to the {team}
	{Quarter} {year} report on {measure}
	Guide to the {adjective} {part}
	Lessons learned: {thing} {trouble}
	Plan for {when}: {thing}
`);

const headings = compileAll(`
	Background
	What happened
	Steps
	Who decides
	Open questions
	Next steps
	Before you {deed} the {part}
	{Measure} in {where}
	The {adjective} {part}
	Rollout in {where}
	Risks and how we meet them
	Contacts
	Timeline
	Costs
	Out of scope
	How to {deed} the {thing}
`);

/** The compiled sentence patterns by what they are for. */
export const patterns = { statements, remarks, summaries, titles, headings } as const;
