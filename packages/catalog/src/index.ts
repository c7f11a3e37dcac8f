export type {
	Catalog,
	CatalogChange,
	CatalogHit,
	CatalogItem,
	CatalogPage,
	CatalogQuery,
	CatalogSample,
	CatalogSnapshot,
	CatalogSpace,
	CatalogVersion,
	ItemFacts,
	OpenCatalogOptions,
} from "./catalog.ts";
export { openCatalog, removeCatalog } from "./open-catalog.ts";
