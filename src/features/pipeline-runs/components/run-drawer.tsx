'use client';

import { Drawer, Stack, Title } from '@mantine/core';
import { BodyViewer } from '#ui/body-viewer.tsx';
import { Copyable } from '#ui/copyable.tsx';
import { count } from '#ui/counted.ts';
import { Duration } from '#ui/duration.tsx';
import { Facts } from '#ui/facts.tsx';
import { RelativeTime } from '#ui/relative-time.tsx';
import { type Run, tookMs } from './run-statuses.ts';
import { RunStatus } from './run-table.tsx';

/** One run in full. */
export function RunDrawer({ run, onClose }: { run: Run | undefined; onClose: () => void }) {
  return (
    <Drawer opened={run !== undefined} onClose={onClose} title={run?.recipe_name ?? 'Pipeline run'}>
      {run && <RunDetail run={run} />}
    </Drawer>
  );
}

const rows = (number: number | null) => (number === null ? '–' : count(number));
const time = (at: string | null) => (at ? <RelativeTime at={at} /> : '–');

function RunDetail({ run }: { run: Run }) {
  return (
    <Stack gap="xl">
      <Facts
        items={[
          ['Status', <RunStatus key="status" status={run.status} />],
          ['Run id', <Copyable key="id" value={run.id} what="run id" />],
          ['Recipe id', <Copyable key="recipe" value={run.recipe_id} what="recipe id" />],
          ['Dataset id', run.dataset_id ? <Copyable key="dataset" value={run.dataset_id} what="dataset id" /> : '–'],
          ['Trigger', run.trigger ?? '–'],
          ['Started', time(run.started_at)],
          ['Finished', time(run.finished_at)],
          ['Took', <Duration key="t" ms={tookMs(run)} />],
          ['Rows in', rows(run.rows_in)],
          ['Rows out', rows(run.rows_out)],
          ['Changed', time(run.changed_at)],
        ]}
      />
      {run.error && (
        <section>
          <Title order={3} mb="xs">
            Error
          </Title>
          <BodyViewer label="Error" body={run.error} />
        </section>
      )}
    </Stack>
  );
}
