import { Badge } from "@mantine/core";
import { IconMessage } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { RichProvider } from "../../parts/rich/rich-context.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { When } from "../../parts/time/when.tsx";
import { BodyView } from "./body-view.tsx";
import classes from "./item.module.css";
import type { Comment } from "./read-parts.ts";

/** The version's comments, with their replies. */
export function Comments({
	comments,
	people,
}: {
	readonly comments: readonly Comment[];
	readonly people: ReadonlyMap<string, string>;
}): ReactNode {
	if (comments.length === 0) return <EmptyState title="No comments in this version" icon={<IconMessage size={28} />} />;
	return (
		<RichProvider value={{ files: [], remarks: [], people }}>
			<ol className={classes.comments}>
				{comments.map((comment, index) => (
					<One key={comment.id || index} comment={comment} />
				))}
			</ol>
		</RichProvider>
	);
}

function One({ comment }: { readonly comment: Comment }): ReactNode {
	return (
		<li className={classes.comment}>
			<div className={classes.commentHead}>
				<strong>{comment.author}</strong>
				<When at={comment.createdAt} none="" />
				{comment.editedAt === undefined ? null : (
					<span>
						edited <When at={comment.editedAt} />
					</span>
				)}
				{comment.note === undefined ? null : (
					<Badge variant="default" size="sm" tt="none" fw={500} radius="sm">
						{comment.note}
					</Badge>
				)}
				{comment.resolved ? (
					<Badge variant="default" size="sm" tt="none" fw={500} radius="sm">
						Resolved
					</Badge>
				) : null}
			</div>
			<BodyView body={comment.body} />
			{comment.replies.length === 0 ? null : (
				<ol className={classes.comments}>
					{comment.replies.map((reply, index) => (
						<One key={reply.id || index} comment={reply} />
					))}
				</ol>
			)}
		</li>
	);
}
