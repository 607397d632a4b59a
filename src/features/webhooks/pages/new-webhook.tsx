'use client';

import { Button, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { TestSend } from '#features/deliveries/pages/test-send.tsx';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { Section } from '#ui/page/section.tsx';
import { FilterPreview } from './filter-preview.tsx';
import { NewSecret } from './new-secret.tsx';
import { WebhookFields } from './webhook-fields.tsx';
import { EMPTY_WEBHOOK, inputOf, webhookErrors } from './webhook-values.ts';

/** Creates a webhook, shows its secret once, and offers to send a test event. */
export function NewWebhook() {
  const cache = api.useUtils();
  const [made, setMade] = useState<Outputs['webhooks']['create']>();
  const create = api.webhooks.create.useMutation();
  const form = useForm({ initialValues: EMPTY_WEBHOOK, validate: webhookErrors });
  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    const { secret, ...webhook } = await create.mutateAsync(inputOf(values));
    cache.webhooks.get.setData({ id: webhook.id }, webhook);
    await cache.webhooks.list.invalidate();
    setMade({ ...webhook, secret });
  });

  if (made) {
    return (
      <>
        <PageHeader
          title="The webhook is ready"
          back={{ href: paths.webhooks, label: 'Webhooks' }}
          subtitle="Whatever is published from now on is delivered to it."
          actions={<LinkButton href={paths.webhook(made.id)}>To its deliveries</LinkButton>}
        />
        <Section title="Secret" description="With it the receiver knows that a request is ours.">
          <NewSecret secret={made.secret} />
        </Section>
        <Section title="Test" description="A signed event as it would come, sent now and once.">
          <TestSend webhook={made} />
        </Section>
      </>
    );
  }
  return (
    <>
      <PageHeader title="New webhook" back={{ href: paths.webhooks, label: 'Webhooks' }} />
      <form onSubmit={submit} noValidate>
        <Stack gap="lg" maw={640}>
          {message && <Notice tone="failure">{message}</Notice>}
          <WebhookFields form={form} belowFilter={<FilterPreview values={form.values} />} />
          <Group gap="sm">
            <Button type="submit" loading={busy}>
              Create webhook
            </Button>
            <LinkButton href={paths.webhooks} variant="default">
              Cancel
            </LinkButton>
          </Group>
        </Stack>
      </form>
    </>
  );
}
