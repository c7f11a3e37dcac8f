import { AppError } from "@skyeworx/core";
import { expect, it } from "vitest";
import { isWithin, readNetworks } from "./networks.ts";

it.each([
	["203.0.113.7", ["203.0.113.7"], true],
	["203.0.113.8", ["203.0.113.7"], false],
	["10.200.3.4", ["192.168.0.0/16", "10.0.0.0/8"], true],
	["::ffff:10.200.3.4", ["10.0.0.0/8"], true],
	["11.0.0.1", ["10.0.0.0/8"], false],
	["2001:db8::5", ["2001:db8::/32"], true],
	["2001:db9::5", ["2001:db8::/32"], false],
	["10.0.0.1", ["2001:db8::/32"], false],
	["8.8.8.8", ["0.0.0.0/0"], true],
	["not an address", ["0.0.0.0/0"], false],
	["", ["::/0"], false],
] as const)("%s in %j: %s", (ip, networks, within) => {
	expect(isWithin(networks, ip)).toBe(within);
});

it("without networks every address is allowed, with an empty list none", () => {
	expect(isWithin(null, "8.8.8.8")).toBe(true);
	expect(isWithin([], "8.8.8.8")).toBe(false);
});

it.each(["10.0.0.0/33", "10.0.0", "1.2.3.4/8/8", "::/129", "/8", "10.0.0.0/", "fe80::1%eth0"])("%s is refused", (text) => {
	expect(() => readNetworks([text])).toThrow(AppError);
});
