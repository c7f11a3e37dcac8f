import { Button, Group, Modal, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Member, RoleId } from "@skyeworx/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { LimitFields, limitsOf } from "./limit-fields.tsx";
import { RoleSelect } from "./role-select.tsx";

/** Gives a member another role or other limits. */
export function MemberRole({ member }: { readonly member: Member }): ReactNode {
	const [opened, { open, close }] = useDisclosure(false);
	return (
		<>
			<Button variant="default" onClick={open} aria-label={`Change the role of ${member.name}…`}>
				Role…
			</Button>
			<Modal opened={opened} onClose={close} title={`What ${member.name} may do`} size={520}>
				<Form member={member} close={close} />
			</Modal>
		</>
	);
}

function Form({ member, close }: { readonly member: Member; readonly close: () => void }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const [role, setRole] = useState<string>(member.role);
	const [limits, setLimits] = useState(limitsOf(member));
	const change = useMutation({
		mutationFn: () => client.updateMember({ params: { memberId: member.id }, body: { role: role as RoleId, ...limits } }),
		onSuccess: () => {
			void cache.invalidateQueries({ queryKey: ["members"] });
			void cache.invalidateQueries({ queryKey: ["roles"] });
			close();
		},
	});
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				change.mutate();
			}}
		>
			<Stack gap="sm">
				{change.isError ? <ProblemView error={change.error} /> : null}
				<RoleSelect value={role} change={setRole} />
				<LimitFields value={limits} change={setLimits} />
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={close}>
						Cancel
					</Button>
					<Button type="submit" loading={change.isPending}>
						Save
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
