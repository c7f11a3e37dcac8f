import type { ReactNode } from "react";
import { DataTable } from "../../../parts/data-table.tsx";
import { When } from "../../../parts/time/when.tsx";
import { at, listAt, plainText, recordAt, textAt } from "../read-json.ts";
import { Section } from "../section.tsx";

interface Question {
	readonly id: string;
	readonly label: string;
	readonly sort: string;
	readonly isRequired: boolean;
	readonly choices: ReadonlyMap<string, string>;
}

const sorts: Readonly<Record<string, string>> = {
	ts: "Short text",
	tl: "Long text",
	rt: "Formatted text",
	te: "E-mail",
	tu: "Address on the web",
	no: "Number",
	da: "Date",
	ti: "Time",
	dt: "Date and time",
	cs: "One choice",
	cm: "Several choices",
	cd: "Choice from a list",
	cl: "Several from a list",
	us: "Person",
	um: "People",
	at: "Files",
};

/** What a form asks, in the order of the questions. */
function questionsOf(design: unknown): readonly Question[] {
	return Object.entries(recordAt(design, "questions")).map(([id, question]) => ({
		id,
		label: textAt(question, "label") ?? `Question ${id}`,
		sort: sorts[textAt(question, "type") ?? ""] ?? textAt(question, "type") ?? "",
		isRequired: at(question, "validation", "rq") === true,
		choices: new Map(listAt(question, "choices").map((choice) => [plainText(at(choice, "id")), textAt(choice, "label") ?? ""])),
	}));
}

function answerTo(question: Question, answer: unknown): string {
	const chosen = listAt(answer, "choices").map((choice) => question.choices.get(plainText(choice)) ?? plainText(choice));
	const others = ["text", "number", "date", "time", "users", "files"].map((name) => plainText(at(answer, name)));
	return [...chosen, ...others].filter(Boolean).join(", ");
}

/** The template of a form: its questions. */
export function FormQuestions({ design }: { readonly design: unknown }): ReactNode {
	return (
		<DataTable
			caption="Questions"
			rows={questionsOf(design)}
			rowKey={(question) => question.id}
			columns={[
				{ label: "Question", cell: (question) => question.label },
				{ label: "Answer", cell: (question) => question.sort },
				{ label: "Required", cell: (question) => (question.isRequired ? "yes" : "no") },
				{ label: "Choices", cell: (question) => [...question.choices.values()].join(", ") },
			]}
		/>
	);
}

const states: Readonly<Record<string, string>> = { o: "Open", s: "Submitted", l: "Submitted and locked" };

/** The forms of a work item with what was answered. */
export function FormAnswers({ forms }: { readonly forms: unknown }): ReactNode {
	return listAt(forms).map((form) => {
		const name = textAt(form, "design", "settings", "name") ?? textAt(form, "name") ?? "Form";
		const seen = textAt(form, "state", "visibility") === "e" ? "seen by customers" : "internal";
		return (
			<Section key={plainText(at(form, "id"))} title={`Form: ${name}`}>
				<p>
					{states[textAt(form, "state", "status") ?? "o"] ?? "Open"}, {seen}, changed <When at={textAt(form, "updated")} none="never" />
				</p>
				<DataTable
					caption={`Answers: ${name}`}
					rows={questionsOf(at(form, "design"))}
					rowKey={(question) => question.id}
					columns={[
						{ label: "Question", cell: (question) => question.label },
						{ label: "Answer", cell: (question) => answerTo(question, at(form, "state", "answers", question.id)) },
					]}
				/>
			</Section>
		);
	});
}
