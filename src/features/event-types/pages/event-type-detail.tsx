'use client';

import { Button, Code, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { webhooksTaking } from '#features/webhooks/pages/webhook-filters.ts';
import { WebhookTable } from '#features/webhooks/pages/webhook-table.tsx';
import { confirmByName } from '#ui/forms/confirm-by-name.tsx';
import { NothingHere } from '#ui/lists/nothing-here.tsx';
import { failureMessage } from '#ui/page/failure-message.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { Section } from '#ui/page/section.tsx';
import { ListSkeleton, PageSkeleton } from '#ui/page/skeletons.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { EventTypeForm } from './event-type-form.tsx';
import type { EventType } from './event-type-values.ts';

/** One event type: what it means, what its data must match, and which webhooks get it. */
export function EventTypeDetail({ name }: { name: string }) {
  const { mayChange } = useSession();
  const query = api.eventTypes.list.useQuery();
  const type = query.data?.items.find((one) => one.name === name);
  if (query.isLoadingError) return <QueryFailure query={query} />;
  if (!query.data) return <PageSkeleton />;
  if (!type) return <NothingHere />;
  const isOwn = mayChange && !type.built_in;
  return (
    <>
      <PageHeader
        title={type.name}
        back={{ href: paths.eventTypes, label: 'Event types' }}
        subtitle={type.description || 'An event type of your own.'}
        actions={
          mayChange && (
            <LinkButton href={paths.newEvent(type.name)} leftSection={<IconSend size={16} />}>
              Publish one
            </LinkButton>
          )
        }
      />
      <Section title="Webhooks" description="Those that take this type, before their filters.">
        <Subscribed name={name} />
      </Section>
      {isOwn ? (
        <Section title="Settings" description="Applies to events published from now on.">
          <EventTypeForm key={type.name} type={type} />
        </Section>
      ) : (
        <>
          {type.subject_pointer && (
            <Section title="Subject" description="The field of its data by which events and deliveries are searched.">
              <Code>{type.subject_pointer}</Code>
            </Section>
          )}
          <Section title="Example" description="What its data looks like.">
            {type.example === null ? (
              <Text>There is none.</Text>
            ) : (
              <BodyViewer label={`Example of ${name}`} body={type.example} />
            )}
          </Section>
          <Section title="JSON Schema" description="What its data must fulfil.">
            {type.schema === null ? (
              <Text>Anything goes.</Text>
            ) : (
              <BodyViewer label={`Schema of ${name}`} body={type.schema} />
            )}
          </Section>
        </>
      )}
      {isOwn && (
        <Section title="Delete" description="It can be published no more; what was published stays.">
          <DeleteEventType type={type} />
        </Section>
      )}
    </>
  );
}

function Subscribed({ name }: { name: string }) {
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.webhooks.list,
    ask: client.webhooks.list.query,
    input: webhooksTaking(name),
    loads: 'on demand',
  });
  if (list.error && !list.rows) return <QueryFailure query={list} />;
  if (!list.rows) return <ListSkeleton />;
  return list.rows.length === 0 ? <Text>No webhook takes it.</Text> : <WebhookTable list={list} isBrief />;
}

function DeleteEventType({ type: { name, webhooks } }: { type: EventType }) {
  const router = useRouter();
  const cache = api.useUtils();
  const remove = api.eventTypes.delete.useMutation({
    onSuccess: async () => {
      router.push(paths.eventTypes);
      await cache.eventTypes.list.invalidate();
      toastDone('The event type is deleted.');
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  const ask = () =>
    confirmByName({
      title: `Delete ${name}?`,
      consequence:
        webhooks === 0
          ? 'Publishing it is refused from then on.'
          : `Publishing it is refused from then on, and webhooks that subscribe to it get no more of its events (${webhooks}).`,
      name,
      confirmLabel: 'Delete event type',
      onConfirm: () => remove.mutateAsync({ name }),
    });
  return (
    <Button variant="outline" color="red" onClick={ask}>
      Delete event type
    </Button>
  );
}
