'use client';

import { Button, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { getHotkeyHandler } from '@mantine/hooks';
import { IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { CopyTextButton } from '#ui/copy-button.tsx';
import { Notice } from '#ui/notice.tsx';
import { useFormSubmit } from '#ui/use-form-submit.ts';
import { emptyValues, readValues } from './field-values.ts';
import { TestAnswer } from './test-answer.tsx';
import { testAsCurl } from './test-as-curl.ts';
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
