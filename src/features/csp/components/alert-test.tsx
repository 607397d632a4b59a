'use client';

import { Anchor, Button } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import Link from 'next/link';
import { api } from '#client/console-api.ts';
import { SendOutcome } from '#features/connectors/components/send-outcome.tsx';
import { failureMessage } from '#ui/failure-message.ts';
import { paths } from '#ui/paths.ts';
import classes from './alert.module.css';

/** Sends an example of an alert through the connector that is chosen, saved or not, and says what came of it. */
export function AlertTest({ connectorId }: { connectorId: string | null }) {
  const cache = api.useUtils();
  const test = api.csp.alerts.test.useMutation({ onSuccess: () => void cache.connectors.invalidate() });
  const { data: result, error, variables } = test;
  const isOfThis = variables?.connector_id === connectorId;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconSend size={16} />}
        disabled={connectorId === null}
        loading={test.isPending}
        onClick={() => connectorId && test.mutate({ connector_id: connectorId })}
      >
        Send a test
      </Button>
      <div className={classes.answer} role="status" aria-live="polite">
        {isOfThis && error && <span>{failureMessage(error)}</span>}
        {isOfThis && result && connectorId && (
          <>
            <SendOutcome ok={result.ok} status={result.status} code={result.ok ? null : result.error.code} />
            {!result.ok && <div className={classes.why}>{result.error.message}</div>}
            <div>
              <Anchor component={Link} href={paths.connector(connectorId, 'history')}>
                See what was sent and answered
              </Anchor>
            </div>
          </>
        )}
      </div>
    </>
  );
}
