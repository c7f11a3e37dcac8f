import { BlockList, isIP } from "node:net";
import { AppError } from "@skyeworx/core";

/** Checks addresses and networks as given, and writes them plainly. @throws AppError `bad-input` */
export function readNetworks(texts: readonly string[]): string[] {
	return texts.map((text) => {
		if (networkOf(text) !== undefined) return text;
		throw new AppError("bad-input", `"${text.slice(0, 50)}" is neither an address nor a network`, {
			hint: "Write 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32.",
		});
	});
}

interface Network {
	readonly address: string;
	readonly bits: number;
	readonly family: "ipv4" | "ipv6";
}

function networkOf(text: string): Network | undefined {
	const [address = "", bits, rest] = text.split("/");
	const version = isIP(address);
	if (version === 0 || rest !== undefined || bits === "" || address.includes("%")) return undefined;
	const most = version === 4 ? 32 : 128;
	const wanted = bits === undefined ? most : Number(bits);
	if (!Number.isInteger(wanted) || wanted < 0 || wanted > most) return undefined;
	return { address, bits: wanted, family: version === 4 ? "ipv4" : "ipv6" };
}

/** Whether an address lies in one of the networks; null allows every address, an address that can't be read none. */
export function isWithin(networks: readonly string[] | null, ip: string): boolean {
	if (networks === null) return true;
	// A dual-stack socket shows IPv4 callers as ::ffff:203.0.113.7.
	const address = ip.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
	const version = isIP(address);
	if (version === 0) return false;
	const list = new BlockList();
	for (const text of networks) {
		const network = networkOf(text);
		if (network !== undefined) list.addSubnet(network.address, network.bits, network.family);
	}
	return list.check(address, version === 4 ? "ipv4" : "ipv6");
}
