import { addAttribute } from "../assets/attribute-routes.ts";
import { addObject } from "../assets/object-routes.ts";
import type { AssetAttribute, AssetObject, AssetType } from "../assets/state.ts";
import { addType } from "../assets/type-routes.ts";
import { SeededRandom } from "../site/random.ts";
import type { Site } from "../site/site.ts";

/** The id of the workspace that every seeded site has. */
export const assetsWorkspace = "6c1f0a52-93d4-4e0b-a7c5-2f8e4b6d9013";

const day = 86_400_000;

const cities = ["Lisbon", "Gdansk", "Tampere", "Ghent"];
const suppliers = ["Halden Systems", "Marram Computing", "Oakfield Displays", "Tern Office", "Vesper Trade"];
const models = ["Slate 13", "Slate 14", "Slate 16", "Ridge 15"];
const screens = ["View 24", "View 27", "View 32"];

/** Fills Assets: one schema with offices, suppliers, laptops and monitors, 63 objects that refer to each other. */
export function seedAssets(site: Site): void {
	const random = new SeededRandom(4711);
	const now = Math.min(Date.UTC(2026, 2, 2, 9, 0, 0), site.clock.now() - day);
	site.assets.schemas.set("1", {
		id: String(site.ids.take("asset-schema", 1)),
		name: "IT assets",
		key: "ITA",
		description: "What the service team hands out and repairs.",
		allowOtherSchemas: false,
		created: now - 300 * day,
		updated: now - 200 * day,
	});
	const seeder = new AssetSeeder(site, random);
	seeder.fill();
	for (const object of site.assets.objects.values()) {
		const created = now - random.integer(30, 280) * day;
		Object.assign(object, { created, updated: created + random.integer(0, 29) * day });
	}
}

class AssetSeeder {
	readonly #site: Site;
	readonly #random: SeededRandom;
	readonly #people: readonly string[];

	constructor(site: Site, random: SeededRandom) {
		this.#site = site;
		this.#random = random;
		this.#people = [...site.accounts.values()].filter((account) => account.active).map((account) => account.accountId);
	}

	fill(): void {
		const office = this.#type("Office", "90", "Where things stand.");
		const supplier = this.#type("Supplier", "126", "Who sold them.");
		const hardware = this.#type("Hardware", "13", "Everything with a serial number.", { inherited: true, abstract: true });
		const laptop = this.#type("Laptop", "81", "", { parentId: hardware.id });
		const monitor = this.#type("Monitor", "13", "", { parentId: hardware.id });
		const status = this.#statuses();
		this.#add(office, { name: "City", defaultTypeId: 0 });
		this.#add(office, { name: "Main office", type: 1, typeValue: office.id, additionalValue: "3" });
		this.#add(supplier, { name: "Web site", defaultTypeId: 7, additionalValue: "ENABLED" });
		this.#add(supplier, { name: "Mail", defaultTypeId: 8 });
		this.#add(hardware, { name: "Serial number", defaultTypeId: 0, unique: true, regexValidation: "[A-Z]{2}-\\d{5}" });
		this.#add(hardware, { name: "Status", type: 7, typeValueMulti: status });
		this.#add(hardware, { name: "Location", type: 1, typeValue: office.id, additionalValue: "3" });
		this.#add(hardware, { name: "Supplier", type: 1, typeValue: supplier.id, additionalValue: "3" });
		this.#add(hardware, { name: "Purchased", defaultTypeId: 4 });
		this.#add(hardware, { name: "Price", defaultTypeId: 3, suffix: " EUR", summable: true });
		this.#add(laptop, { name: "Owner", type: 2, additionalValue: "SHOW_PROFILE" });
		this.#add(laptop, { name: "Managed by", type: 4 });
		this.#add(laptop, { name: "Warranty", defaultTypeId: 10, options: "None,One year,Three years" });
		this.#add(laptop, { name: "Monitors", type: 1, typeValue: monitor.id, additionalValue: "1", maximumCardinality: -1 });
		this.#add(laptop, { name: "Notes", defaultTypeId: 9, description: "Repairs, and whom to ask." });
		this.#add(monitor, { name: "Laptop", type: 1, typeValue: laptop.id, additionalValue: "1", includeChildObjectTypes: true });
		const offices = cities.map((city) => this.#object(office, { Name: [`${city} office`], City: [city] }));
		for (const one of offices.slice(1)) this.#set(one, "Main office", [offices[0]?.id ?? ""]);
		const sellers = suppliers.map((name) => {
			const host = name.toLowerCase().replace(" ", "-");
			return this.#object(supplier, { Name: [name], "Web site": [`https://${host}.example.com`], Mail: [`sales@${host}.example.com`] });
		});
		const piece = (prefix: string, index: number, seller: AssetObject) => ({
			"Serial number": [`${prefix}-${String(10_000 + index * 37)}`],
			Status: [this.#random.pick(status)],
			Location: [this.#random.pick(offices).id],
			Supplier: [seller.id],
			Purchased: [`202${this.#random.integer(3, 5)}-0${this.#random.integer(1, 9)}-1${this.#random.integer(0, 9)}`],
			Price: [`${this.#random.integer(200, 2400)}.5`],
		});
		const shown = Array.from({ length: 18 }, (_, index) =>
			this.#object(monitor, { Name: [`${screens[index % 3]} (${index + 1})`], ...piece("MN", index, this.#random.pick(sellers)) }),
		);
		for (let index = 0; index < 36; index += 1) this.#laptop(laptop, index, piece("LP", index, this.#random.pick(sellers)), shown);
	}

	#laptop(type: AssetType, index: number, piece: Readonly<Record<string, readonly string[]>>, screens: readonly AssetObject[]): void {
		const monitors = index < screens.length ? screens.slice(index, index + 1 + (index % 2)) : [];
		const made = this.#object(type, {
			Name: [`${models[index % models.length]} no. ${index + 1}`],
			...piece,
			Owner: [this.#people[index % this.#people.length] ?? ""],
			"Managed by": ["service-agents"],
			Warranty: [this.#random.pick(["None", "One year", "Three years"])],
			Monitors: monitors.map((one) => one.id),
			...(index % 3 === 0 ? { Notes: [`Keyboard changed.\nAsk ${cities[index % 4]} before it is handed on.`] } : {}),
		});
		const [first] = monitors;
		if (first !== undefined) this.#set(first, "Laptop", [made.id]);
	}

	#statuses(): string[] {
		const all: readonly [string, number, string | undefined][] = [
			["In use", 1, undefined],
			["In stock", 2, undefined],
			["Retired", 0, undefined],
			["On loan", 2, "1"],
		];
		return all.map(([name, category, schemaId]) => {
			const id = String(this.#site.ids.take("asset-status", 1));
			this.#site.assets.statuses.set(id, { id, name, description: "", category, schemaId });
			return id;
		});
	}

	#type(name: string, iconId: string, description: string, over: Partial<AssetType> = {}): AssetType {
		return addType(this.#site, {
			name,
			iconId,
			description,
			schemaId: "1",
			parentId: undefined,
			inherited: false,
			abstract: false,
			...over,
		});
	}

	#add(type: AssetType, input: Partial<AssetAttribute> & { readonly name: string }): void {
		addAttribute(this.#site, type, input);
	}

	#attribute(typeId: string, name: string): string {
		const { types, attributes } = this.#site.assets;
		const parent = types.get(typeId)?.parentId;
		const owners = [typeId, ...(parent === undefined ? [] : [parent])];
		const found = [...attributes.values()].find((one) => owners.includes(one.typeId) && one.name === name);
		if (found === undefined) throw new Error(`no attribute ${name}`);
		return found.id;
	}

	#object(type: AssetType, values: Readonly<Record<string, readonly string[]>>): AssetObject {
		const kept = Object.entries(values).map(([name, list]) => [this.#attribute(type.id, name), list] as const);
		return addObject(this.#site, type.id, new Map(kept));
	}

	#set(object: AssetObject, name: string, values: readonly string[]): void {
		object.values.set(this.#attribute(object.typeId, name), values);
	}
}
