import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { StorageChange, StorageTest } from "@skyeworx/contract";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { ToneMark } from "../../parts/marks/tone-mark.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { emptyKey, KeyFields, keyOf } from "./key-fields.tsx";
import { emptyStore, StoreFields, storeOf } from "./store-fields.tsx";

/** Chooses another store or key, tried before it is kept. */
export function StorageChangeDialog({
	what,
	close,
}: {
	readonly what: "store" | "key" | undefined;
	readonly close: () => void;
}): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const [store, setStore] = useState(emptyStore);
	const [key, setKey] = useState(emptyKey);
	const change = changeOf(what === "store" ? { store: storeOf(store) } : { key: keyOf(key) });
	const test = useMutation({ mutationFn: (body: StorageChange) => client.testStorage({ body }) });
	const save = useMutation({
		mutationFn: (body: StorageChange) => client.updateStorage({ body }),
		onSuccess: (now) => {
			cache.setQueryData(["storage"], now);
			done();
		},
	});
	const done = (): void => {
		setStore(emptyStore);
		setKey(emptyKey);
		test.reset();
		save.reset();
		close();
	};
	return (
		<Modal opened={what !== undefined} onClose={done} title={what === "key" ? "Choose another key" : "Choose another store"} size={600}>
			<form
				onSubmit={(event) => {
					event.preventDefault();
					if (change !== undefined) save.mutate(change);
				}}
			>
				<Stack gap="sm">
					{what === "key" ? <KeyFields draft={key} set={setKey} /> : <StoreFields draft={store} set={setStore} />}
					{save.isError ? <ProblemView error={save.error} /> : test.isError ? <ProblemView error={test.error} /> : null}
					{test.data === undefined ? null : <Findings test={test.data} />}
					<Text size="sm" c="dimmed">
						It is tried before anything is changed. Sites that are connected already stay as they are until you move them.
					</Text>
					<Group justify="flex-end" gap="xs">
						<Button
							variant="default"
							loading={test.isPending}
							disabled={change === undefined}
							onClick={() => change !== undefined && test.mutate(change)}
						>
							Test
						</Button>
						<Button type="submit" loading={save.isPending} disabled={change === undefined}>
							{what === "key" ? "Use this key" : "Use this store"}
						</Button>
					</Group>
				</Stack>
			</form>
		</Modal>
	);
}

function changeOf({
	store,
	key,
}: {
	readonly store?: StorageChange["store"];
	readonly key?: StorageChange["key"];
}): StorageChange | undefined {
	if (store !== undefined) return { store };
	return key === undefined ? undefined : { key };
}

/** Each need and whether it is met; what is missing is named. */
export function Findings({ test }: { readonly test: StorageTest }): ReactNode {
	return [test.store, test.key].map((tried) =>
		tried === null ? null : (
			<Stack key={tried.description} gap={4} role="status">
				<Text size="sm" fw={600}>
					{tried.description}: {tried.ok ? "everything that a vault needs is allowed" : "something is missing"}
				</Text>
				{tried.findings.map(({ need, ok, message, hint }) => (
					<ToneMark key={need} tone={ok ? "ok" : "fail"} icon={ok ? <IconCircleCheck size={15} /> : <IconCircleX size={15} />}>
						{ok ? need : `${need}: ${message}${hint === null ? "" : `. ${hint}`}`}
					</ToneMark>
				))}
			</Stack>
		),
	);
}
