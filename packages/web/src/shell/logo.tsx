import type { ReactNode } from "react";

/** The mark: three ridges, one behind the other, as snapshots lie behind each other. */
export function Logo({ size = 24 }: { readonly size?: number }): ReactNode {
	return (
		<svg width={size} height={size} viewBox="0 0 32 32" role="img" aria-label="Skyeworx">
			<g fill="none" strokeWidth="2.8" strokeLinejoin="round" strokeLinecap="round">
				<path d="M4 26l7.5-9 5 5.5 4.5-5L28 26" stroke="#3f8f95" />
				<path d="M4 19l7.5-9 5 5.5 4.5-5L28 19" stroke="#7cc8cb" />
				<path d="M4 12l7.5-7.5 5 5 4.5-4.5 7 7" stroke="#fff" />
			</g>
		</svg>
	);
}
