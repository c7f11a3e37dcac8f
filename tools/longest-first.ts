import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take minutes because they run the product as people do; begun last, they would run on alone. */
const longest = ["tests/journeys/", "tests/product/"];

/** Begins with the files that take longest, also where no earlier run says which they are. */
export class LongestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const sorted = await super.sort(files);
		const rank = ({ moduleId }: TestSpecification): number => {
			const place = longest.findIndex((folder) => moduleId.includes(folder));
			return place < 0 ? longest.length : place;
		};
		return sorted.toSorted((a, b) => rank(a) - rank(b));
	}
}
