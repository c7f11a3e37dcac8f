import { describe } from "vitest";
import { wholeVaultConformance } from "../whole-vault.conformance.ts";
import { localAzure, newContainer } from "./azurite.fixture.ts";

describe.skipIf(localAzure === undefined)("Azurite", () => {
	wholeVaultConformance("a container of Azurite", async () => {
		const { account, container, prefix, endpoint = "" } = await newContainer();
		const address = `azure://${account}/${container}/${prefix}?${new URLSearchParams({ endpoint })}`;
		return { address, env: { AZURE_STORAGE_KEY: localAzure?.key ?? "" } };
	});
});
