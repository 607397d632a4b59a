'use client';

import { Button, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { getHotkeyHandler } from '@mantine/hooks';
import { IconSend } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { writeJson } from '#core/json/user-json.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { CopyTextButton } from '#ui/values/copy-button.tsx';
import { curlCommand } from '#ui/values/curl-command.ts';
import { emptyValues, readValues } from './field-values.ts';
import { SendAnswer } from './send-answer.tsx';
import classes from './test-panel.module.css';
import { TypedField } from './typed-field.tsx';
import type { ConnectorTypeInfo } from './use-connector-types.ts';

type Props = { connector: Outputs['connectors']['get']; type: ConnectorTypeInfo };
type Result = Outputs['connectors']['test'];

/** Sends once through a connector and shows what came back. */
export function TestPanel({ connector: { id, enabled }, type }: Props) {
  const { mayChange } = useSession();
  const { fields } = type.action;
  const cache = api.useUtils();
  const test = api.connectors.test.useMutation();
  const [result, setResult] = useState<Result>();
  const form = useForm({ initialValues: emptyValues(fields), validate: (typed) => readValues(fields, typed).errors });
  const { message, busy, submit } = useFormSubmit(form, async (typed) => {
    const answer = await test.mutateAsync({ id, ...readValues(fields, typed).values });
    await Promise.all([cache.connectors.sends.invalidate({ id }), cache.connectors.get.invalidate({ id })]);
    void cache.connectors.list.invalidate();
    setResult(answer);
  });

  if (!mayChange) return <Notice>Only an admin or owner can send tests. The history shows what was sent.</Notice>;
  return (
    <div className={classes.columns}>
      <form
        onSubmit={submit}
        onKeyDown={getHotkeyHandler([['mod+Enter', () => enabled && !busy && submit()]])}
        noValidate
      >
        <Stack gap="lg">
          {!enabled && <Notice>This connector is disabled: enable it to send.</Notice>}
          {message && <Notice tone="failure">{message}</Notice>}
          {fields.map((field) => (
            <TypedField key={field.name} field={field} input={form.getInputProps(field.name)} />
          ))}
          <Group gap="sm">
            <Button type="submit" loading={busy} disabled={!enabled} leftSection={<IconSend size={16} />}>
              Send test
            </Button>
            <CopyTextButton
              label="Copy as cURL"
              value={() => testAsCurl(location.origin, id, readValues(fields, form.getValues()).values)}
            />
          </Group>
        </Stack>
      </form>
      <TestAnswer connectorId={id} result={result} />
    </div>
  );
}

/** The curl line that sends the same test through our own API, with the caller's key in `$HONEYFRAME_API_KEY`. */
const testAsCurl = (origin: string, connectorId: string, values: Record<string, unknown>): string =>
  curlCommand({
    method: 'POST',
    url: `${origin}${paths.connectorTest(connectorId)}`,
    headers: [
      ['Authorization', 'Bearer $HONEYFRAME_API_KEY'],
      ['Content-Type', 'application/json'],
    ],
    body: writeJson(values),
  });

type TestAnswerProps = { connectorId: string; result: Outputs['connectors']['test'] | undefined };

/** What the other side answered to the last test of this visit; a screen reader hears it when it comes. */
function TestAnswer({ connectorId, result }: TestAnswerProps) {
  const title = useId();
  const place = useRef<HTMLElement>(null);
  // On a phone the answer is below the form.
  useEffect(() => {
    if (result) place.current?.scrollIntoView({ block: 'nearest' });
  }, [result]);
  const log = api.connectors.sends.useInfiniteQuery(
    { id: connectorId },
    { getNextPageParam: (page) => page.next_cursor },
  );
  const send = log.data?.pages[0]?.items.find(({ id }) => id === result?.send_id);
  return (
    <section ref={place} aria-labelledby={title} aria-live="polite">
      <h2 id={title} className={classes.title}>
        Answer
      </h2>
      {result ? (
        <SendAnswer
          ok={result.ok}
          status={result.status}
          duration_ms={result.duration_ms}
          at={send?.at}
          error={result.ok ? null : result.error}
          // The log has the body's own text; the result has what became of it.
          body={send?.response?.body ?? result.body}
          headers={send?.response?.headers}
          {...(send?.response && { encoding: send.response.encoding, size_bytes: send.response.size_bytes })}
        />
      ) : (
        <p className={classes.empty}>What the other side answers is shown here: status, time, headers and body.</p>
      )}
    </section>
  );
}
