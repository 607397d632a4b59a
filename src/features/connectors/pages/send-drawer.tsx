'use client';

import { Drawer, Stack, Title } from '@mantine/core';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { HeaderFields } from '#ui/forms/header-fields.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { Copyable } from '#ui/values/copyable.tsx';
import { Facts } from '#ui/values/facts.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { FailureWords } from './failure-words.tsx';
import { SendAnswer } from './send-answer.tsx';
import classes from './send-drawer.module.css';
import { ProviderState } from './send-outcome.tsx';
import { SEND_SOURCE_NAMES } from './send-source-names.ts';
import type { Send } from './send-table.tsx';

/** One send in full: who requested it, the request, and the response. */
export function SendDrawer({ send, onClose }: { send: Send | undefined; onClose: () => void }) {
  return (
    <Drawer opened={send !== undefined} onClose={onClose} title="Send">
      {send && <SendDetail send={send} />}
    </Drawer>
  );
}

function SendDetail({ send }: { send: Send }) {
  const { request, response, statuses } = send;
  const { mayChange } = useSession();
  return (
    <Stack gap="xl">
      <Facts
        items={[
          ['Send id', <Copyable key="id" value={send.id} what="send id" />],
          ['Source', SEND_SOURCE_NAMES[send.source]],
          ['By', send.actor.name],
          ...providerFacts(send),
        ]}
      />
      {!mayChange && <Notice>Only an admin or owner sees what messages say.</Notice>}
      {statuses.length > 0 && (
        <section>
          <Title order={3} mb="xs">
            What became of it
          </Title>
          <SendStatuses statuses={statuses} />
        </section>
      )}
      <section>
        <Title order={3} mb="xs">
          Answer
        </Title>
        <SendAnswer
          ok={send.ok}
          status={send.status}
          duration_ms={send.duration_ms}
          at={send.at}
          error={send.error}
          body={response?.body ?? null}
          headers={response?.headers}
          {...(response && {
            encoding: response.encoding,
            size_bytes: response.size_bytes,
            truncated: response.truncated,
          })}
        />
      </section>
      {request && (
        <section>
          <Title order={3} mb="xs">
            Request
          </Title>
          <Stack gap="md">
            <Copyable value={`${request.method} ${request.url}`} what="request line" />
            <HeaderFields label="Request headers" fields={Object.entries(request.headers)} />
            <BodyViewer label="Request body" body={request.body} />
          </Stack>
        </section>
      )}
    </Stack>
  );
}

const providerFacts = ({ provider_id }: Send): [string, React.ReactNode][] =>
  provider_id ? [['Provider id', <Copyable key="provider" value={provider_id} what="provider id" />]] : [];

/** The statuses that the provider reported for a message, oldest first. */
function SendStatuses({ statuses }: Pick<Send, 'statuses'>) {
  const last = statuses.at(-1);
  return (
    <Stack gap="sm">
      <ol className={classes.list}>
        {statuses.map(({ status, at }) => (
          <li key={status} className={classes.step}>
            <ProviderState status={status} />
            <span className={classes.time}>
              <RelativeTime at={at} />
            </span>
          </li>
        ))}
      </ol>
      {last?.provider_code !== undefined && (
        <Notice tone="failure">
          <FailureWords error={{ ...last, message: `The message is ${last.status}` }} />
        </Notice>
      )}
    </Stack>
  );
}
