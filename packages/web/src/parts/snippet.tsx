import { Fragment, type ReactNode } from "react";

/** Words around a match; matches stand between U+0001 and U+0002. */
export function Snippet({ text }: { readonly text: string | null }): ReactNode {
	if (text === null) return null;
	return text.split("\u0001").map((part, index) => {
		const end = part.indexOf("\u0002");
		const key = `${index}-${part.length}`;
		if (index === 0 || end === -1) return <Fragment key={key}>{part}</Fragment>;
		return (
			<Fragment key={key}>
				<mark>{part.slice(0, end)}</mark>
				{part.slice(end + 1)}
			</Fragment>
		);
	});
}
