import { Progress as Bar, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { count } from "./write-number.ts";

export interface ProgressProps {
	readonly label: string;
	readonly done: number;
	/** Null when nobody knows yet. */
	readonly total: number | null;
	readonly unit?: string;
	/** Tells screen readers of every step; for one on a page. */
	readonly spoken?: boolean;
	readonly size?: number;
}

/** Progress as a bar and in words. */
export function ProgressLine({ label, done, total, unit = "", spoken = false, size = 6 }: ProgressProps): ReactNode {
	const share = total === null || total === 0 ? undefined : Math.min(100, (done / total) * 100);
	const words = total === null || total === 0 ? `${count(done)}${unit}` : `${count(done)} of ${count(total)}${unit}`;
	return (
		<Stack gap={4}>
			<Group justify="space-between" gap="xs" wrap="nowrap">
				<Text size="sm" truncate>
					{label}
				</Text>
				<Text size="sm" c="dimmed" style={{ whiteSpace: "nowrap" }} aria-live={spoken ? "polite" : "off"}>
					{words}
				</Text>
			</Group>
			<Bar
				value={share ?? 100}
				size={size}
				radius="xl"
				animated={share === undefined}
				striped={share === undefined}
				aria-label={label}
				transitionDuration={200}
			/>
		</Stack>
	);
}
