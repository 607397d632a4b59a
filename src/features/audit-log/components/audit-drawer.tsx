'use client';

import { Drawer, Stack, Title } from '@mantine/core';
import { BodyViewer } from '#ui/body-viewer.tsx';
import { Copyable } from '#ui/copyable.tsx';
import { Facts } from '#ui/facts.tsx';
import { RelativeTime } from '#ui/relative-time.tsx';
import type { Entry } from './audit-table.tsx';

const ACTOR_TYPES: Record<Entry['actor']['type'], string> = {
  user: 'Person',
  api_key: 'API key',
  agent: 'Agent',
  system: 'The console itself',
};

/** One entry in full. */
export function AuditDrawer({ entry, onClose }: { entry: Entry | undefined; onClose: () => void }) {
  return (
    <Drawer opened={entry !== undefined} onClose={onClose} title={entry?.action ?? 'Audit log'}>
      {entry && <EntryDetail entry={entry} />}
    </Drawer>
  );
}

function EntryDetail({ entry }: { entry: Entry }) {
  return (
    <Stack gap="xl">
      <Facts
        items={[
          ['When', <RelativeTime key="at" at={entry.at} />],
          ['Entry id', <Copyable key="id" value={entry.id} what="entry id" />],
          ['Who', `${entry.actor.name} (${ACTOR_TYPES[entry.actor.type]})`],
          ['Actor id', <Copyable key="actor" value={entry.actor.id} what="actor id" />],
          ['What', `${entry.target.name} (${entry.target.type.replaceAll('_', ' ')})`],
          ['Target id', <Copyable key="target" value={entry.target.id} what="target id" />],
          ['Severity', entry.severity === 'security' ? 'Security' : 'Info'],
          ['Address', entry.ip ?? '–'],
          ['User agent', entry.user_agent ?? '–'],
        ]}
      />
      {Object.keys(entry.details).length > 0 && (
        <section>
          <Title order={3} mb="xs">
            Details
          </Title>
          <BodyViewer label="Details" body={entry.details} />
        </section>
      )}
    </Stack>
  );
}
