'use client';

import { Checkbox, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api, type Inputs, type Outputs } from '#client/console-api.ts';
import type { OpenedPart } from '#core/api-key-scopes.ts';
import { API_KEY_SCOPE_TEXTS } from '#core/api-key-scopes.ts';
import { FormActions } from '#ui/forms/form-actions.tsx';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { Notice } from '#ui/page/notice.tsx';
import classes from './create-api-key-form.module.css';

type Scope = Inputs['apiKeys']['create']['scopes'][number];

const EXPIRIES = [
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'never', label: 'Never' },
];

const DAY_MS = 86_400_000;
const expiryTime = (days: string): string | null =>
  days === 'never' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();

type Props = { onCreated: (created: Outputs['apiKeys']['create']) => void; onCancel: () => void };

/** Name, scopes and expiry of a new key. */
export function CreateApiKeyForm({ onCreated, onCancel }: Props) {
  const cache = api.useUtils();
  const create = api.apiKeys.create.useMutation();
  const form = useForm<{ name: string; scopes: Scope[]; expires_at: string }>({
    initialValues: { name: '', scopes: ['read'], expires_at: '90' },
    validate: {
      name: (name) => (name.trim() ? null : 'Name is required.'),
      scopes: (scopes) => (scopes.length > 0 ? null : 'Choose at least one scope.'),
    },
  });
  const { message, busy, submit } = useFormSubmit(form, async ({ name, scopes, expires_at }) => {
    const created = await create.mutateAsync({ name, scopes, expires_at: expiryTime(expires_at) });
    // Show the key first: it must be visible even if the list can't be loaded.
    onCreated(created);
    void cache.apiKeys.list.invalidate();
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        {message && <Notice tone="failure">{message}</Notice>}
        <TextInput
          label="Name"
          description="The program that will use it."
          placeholder="Nightly export"
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        <Checkbox.Group label="Scopes" {...form.getInputProps('scopes')}>
          <Stack gap="sm" mt={6}>
            {Object.entries(API_KEY_SCOPE_TEXTS).map(([scope, { summary, opens }]) => (
              <div key={scope}>
                <Checkbox value={scope} label={scope} description={summary} />
                <ScopeParts scope={scope} opens={opens} />
              </div>
            ))}
          </Stack>
        </Checkbox.Group>
        <Select label="Expires" data={EXPIRIES} w={200} {...form.getInputProps('expires_at')} />
        <FormActions busy={busy} onCancel={onCancel}>
          Create key
        </FormActions>
      </Stack>
    </form>
  );
}

/** What a scope allows, part by part, in a section that can be expanded. */
function ScopeParts({ scope, opens }: { scope: string; opens: readonly OpenedPart[] }) {
  return (
    <details className={classes.root}>
      <summary className={classes.summary}>What {scope} opens</summary>
      <dl className={classes.parts}>
        {opens.map(({ part, allows }) => (
          <div key={part} className={classes.part}>
            <dt className={classes.name}>{part}</dt>
            <dd className={classes.allows}>{allows}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
