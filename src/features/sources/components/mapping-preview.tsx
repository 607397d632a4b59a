'use client';

import { Button, Group, Stack, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { api, type Outputs } from '#client/console-api.ts';
import { BodyViewer } from '#ui/body-viewer.tsx';
import { counted } from '#ui/counted.ts';
import { failureMessage } from '#ui/failure-message.ts';
import { Notice } from '#ui/notice.tsx';
import { type MappingValues, mappingInput } from './mapping-values.ts';

const SHOWN = 3;

type Preview = Outputs['sources']['mappings']['preview'];

/** What the mapping would have made of the table's last changes. */
export function MappingPreview({ values }: { values: MappingValues }) {
  const preview = api.sources.mappings.preview.useMutation();
  return (
    <Stack gap="sm">
      <Group>
        <Button
          variant="default"
          leftSection={<IconEye size={16} />}
          loading={preview.isPending}
          onClick={() => preview.mutate(mappingInput(values))}
        >
          Preview
        </Button>
      </Group>
      <div role="status" aria-label="Preview">
        {preview.error && <Notice tone="failure">{failureMessage(preview.error)}</Notice>}
        {preview.data && <PreviewResult preview={preview.data} />}
      </div>
    </Stack>
  );
}

function PreviewResult({ preview: { basis, looked_at, items } }: { preview: Preview }) {
  if (basis === 'nothing') return <Text>The table has no rows, and nothing of it has changed yet.</Text>;
  const what = basis === 'changes' ? counted(looked_at, 'recent change') : counted(looked_at, 'row');
  return (
    <Stack gap="sm">
      <Text>
        Of {what} {items.length === 0 ? 'none' : items.length} would become {items.length === 1 ? 'an event' : 'events'}
        {basis === 'rows' && ': the table is not read yet, so its rows stand in as if they were new'}.
      </Text>
      {items.slice(0, SHOWN).map(({ data, problem }, index) =>
        problem ? (
          <Notice key={index} tone="failure">
            {problem}
          </Notice>
        ) : (
          <BodyViewer key={index} label={`Data of event ${index + 1}`} body={data} />
        ),
      )}
    </Stack>
  );
}
