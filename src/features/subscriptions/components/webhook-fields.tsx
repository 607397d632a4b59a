'use client';

import { Stack, Switch, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { JsonField } from '#ui/json-field.tsx';
import { NumberField } from '#ui/number-field.tsx';
import { EventTypeField } from './event-type-field.tsx';
import { UrlVerdict } from './url-verdict.tsx';
import { CONCURRENCY, RATE_LIMIT, type WebhookValues } from './webhook-values.ts';

type Props = { form: UseFormReturnType<WebhookValues>; belowUrl?: ReactNode; belowFilter?: ReactNode };

/** Every setting of a webhook; what most people need stands first. */
export function WebhookFields({ form, belowUrl, belowFilter }: Props) {
  return (
    <Stack gap="lg">
      <EventTypeField
        value={form.values.event_type}
        onChange={(types) => form.setFieldValue('event_type', types)}
        error={form.errors.event_type}
      />
      <div>
        <TextInput
          label="Receiver"
          description="The address that events are POSTed to."
          placeholder="https://receiver.example.com/hooks"
          type="url"
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('target_url')}
        />
        <UrlVerdict url={form.values.target_url} />
        {belowUrl}
      </div>
      <TextInput
        label="Description"
        description="For people: what the receiver does with it."
        autoComplete="off"
        {...form.getInputProps('description')}
      />
      <div>
        <JsonField
          label="Filter"
          description='Only events whose data fulfils this are sent. Leave it empty for all. Such as {"status": {"in": ["failed", "cancelled"]}}.'
          value={form.values.filter}
          onChange={(text) => form.setFieldValue('filter', text)}
          error={form.errors.filter}
        />
        {belowFilter}
      </div>
      <Textarea
        label="Headers"
        description="Sent with every delivery, one a line. Values are stored sealed and shown masked."
        placeholder="Authorization: Bearer …"
        autosize
        minRows={2}
        spellCheck={false}
        {...form.getInputProps('headers')}
      />
      <NumberField
        label="Requests at once"
        description="How many may be in flight, 1 to 100. Left empty, it is 10."
        rule={CONCURRENCY}
        {...form.getInputProps('concurrency')}
      />
      <NumberField
        label="Requests a second"
        description="Evenly spaced, with a burst of at most one and 5 %. Leave it empty for no limit."
        placeholder="No limit"
        rule={RATE_LIMIT}
        {...form.getInputProps('rate_limit')}
      />
      <Switch
        label="In order"
        description="One at a time, in the order of publication: a later event waits until an earlier one is delivered or given up."
        {...form.getInputProps('ordered', { type: 'checkbox' })}
      />
    </Stack>
  );
}
