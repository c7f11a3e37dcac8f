import { type LookupAddress, lookup as systemLookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

const privateNetworks: readonly (readonly [string, number, "ipv4" | "ipv6"])[] = [
	["0.0.0.0", 8, "ipv4"],
	["10.0.0.0", 8, "ipv4"],
	["100.64.0.0", 10, "ipv4"],
	["127.0.0.0", 8, "ipv4"],
	["169.254.0.0", 16, "ipv4"],
	["172.16.0.0", 12, "ipv4"],
	["192.0.0.0", 24, "ipv4"],
	["192.168.0.0", 16, "ipv4"],
	["198.18.0.0", 15, "ipv4"],
	["224.0.0.0", 3, "ipv4"],
	["::", 127, "ipv6"],
	["64:ff9b::", 96, "ipv6"],
	["fc00::", 7, "ipv6"],
	["fe80::", 10, "ipv6"],
	["ff00::", 8, "ipv6"],
];

/** Whether an address belongs to the machine itself or to a private network. */
export function isPrivate(address: string): boolean {
	const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
	const version = isIP(plain);
	// What can't be read, or is an IPv4 address in IPv6's clothes, is not trusted.
	if (version === 0 || (version === 6 && /^(::ffff:|2002:)/i.test(plain))) return true;
	const list = new BlockList();
	for (const network of privateNetworks) list.addSubnet(...network);
	return list.check(plain, version === 4 ? "ipv4" : "ipv6");
}

/**
 * Resolves a name to addresses that are not of the machine itself or of a private network. The connection goes to exactly the
 * address that was looked at, so that a name that changes its mind leads nowhere.
 */
export function publicLookup(allowPrivate: boolean, refusal: () => Error): LookupFunction {
	return (host, options, done) => {
		systemLookup(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
			const allowed = (found ?? []).filter(({ address }) => allowPrivate || !isPrivate(address));
			const [first] = allowed;
			if (error !== null) return done(error, "", 0);
			if (first === undefined) return done(refusal(), "", 0);
			// Callers that can try several addresses ask for all of them.
			if (options.all === true) return (done as unknown as (error: null, all: LookupAddress[]) => void)(null, allowed);
			done(null, first.address, first.family);
		});
	};
}
