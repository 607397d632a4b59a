'use client';

import { Button, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';

type OpenSession = Outputs['account']['sessions'][number];

/** The person's sessions, with the way to end one or all others. */
export function OpenSessions() {
  const cache = api.useUtils();
  const query = api.account.sessions.useQuery();
  const endOthers = api.account.endOtherSessions.useMutation({
    onSuccess: async ({ ended }) => {
      await cache.account.sessions.invalidate();
      toastDone(`${ended} other session${ended === 1 ? ' has' : 's have'} ended.`);
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  if (query.isError) return <QueryFailure query={query} />;
  if (!query.data) return <ListSkeleton rows={2} />;
  return (
    <Stack gap="md">
      <Table aria-label="Sessions">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Browser</Table.Th>
            <Table.Th visibleFrom="sm">Address</Table.Th>
            <Table.Th>Last used</Table.Th>
            <Table.Th>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {query.data.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </Table.Tbody>
      </Table>
      {query.data.length > 1 && (
        <Button
          variant="default"
          style={{ alignSelf: 'start' }}
          loading={endOthers.isPending}
          onClick={() => endOthers.mutate()}
        >
          Sign out everywhere else
        </Button>
      )}
    </Stack>
  );
}

function SessionRow({ session: { id, browser, ip, used_at, current } }: { session: OpenSession }) {
  const cache = api.useUtils();
  const end = api.account.endSession.useMutation({
    onSuccess: async () => {
      await cache.account.sessions.invalidate();
      toastDone('The session has ended.');
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  return (
    <Table.Tr>
      <Table.Td>
        {browser}
        {current && (
          <Text c="dimmed" size="sm">
            this one
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">{ip ?? '–'}</Table.Td>
      <Table.Td>
        <RelativeTime at={used_at} />
      </Table.Td>
      <Table.Td ta="right">
        {!current && (
          <Button
            variant="subtle"
            color="red"
            size="xs"
            loading={end.isPending}
            onClick={() => end.mutate({ session_id: id })}
            aria-label={`End the session of ${browser}`}
          >
            End
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
