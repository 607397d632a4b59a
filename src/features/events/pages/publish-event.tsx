'use client';

import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRouter } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { readJsonObject } from '#client/read-json-object.ts';
import { dataError, type EventType, exampleText } from '#features/event-types/pages/event-type-values.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { JsonField } from '#ui/forms/json-field.tsx';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { PageSkeleton } from '#ui/page/skeletons.tsx';
import { toastDone } from '#ui/page/toast.tsx';

/** The form that publishes an event, prefilled with the example of its type. */
export function PublishEvent() {
  const { mayChange } = useSession();
  const types = api.eventTypes.list.useQuery().data?.items;
  if (!mayChange)
    return (
      <>
        <PageHeader title="Publish an event" back={{ href: paths.events, label: 'Events' }} />
        <Notice>Only an admin or owner can publish by hand. Ask one of them.</Notice>
      </>
    );
  return types ? <PublishForm types={types} /> : <PageSkeleton />;
}

function PublishForm({ types }: { types: EventType[] }) {
  const router = useRouter();
  const cache = api.useUtils();
  const asked = useUrlQuery().params.get('type');
  const first = types.find(({ name }) => name === asked) ?? types[0];
  const publish = api.events.publish.useMutation();
  const form = useForm({
    initialValues: { event_type: first?.name ?? '', data: exampleText(first) },
    validate: { data: dataError },
  });
  const { message, busy, submit } = useFormSubmit(form, async ({ event_type, data }) => {
    const { id, deliveries } = await publish.mutateAsync({ event_type, data: readJsonObject(data) ?? {} });
    await cache.events.list.invalidate();
    toastDone(
      deliveries === 0
        ? 'Published. No webhook takes it.'
        : `Published to ${deliveries} webhook${deliveries > 1 ? 's' : ''}.`,
    );
    router.push(paths.event(id));
  });
  const type = types.find(({ name }) => name === form.values.event_type);
  return (
    <>
      <PageHeader
        title="Publish an event"
        back={{ href: paths.events, label: 'Events' }}
        subtitle="It goes to every webhook that takes it, as if a program had published it."
      />
      <form onSubmit={submit} noValidate>
        <Stack gap="lg" maw={640}>
          {message && <Notice tone="failure">{message}</Notice>}
          <div>
            <Select
              label="Event type"
              data={types.map(({ name }) => name)}
              allowDeselect={false}
              searchable
              {...form.getInputProps('event_type')}
              onChange={(name) => {
                form.setValues({
                  event_type: name ?? '',
                  data: exampleText(types.find((one) => one.name === name)),
                });
              }}
            />
            {type && (
              <Text c="dimmed" size="sm" mt={6}>
                {type.description}{' '}
                {type.webhooks === 0
                  ? 'No webhook takes it.'
                  : `${type.webhooks} webhook${type.webhooks > 1 ? 's take' : ' takes'} it, before filters.`}
              </Text>
            )}
          </div>
          <JsonField
            label="Data"
            description="Begins as the example of the type."
            value={form.values.data}
            onChange={(text) => form.setFieldValue('data', text)}
            error={form.errors.data}
          />
          <Group gap="sm">
            <Button type="submit" loading={busy}>
              Publish
            </Button>
            <LinkButton href={paths.events} variant="default">
              Cancel
            </LinkButton>
          </Group>
        </Stack>
      </form>
    </>
  );
}
