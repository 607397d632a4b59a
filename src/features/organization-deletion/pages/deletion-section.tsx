'use client';

import { Button, Stack } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { confirmByName } from '#ui/forms/confirm-by-name.tsx';
import { failureMessage } from '#ui/page/failure-message.ts';
import { leaveFor } from '#ui/page/leave-for.ts';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { Section } from '#ui/page/section.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { toastFailed } from '#ui/page/toast.tsx';
import { counted } from '#ui/values/counted.ts';

/** The end of the organization, where an owner looks for it. */
export function DeletionSection() {
  const { role } = useSession();
  if (role !== 'owner') return null;
  return (
    <Section title="Delete" description="For good, with everything in it.">
      <DeleteOrganization />
    </Section>
  );
}

type Summary = Outputs['organizationDeletion']['summary'];

/** What would go, and the button that asks for the name. */
function DeleteOrganization() {
  const query = api.organizationDeletion.summary.useQuery();
  const remove = api.organizationDeletion.delete.useMutation({
    onSuccess: () => leaveFor(paths.home),
    onError: (error) => toastFailed(failureMessage(error)),
  });
  if (query.isLoadingError) return <QueryFailure query={query} />;
  if (!query.data) return <ListSkeleton rows={1} />;
  const { name, hindrance } = query.data;
  if (hindrance) return <p>{hindrance}</p>;
  const ask = () =>
    confirmByName({
      title: `Delete ${name}?`,
      consequence: `This permanently deletes ${wordsOf(query.data)}, and everything that was sent and received. Only the audit log stays in the database.`,
      name,
      confirmLabel: 'Delete organization',
      onConfirm: () => remove.mutateAsync({ name }),
    });
  return (
    <Stack gap="md">
      <p>This would permanently delete: {wordsOf(query.data)}.</p>
      <Button color="red" variant="outline" onClick={ask} style={{ alignSelf: 'start' }}>
        Delete organization
      </Button>
    </Stack>
  );
}

/** "3 members, 1 webhook, 2 connectors", without those that are zero. */
function wordsOf(summary: Summary): string {
  const parts = [
    counted(summary.members, 'member'),
    ...(summary.api_keys > 0 ? [counted(summary.api_keys, 'API key')] : []),
    ...(summary.connectors > 0 ? [counted(summary.connectors, 'connector')] : []),
    ...(summary.webhooks > 0 ? [counted(summary.webhooks, 'webhook')] : []),
    ...(summary.pending_deliveries > 0
      ? [counted(summary.pending_deliveries, 'waiting delivery', 'waiting deliveries')]
      : []),
    ...(summary.pipeline_runs > 0 ? [counted(summary.pipeline_runs, 'pipeline run')] : []),
  ];
  return parts.join(', ');
}
