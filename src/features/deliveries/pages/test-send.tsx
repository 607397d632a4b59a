'use client';

import { Button, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { readJsonObject } from '#client/read-json-object.ts';
import { matchesEventType } from '#core/events/event-pattern.ts';
import { writeJson } from '#core/json/user-json.ts';
import { dataError } from '#features/event-types/pages/event-type-values.ts';
import { JsonField } from '#ui/forms/json-field.tsx';
import { failureMessage } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { AttemptView } from './attempt-view.tsx';

type Webhook = Outputs['webhooks']['get'];

/** Sends the example in the field as a signed test event, and shows the response. */
export function TestSend({ webhook }: { webhook: Webhook }) {
  const types = api.eventTypes.list.useQuery().data?.items ?? [];
  const first = types.find(({ name }) => webhook.event_type.some((one) => matchesEventType(one, name))) ?? types[0];
  const [name, setName] = useState<string>();
  const type = types.find((one) => one.name === name) ?? first;
  const [edited, setEdited] = useState<string>();
  const data = edited ?? writeJson(type?.example ?? {}, 2);
  const [wrong, setWrong] = useState<string>();
  const test = api.webhooks.test.useMutation();

  const send = () => {
    const error = dataError(data);
    setWrong(error ?? undefined);
    if (!error)
      test.mutate({ id: webhook.id, ...(type && { event_type: type.name }), data: readJsonObject(data) ?? {} });
  };

  return (
    <Stack gap="xl" maw={760}>
      <Stack gap="md">
        <Select
          label="Event type"
          description="Any type may be tested, also one that the webhook does not take."
          maw={480}
          data={types.map((one) => one.name)}
          value={type?.name ?? null}
          allowDeselect={false}
          searchable
          onChange={(chosen) => {
            setName(chosen ?? undefined);
            setEdited(undefined);
          }}
        />
        <JsonField label="Data" value={data} onChange={setEdited} error={wrong} />
        <Button onClick={send} loading={test.isPending} style={{ alignSelf: 'start' }}>
          Send test event
        </Button>
      </Stack>
      {test.isError && <Notice tone="failure">{failureMessage(test.error)}</Notice>}
      {test.data && (
        <section aria-label="Answer">
          <AttemptView attempt={test.data} />
        </section>
      )}
    </Stack>
  );
}
