import { systemClock } from "@skyeworx/core";
import { describe } from "vitest";
import { storeConformance } from "../store.conformance.ts";
import { azureBlobStore } from "./azure-blob-store.ts";
import { localAzure, newContainer } from "./azurite.fixture.ts";

describe.skipIf(localAzure === undefined)("Azurite", () => {
	storeConformance("a container of Azurite", async () => azureBlobStore(await newContainer(), { clock: systemClock }));
});
