export type {
	Catalog,
	CatalogChange,
	CatalogHit,
	CatalogItem,
	CatalogPage,
	CatalogQuery,
	CatalogSnapshot,
	CatalogSpace,
	CatalogVersion,
	ItemFacts,
	OpenCatalogOptions,
} from "./catalog.ts";
export { openCatalog } from "./open-catalog.ts";
