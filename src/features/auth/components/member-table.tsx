'use client';

import { Table, Text } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { LoadMore } from '#ui/load-more.tsx';
import { QueryFailure } from '#ui/query-failure.tsx';
import { RelativeTime } from '#ui/relative-time.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';

const ROLES = { owner: 'Owner', admin: 'Admin', member: 'Member' } satisfies Record<
  Outputs['organization']['members']['items'][number]['role'],
  string
>;

/** The people of the organization and their roles. */
export function MemberTable() {
  const query = api.organization.members.useInfiniteQuery({}, { getNextPageParam: (page) => page.next_cursor });
  if (query.isError) return <QueryFailure query={query} />;
  if (query.isPending) return <ListSkeleton rows={2} />;
  return (
    <>
      <Table aria-label="Members">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Role</Table.Th>
            <Table.Th visibleFrom="xs">Joined</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {query.data.pages
            .flatMap(({ items }) => items)
            .map(({ id, name, email, role, created_at }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <Text fw={500}>{name}</Text>
                  <Text c="dimmed">{email}</Text>
                </Table.Td>
                <Table.Td>{ROLES[role]}</Table.Td>
                <Table.Td visibleFrom="xs">
                  <RelativeTime at={created_at} />
                </Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
      <LoadMore query={query} />
    </>
  );
}
