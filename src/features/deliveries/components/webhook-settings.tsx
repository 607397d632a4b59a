'use client';

import { Button, Group, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { modals } from '@mantine/modals';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { FilterPreview } from '#features/subscriptions/components/filter-preview.tsx';
import { NewSecret } from '#features/subscriptions/components/new-secret.tsx';
import { WebhookFields } from '#features/subscriptions/components/webhook-fields.tsx';
import {
  droppedHeaders,
  inputOf,
  valuesOf,
  type WebhookValues,
  webhookErrors,
} from '#features/subscriptions/components/webhook-values.ts';
import { confirmByName } from '#ui/confirm-by-name.tsx';
import { CopyTextButton } from '#ui/copy-button.tsx';
import { failureMessage } from '#ui/failure-message.ts';
import { Notice } from '#ui/notice.tsx';
import { paths } from '#ui/paths.ts';
import { Section } from '#ui/section.tsx';
import { toastDone, toastFailed } from '#ui/toast.tsx';
import { useFormSubmit } from '#ui/use-form-submit.ts';

type Webhook = Outputs['webhooks']['get'];

/** What a webhook is set to, its secret, and its end. */
export function WebhookSettings({ webhook }: { webhook: Webhook }) {
  return (
    <>
      <Section title="Settings" description="They hold for every attempt from now on, also of what waits.">
        <SettingsForm webhook={webhook} />
      </Section>
      <Section title="Secret" description="Both sign during the overlap: change it in the receiver at any time in it.">
        <RevealSecret webhook={webhook} />
        <RotateSecret webhook={webhook} />
      </Section>
      <Section title="Delete" description="What waits is cancelled; what was delivered stays in the log.">
        <DeleteWebhook webhook={webhook} />
      </Section>
    </>
  );
}

function SettingsForm({ webhook }: { webhook: Webhook }) {
  const cache = api.useUtils();
  const update = api.webhooks.update.useMutation();
  const form = useForm({ initialValues: valuesOf(webhook), validate: webhookErrors });
  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    const changed = await update.mutateAsync({ id: webhook.id, ...inputOf(values) });
    cache.webhooks.get.setData({ id: webhook.id }, changed);
    await cache.webhooks.list.invalidate();
    toastDone(
      changed.dropped_secrets.length > 0
        ? `Webhook saved. Removed because the host changed: ${changed.dropped_secrets.join(', ')}.`
        : 'Webhook saved.',
    );
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg" maw={640}>
        {message && <Notice tone="failure">{message}</Notice>}
        <WebhookFields
          form={form}
          belowUrl={<MovedNotice webhook={webhook} values={form.values} />}
          belowFilter={<FilterPreview values={form.values} />}
        />
        <Button type="submit" loading={busy} style={{ alignSelf: 'start' }}>
          Save
        </Button>
      </Stack>
    </form>
  );
}

/** Says which headers a new host will not get before the form is saved. */
function MovedNotice({ webhook, values }: { webhook: Webhook; values: WebhookValues }) {
  const dropped = droppedHeaders(webhook.target_url, values);
  if (dropped.length === 0) return null;
  return (
    <Notice tone="info">
      {`The host changes, so the stored ${dropped.length === 1 ? 'value' : 'values'} of ${dropped.join(', ')} will be removed. Enter ${dropped.length === 1 ? 'it' : 'them'} again below if the new receiver needs ${dropped.length === 1 ? 'it' : 'them'}.`}
    </Notice>
  );
}

function RevealSecret({ webhook: { id } }: { webhook: Webhook }) {
  const reveal = api.webhooks.revealSecret.useMutation({ onError: (error) => toastFailed(failureMessage(error)) });
  if (reveal.data) return <SigningSecret secret={reveal.data.secret} onHide={reveal.reset} />;
  return (
    <Group mb="md">
      <Button variant="default" loading={reveal.isPending} onClick={() => reveal.mutate({ id })}>
        Reveal secret
      </Button>
    </Group>
  );
}

function SigningSecret({ secret, onHide }: { secret: string; onHide: () => void }) {
  return (
    <Group align="flex-end" gap="sm" maw={640} mb="md">
      <TextInput
        label="Signing secret"
        description="Your name and the time are in the audit log."
        value={secret}
        readOnly
        flex="1 1 20rem"
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        onFocus={(event) => event.currentTarget.select()}
      />
      <CopyTextButton label="Copy" value={() => secret} />
      <Button variant="default" onClick={onHide}>
        Hide
      </Button>
    </Group>
  );
}

function RotateSecret({ webhook: { id, previous_secret_until } }: { webhook: Webhook }) {
  const [hours, setHours] = useState<number | string>(24);
  const [secret, setSecret] = useState<string>();
  const rotate = api.webhooks.rotateSecret.useMutation({
    onSuccess: (rotated) => setSecret(rotated.secret),
    onError: (error) => toastFailed(failureMessage(error)),
  });
  if (secret) return <NewSecret secret={secret} />;
  return (
    <Stack gap="md" maw={640}>
      {previous_secret_until && (
        <Text>The secret before signs too, until {new Date(previous_secret_until).toLocaleString('en')}.</Text>
      )}
      <Group align="flex-end" gap="sm">
        <NumberInput label="Overlap in hours" min={0} max={168} value={hours} onChange={setHours} w={160} />
        <Button
          variant="default"
          loading={rotate.isPending}
          onClick={() => rotate.mutate({ id, overlap_hours: Number(hours) })}
        >
          Change the secret
        </Button>
      </Group>
    </Stack>
  );
}

function DeleteWebhook({ webhook: { id, target_url } }: { webhook: Webhook }) {
  const router = useRouter();
  const cache = api.useUtils();
  const host = new URL(target_url).host;
  const remove = api.webhooks.delete.useMutation({
    onSuccess: async () => {
      modals.closeAll();
      router.push(paths.webhooks);
      await cache.webhooks.list.invalidate();
      toastDone('The webhook is deleted.');
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  const ask = () =>
    confirmByName({
      title: `Delete the webhook to ${host}?`,
      consequence: 'Nothing is sent to it any more, and what waits is cancelled. This cannot be undone.',
      name: host,
      confirmLabel: 'Delete webhook',
      onConfirm: () => remove.mutateAsync({ id }),
    });
  return (
    <Button variant="outline" color="red" onClick={ask}>
      Delete webhook
    </Button>
  );
}
