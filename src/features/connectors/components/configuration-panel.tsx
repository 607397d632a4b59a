'use client';

import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Outputs } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { Facts } from '#ui/facts.tsx';
import { RelativeTime } from '#ui/relative-time.tsx';
import { Section } from '#ui/section.tsx';
import { CheckCredentials } from './check-credentials.tsx';
import classes from './configuration-panel.module.css';
import { DeleteConnector } from './delete-connector.tsx';
import { EditConnectorForm } from './edit-connector-form.tsx';
import { valueText } from './field-values.ts';
import type { ConnectorTypeInfo } from './use-connector-types.ts';
import { WhatsAppGuide } from './whatsapp-guide.tsx';

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
