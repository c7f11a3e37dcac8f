import { describe, expect, it } from "vitest";
import { resolutionOf } from "../confluence/deeds/write-comment.ts";
import { latest } from "../confluence/state.ts";
import { SimulatorClock } from "../site/clock.ts";
import { createSite } from "../site/create-site.ts";
import { snapshotState } from "../site/snapshot-state.ts";

const clock = () => new SimulatorClock({ start: Date.UTC(2026, 8, 1), frozen: true });
const small = createSite({ seed: "small", clock: clock() });
const { contents, comments, attachments, spaces } = small.confluence;
const pages = [...contents.values()].filter((content) => content.type === "page");

describe("the seed of Confluence", () => {
	it("has 400 pages in three spaces, in deep trees, and blog posts beside them", () => {
		expect(spaces.size).toBe(3);
		expect(pages).toHaveLength(400);
		expect([...contents.values()].filter((content) => content.type === "blogpost").length).toBeGreaterThan(20);
		expect(Math.max(...pages.map((page) => small.confluence.ancestorsOf(page).length))).toBeGreaterThanOrEqual(5);
	});

	it("has everything that a backup must meet", () => {
		const has = (title: string, found: boolean) => expect([title, found]).toEqual([title, true]);
		const all = [...comments.values()];
		for (const status of ["current", "archived", "trashed"])
			has(
				status,
				pages.some((page) => page.status === status),
			);
		for (const state of ["open", "resolved", "reopened", "dangling"]) {
			has(
				state,
				all.some((comment) => comment.anchor !== undefined && resolutionOf(small, comment) === state),
			);
		}
		has(
			"replies",
			all.some((comment) => comment.parentId !== undefined),
		);
		has(
			"edited comments",
			all.some((comment) => comment.versions.length > 1),
		);
		has(
			"ADF",
			pages.some((page) => latest(page).body.adf !== undefined),
		);
		has(
			"more versions than a list shows",
			pages.some((page) => page.versions.length > 50),
		);
		has(
			"renamed",
			pages.some((page) => page.versions.some((version) => version.title !== page.title)),
		);
		has(
			"attachment versions",
			[...attachments.values()].some((file) => file.versions.length > 1),
		);
		has(
			"restricted",
			pages.some((page) => page.restrictions.read.users.length > 0),
		);
		has(
			"properties",
			pages.some((page) => page.properties.length > 0),
		);
		const text = pages.map((page) => latest(page).body.storage).join("");
		for (const part of [
			"<ac:layout>",
			'ac:name="jira"',
			"<ri:user",
			"<ri:page",
			"<ac:task-list>",
			"<table",
			"<![CDATA[",
			"<ac:image",
			"&nbsp;",
			"<ac:emoticon",
			"ac:inline-comment-marker",
		]) {
			has(part, text.includes(part));
		}
	});

	it("orders the times of each object: created, then changed, never in the future", () => {
		for (const item of [...contents.values(), ...comments.values(), ...attachments.values()]) {
			const times = [item.createdAt, ...item.versions.map((version) => version.createdAt), small.clock.now()];
			expect(times).toEqual([...times].sort((a, b) => a - b));
		}
	});

	it("is the same for the same size, and grows with it", () => {
		const again = createSite({ seed: 200, clock: clock() });
		expect(snapshotState(again)).toEqual(snapshotState(createSite({ seed: 200, clock: clock() })));
		expect([...again.confluence.contents.values()].filter((content) => content.type === "page")).toHaveLength(40);
	});
});
