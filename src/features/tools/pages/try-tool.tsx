'use client';

import { Button, Group, Select, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { writeJson } from '#core/json/user-json.ts';
import { emptyValues, readValues, type Typed } from '#features/connectors/pages/field-values.ts';
import { SendAnswer } from '#features/connectors/pages/send-answer.tsx';
import { TypedField } from '#features/connectors/pages/typed-field.tsx';
import type { ConnectorTypeInfo } from '#features/connectors/pages/use-connector-types.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { CopyTextButton } from '#ui/values/copy-button.tsx';
import { curlCommand } from '#ui/values/curl-command.ts';

export type InspectedTool = Outputs['tools']['inspect']['items'][number];

type Props = { tool: InspectedTool; type: ConnectorTypeInfo };

/** Calls a tool as an agent does, and shows what it gets back. It really sends. */
export function TryTool({ tool, type: { action } }: Props) {
  const { mayChange } = useSession();
  const { fields } = action;
  const cache = api.useUtils();
  const invoke = api.tools.invoke.useMutation();
  const [result, setResult] = useState<Outputs['tools']['invoke']>();
  const [only] = tool.connectors;
  const hasChoice = tool.connectors.length > 1;
  const form = useForm<{ arguments: Typed }>({
    initialValues: { arguments: { ...emptyValues(fields), connector: hasChoice ? (only?.name ?? '') : '' } },
    validate: ({ arguments: typed }) =>
      Object.fromEntries(
        Object.entries(readValues(fields, typed).errors).map(([name, error]) => [`arguments.${name}`, error]),
      ),
  });
  const callOf = ({ connector, ...typed }: Typed) => ({
    tool: tool.name,
    arguments: { ...readValues(fields, typed).values, ...(connector ? { connector } : {}) },
  });
  const { message, busy, submit } = useFormSubmit(form, async ({ arguments: typed }) => {
    setResult(undefined);
    setResult(await invoke.mutateAsync(callOf(typed)));
    void cache.tools.calls.invalidate();
    void cache.connectors.list.invalidate();
  });

  if (!mayChange)
    return <Notice>Only an admin or owner can try tools; agents call them with a key of their own.</Notice>;
  return (
    <Stack gap="xl">
      <form onSubmit={submit} noValidate>
        <Stack gap="lg" maw={560}>
          {message && <Notice tone="failure">{message}</Notice>}
          {hasChoice && (
            <Select
              label="Connector"
              description="There are several: an agent names one as well."
              data={tool.connectors.map(({ name }) => name)}
              allowDeselect={false}
              {...form.getInputProps('arguments.connector')}
            />
          )}
          {fields.map((field) => (
            <TypedField key={field.name} field={field} input={form.getInputProps(`arguments.${field.name}`)} />
          ))}
          <Group gap="sm">
            <Button type="submit" loading={busy} leftSection={<IconPlayerPlay size={16} />}>
              Call tool
            </Button>
            <CopyTextButton
              label="Copy as cURL"
              value={() => invokeAsCurl(location.origin, callOf(form.getValues().arguments))}
            />
          </Group>
        </Stack>
      </form>
      <section aria-label={`Result of ${tool.name}`} aria-live="polite">
        {result && (
          <SendAnswer
            ok={result.ok}
            status={result.status}
            duration_ms={result.duration_ms}
            at={undefined}
            error={result.ok ? null : result.error}
            body={result.body}
            headers={undefined}
          />
        )}
      </section>
    </Stack>
  );
}

/** The curl line that makes the same call, with the caller's key in `$HONEYFRAME_API_KEY`. */
const invokeAsCurl = (origin: string, call: { tool: string; arguments: Record<string, unknown> }): string =>
  curlCommand({
    method: 'POST',
    url: `${origin}${paths.toolInvoke}`,
    headers: [
      ['Authorization', 'Bearer $HONEYFRAME_API_KEY'],
      ['Content-Type', 'application/json'],
    ],
    body: writeJson(call),
  });
