'use client';

import { Button, Group, Stack } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useRouter } from 'next/navigation';
import { api, type Outputs } from '#client/console-api.ts';
import { confirmByName } from '#ui/forms/confirm-by-name.tsx';
import { EditConflict, EditOutdated, savedSentence } from '#ui/forms/edit-conflict.tsx';
import { changedOf, useEditForm } from '#ui/forms/use-edit-form.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { Section } from '#ui/page/section.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { FilterPreview } from './filter-preview.tsx';
import { WebhookFields } from './webhook-fields.tsx';
import { WebhookSecret } from './webhook-secret.tsx';
import {
  droppedHeaders,
  inputOf,
  valuesOf,
  WEBHOOK_LABELS,
  type WebhookValues,
  webhookErrors,
} from './webhook-values.ts';

type Webhook = Outputs['webhooks']['get'];

/** A webhook's settings, its secret, and the button that deletes it. */
export function WebhookSettings({ webhook }: { webhook: Webhook }) {
  return (
    <>
      <Section title="Settings" description="Applies to all future attempts, including queued deliveries.">
        <SettingsForm webhook={webhook} />
      </Section>
      <Section
        title="Secret"
        description="During an overlap both secrets sign, so you can update the receiver at any time."
      >
        <WebhookSecret webhook={webhook} />
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
  const show = (current: Webhook) => cache.webhooks.get.setData({ id: webhook.id }, current);
  const edit = useEditForm<WebhookValues, Webhook & { dropped_secrets?: string[] }>({
    thing: webhook,
    valuesOf,
    validate: webhookErrors,
    save: (values, change) =>
      update.mutateAsync({
        id: webhook.id,
        ...(change && { ...changedOf(inputOf(values), change), version: change.version }),
      }),
    async onSaved(changed, others) {
      show(changed);
      await cache.webhooks.list.invalidate();
      const dropped = changed.dropped_secrets ?? [];
      const saved =
        dropped.length > 0
          ? `Webhook saved. Removed because the host changed: ${dropped.join(', ')}.`
          : 'Webhook saved.';
      toastDone(savedSentence(saved, others, WEBHOOK_LABELS));
    },
    onCurrent: show,
  });
  const { form, message, busy, submit } = edit;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg" maw={640}>
        {message && <Notice tone="failure">{message}</Notice>}
        <EditConflict edit={edit} labels={WEBHOOK_LABELS} />
        <WebhookFields
          form={form}
          belowUrl={<MovedNotice webhook={webhook} values={form.values} />}
          belowFilter={<FilterPreview values={form.values} />}
        />
        <Group gap="md">
          <Button type="submit" loading={busy}>
            Save
          </Button>
          <EditOutdated edit={edit} />
        </Group>
      </Stack>
    </form>
  );
}

/** Says, before the form is saved, which headers will be removed because the host changes. */
function MovedNotice({ webhook, values }: { webhook: Webhook; values: WebhookValues }) {
  const dropped = droppedHeaders(webhook.target_url, values);
  if (dropped.length === 0) return null;
  return (
    <Notice tone="info">
      {`The host changes, so the stored ${dropped.length === 1 ? 'value' : 'values'} of ${dropped.join(', ')} will be removed. Enter ${dropped.length === 1 ? 'it' : 'them'} again below if the new receiver needs ${dropped.length === 1 ? 'it' : 'them'}.`}
    </Notice>
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
