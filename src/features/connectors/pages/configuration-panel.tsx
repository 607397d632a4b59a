'use client';

import { Button, Stack } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Outputs } from '#client/console-api.ts';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { confirmByName } from '#ui/forms/confirm-by-name.tsx';
import { failureMessage } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { Section } from '#ui/page/section.tsx';
import { StateLabel } from '#ui/page/state-label.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { counted } from '#ui/values/counted.ts';
import { Facts } from '#ui/values/facts.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import classes from './configuration-panel.module.css';
import { EditConnectorForm } from './edit-connector-form.tsx';
import { FailureWords } from './failure-words.tsx';
import { valueText } from './field-values.ts';
import type { ConnectorTypeInfo } from './use-connector-types.ts';

type Props = { connector: Outputs['connectors']['get']; type: ConnectorTypeInfo };

/** A connector's settings, to read and to change, and its end. */
export function ConfigurationPanel({ connector, type }: Props) {
  const { mayChange } = useSession();
  const [editing, setEditing] = useState(false);
  return (
    <>
      <Section
        title="Settings"
        description={
          mayChange ? 'Secrets are stored sealed and shown masked.' : 'Only an admin or owner can change them.'
        }
      >
        {editing ? (
          <EditConnectorForm connector={connector} type={type} onDone={() => setEditing(false)} />
        ) : (
          <>
            <Settings connector={connector} type={type} />
            {mayChange && (
              <Button variant="default" mt="lg" onClick={() => setEditing(true)}>
                Edit
              </Button>
            )}
          </>
        )}
      </Section>
      {type.has_credentials && (
        <Section title="Credentials" description="Looks at the account that they open; it sends no message.">
          <CheckCredentials connectorId={connector.id} />
        </Section>
      )}
      {connector.type === 'twilio_messaging' && <WhatsAppGuide />}
      {mayChange && (
        <Section title="Delete" description="Ends this connector for everyone who sends through it.">
          <DeleteConnector connector={connector} />
        </Section>
      )}
    </>
  );
}

function Settings({ connector, type }: Props) {
  return (
    <Facts
      items={[
        ['Name', connector.name],
        ...type.fields.map(({ name, label }): [string, React.ReactNode] => [
          label,
          <code key={name} className={classes.value}>
            {valueText(connector.config[name]) || '–'}
          </code>,
        ]),
        ['Created', <RelativeTime key="created" at={connector.created_at} />],
        ['Changed', <RelativeTime key="changed" at={connector.updated_at} />],
      ]}
    />
  );
}

/** What WhatsApp allows when, in the words of somebody who sends the first time. */
function WhatsAppGuide() {
  return (
    <Section title="WhatsApp" description="When a message may be sent, and to whom.">
      <dl className={classes.list}>
        <dt>To try it: the sandbox</dt>
        <dd>
          Give +14155238886 in From. In the Twilio console, under Messaging, Try it out, Send a WhatsApp message, are
          two words: whoever sends “join” and these words to that number on WhatsApp can be sent to for three days.
          Anybody else is refused with 63015.
        </dd>
        <dt>The 24-hour window</dt>
        <dd>
          Free text (a body) is delivered only within 24 hours of the recipient’s last message to you; each of their
          messages restarts the window. Outside of it, Twilio returns the error 63016.
        </dd>
        <dt>At any time: templates</dt>
        <dd>
          Make a content template in the Twilio console under Messaging, Content Template Builder, let WhatsApp approve
          it, and send its SID (HX…) with a text for each placeholder, such as {'{ "1": "Ada" }'}.
        </dd>
        <dt>What becomes of a message</dt>
        <dd>
          Twilio first accepts a message, and reports later whether it was sent, delivered, and read. The history shows
          this if PUBLIC_URL is an https address that Twilio can reach, and the connector has an auth token.
        </dd>
      </dl>
    </Section>
  );
}

/** Deletes a connector once its name has been typed. */
function DeleteConnector({ connector: { id, name } }: { connector: { id: string; name: string } }) {
  const router = useRouter();
  const cache = api.useUtils();
  const remove = api.connectors.delete.useMutation({
    onSuccess: async () => {
      router.push(paths.connectors);
      await cache.connectors.list.invalidate();
      toastDone(`${name} is deleted.`);
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  const ask = () =>
    confirmByName({
      title: `Delete ${name}?`,
      consequence: 'Its configuration and its history are deleted. This cannot be undone.',
      name,
      confirmLabel: 'Delete connector',
      onConfirm: () => remove.mutateAsync({ id }),
    });
  return (
    <Button variant="outline" color="red" onClick={ask}>
      Delete connector
    </Button>
  );
}

/** Tries a connector's credentials, and says what they open. */
function CheckCredentials({ connectorId }: { connectorId: string }) {
  const { mayChange } = useSession();
  const check = api.connectors.check.useMutation();
  if (!mayChange) return <Notice>Only an admin or owner can check the credentials.</Notice>;
  const { data: found, error } = check;
  return (
    <Stack gap="md" align="flex-start">
      <Button variant="default" loading={check.isPending} onClick={() => check.mutate({ id: connectorId })}>
        Check credentials
      </Button>
      <div aria-live="polite">
        {error && <Notice tone="failure">{failureMessage(error)}</Notice>}
        {found?.ok && (
          <Stack gap="sm">
            <StateLabel tone="success">The credentials work</StateLabel>
            <Facts items={found.found.map(({ label, value }) => [label, value])} />
          </Stack>
        )}
        {found?.error && (
          <Notice tone="failure">
            <FailureWords error={found.error} />
          </Notice>
        )}
        {found !== undefined && found.unknown_statuses > 0 && (
          <p>
            {counted(found.unknown_statuses, 'status callback')} told of messages that this connector did not send:
            another program sends with the same callback address.
          </p>
        )}
      </div>
    </Stack>
  );
}
