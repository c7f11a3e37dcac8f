import type { Account, Group } from "./accounts.ts";
import type { SeededRandom } from "./random.ts";

const givenNames =
	"Amara Bastian Celeste Dmitri Elodie Farid Greta Hideo Imani Jonas Keiko Lucian Mirela Nadim Oona Priya Quentin Rosalind Stellan Tamsin Ulrika Viggo Wanda Xavier Yara Zoltan".split(
		" ",
	);
const familyNames =
	"Abara Brightwell Castellan Dovrenko Eastvale Fennimore Granholt Hollingway Ivarsen Juniper Kestrel Lindqvale Marchetti Northam Okonjo Pellworth Quillfeather Rasmund Sorrel Thackeray".split(
		" ",
	);
const zones = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "Etc/UTC"];

/** Makes the people of a site; the first is its administrator. Names and addresses are invented. */
export function createPeople(random: SeededRandom, count: number): Map<string, Account> {
	const accounts = new Map<string, Account>();
	const used = new Set<string>();
	while (accounts.size < count) {
		const displayName = `${random.pick(givenNames)} ${random.pick(familyNames)}`;
		if (used.has(displayName)) continue;
		used.add(displayName);
		const accountId = `${random.integer(100_000, 999_999)}:${random.uuid()}`;
		accounts.set(accountId, {
			accountId,
			accountType: "atlassian",
			displayName,
			emailAddress: `${displayName.toLowerCase().replace(" ", ".")}@example.com`,
			timeZone: accounts.size === 0 ? "Etc/UTC" : random.pick(zones),
			active: !(accounts.size > 0 && random.chance(0.06)),
		});
	}
	return accounts;
}

/** Makes the usual groups; everybody who is active is a user, the first account an administrator. */
export function createGroups(random: SeededRandom, accounts: Map<string, Account>): Map<string, Group> {
	const everyone = [...accounts.values()].filter((account) => account.active).map((account) => account.accountId);
	const groups: readonly [string, string[]][] = [
		["site-admins", everyone.slice(0, 1)],
		["jira-users", everyone],
		["confluence-users", everyone],
		["service-agents", random.sample(everyone, 5)],
	];
	return new Map(
		groups.map(([name, members]) => {
			const groupId = random.uuid();
			return [groupId, { groupId, name, members: new Set(members) }];
		}),
	);
}
