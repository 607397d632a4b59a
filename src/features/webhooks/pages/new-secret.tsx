'use client';

import { Group, Stack, Tabs, TextInput, Title } from '@mantine/core';
import { Notice } from '#ui/page/notice.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { CopyTextButton } from '#ui/values/copy-button.tsx';
import { VERIFY_SNIPPETS } from './verify-snippets.ts';

/** A new signing secret in full, and how a receiver verifies signatures with it. */
export function NewSecret({ secret }: { secret: string }) {
  const [first] = VERIFY_SNIPPETS;
  return (
    <Stack gap="lg" maw={760}>
      <Notice>
        Keep the secret where only the receiver can read it. Owners and admins can reveal it again in the webhook’s
        settings.
      </Notice>
      <Group align="flex-end" gap="sm" wrap="nowrap">
        <TextInput
          label="Signing secret"
          value={secret}
          readOnly
          flex={1}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyTextButton label="Copy" value={() => secret} primary />
      </Group>
      <section aria-labelledby="verify">
        <Title order={2} id="verify" size="h5" mb="xs">
          Verify the signature in the receiver
        </Title>
        <Tabs defaultValue={first?.name ?? null}>
          <Tabs.List mb="md">
            {VERIFY_SNIPPETS.map(({ name }) => (
              <Tabs.Tab key={name} value={name}>
                {name}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {VERIFY_SNIPPETS.map(({ name, code }) => (
            <Tabs.Panel key={name} value={name}>
              <BodyViewer label={`${name} code`} body={code} />
            </Tabs.Panel>
          ))}
        </Tabs>
      </section>
    </Stack>
  );
}
