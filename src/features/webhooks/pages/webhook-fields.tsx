'use client';

import { Stack, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '#client/console-api.ts';
import { matchesEventType } from '#core/events/event-pattern.ts';
import { JsonField } from '#ui/forms/json-field.tsx';
import { NumberField } from '#ui/forms/number-field.tsx';
import { StateLabel } from '#ui/page/state-label.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import classes from './webhook-fields.module.css';
import { CONCURRENCY, RATE_LIMIT, type WebhookValues } from './webhook-values.ts';

type Props = { form: UseFormReturnType<WebhookValues>; belowUrl?: ReactNode; belowFilter?: ReactNode };

/** Every setting of a webhook, with the most common ones first. */
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

const TYPING_MS = 400;

/** What the outbound rules say about a URL while it is typed: each address of its host, and the rule that applies. */
function UrlVerdict({ url }: { url: string }) {
  const [settled] = useDebouncedValue(url.trim(), TYPING_MS);
  const check = api.webhooks.checkUrl.useMutation();
  const isAddress = /^https?:\/\/[^/\s]+/.test(settled);
  const query = useQuery({
    queryKey: ['url-verdict', settled],
    queryFn: () => check.mutateAsync({ target_url: settled }),
    enabled: isAddress,
    staleTime: 30_000,
    retry: false,
  });
  const verdict = query.data;
  return (
    <div className={classes.root} role="status">
      {isAddress && verdict && (
        <>
          <StateLabel tone={verdict.allowed ? 'success' : 'failure'}>
            {verdict.allowed ? 'This address may be reached' : (verdict.message ?? 'This address may not be reached')}
          </StateLabel>
          <ul className={classes.addresses}>
            {verdict.addresses.map(({ address, rule }) => (
              <li key={address}>
                <code>{address}</code> {rule}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

const MOST_SHOWN = 6;

type EventTypeFieldProps = { value: string[]; onChange: (value: string[]) => void; error?: ReactNode };

/** Names and patterns of event types, selected from the catalog or typed, and what they match, with examples. */
function EventTypeField({ value, onChange, error }: EventTypeFieldProps) {
  const types = api.eventTypes.list.useQuery().data?.items ?? [];
  const families = [...new Set(types.map(({ name }) => `${name.split('.')[0]}.*`))];
  const taken = types.filter(({ name }) => value.some((one) => matchesEventType(one, name)));
  return (
    <div>
      <TagsInput
        label="Event types"
        description="Choose from the list, or type a pattern: recipe.* matches everything that begins with recipe., and * matches everything."
        placeholder={value.length === 0 ? 'recipe.run.failed' : ''}
        data={[
          { group: 'Patterns', items: ['*', ...families] },
          { group: 'Events of the platform', items: types.filter((type) => type.built_in).map(({ name }) => name) },
          { group: 'Your own', items: types.filter((type) => !type.built_in).map(({ name }) => name) },
        ]}
        value={value}
        onChange={onChange}
        error={error}
        maxDropdownHeight={320}
        clearable
      />
      {taken.length > 0 && (
        <ul className={classes.list} aria-label="What it gets">
          {taken.slice(0, MOST_SHOWN).map(({ name, description, example }) => (
            <li key={name}>
              <details>
                <summary>
                  <code>{name}</code> {description}
                </summary>
                <BodyViewer label={`Example of ${name}`} body={example ?? {}} />
              </details>
            </li>
          ))}
          {taken.length > MOST_SHOWN && <li>and {taken.length - MOST_SHOWN} more</li>}
        </ul>
      )}
    </div>
  );
}
