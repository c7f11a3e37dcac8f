const digits = "0123456789abcdefghijklmnopqrstuvwxyz";

/** Makes a rank that sorts between two others; `""` stands for the end of the order on its side. Ranks look like `0|i0007p:`. */
export function rankBetween(low: string, high: string): string {
	const left = core(low);
	const right = core(high);
	let result = "";
	for (let at = 0; ; at += 1) {
		const from = at < left.length ? digits.indexOf(left[at] ?? "0") : 0;
		const to = right !== "" && at < right.length && right.startsWith(result) ? digits.indexOf(right[at] ?? "z") : digits.length;
		if (to - from > 1) return `0|${result}${digits[from + Math.floor((to - from) / 2)]}:`;
		result += digits[from];
	}
}

const core = (rank: string): string => rank.replace(/^\d\|/, "").replace(/:$/, "");
