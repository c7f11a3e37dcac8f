import { describe, expect, it } from "vitest";
import { partWords } from "./part-words.ts";

describe("what changed of an item", () => {
	it.each([
		[[""], "fields"],
		[["", "comments", "file/10013"], "fields, comments, attachment"],
		[["file/1", "file/2", "remote-links"], "2 attachments, links to other sites"],
		[["", "context", "versions/60", "versions/61"], "fields, 2 older versions"],
		[["context", "likes"], "likes"],
		[["context"], "names of people"],
		[["restrictions/read", "restrictions/update"], "restrictions"],
		[["screen-tabs"], "screen tabs"],
	])("%j is %s", (parts, words) => {
		expect(partWords(parts)).toBe(words);
	});
});
