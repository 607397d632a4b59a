'use client';

import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Outputs } from '#client/console-api.ts';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { OnceModal } from '#ui/forms/once-modal.tsx';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { FilteredList } from '#ui/lists/filtered-list.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { CopyTextButton } from '#ui/values/copy-button.tsx';
import { ApiKeyTable } from './api-key-table.tsx';
import classes from './api-keys.module.css';
import { CreateApiKeyForm } from './create-api-key-form.tsx';

/** The API keys of the organization. */
export function ApiKeys() {
  const { mayChange } = useSession();
  const [creating, creation] = useDisclosure(false);
  const { client } = api.useUtils();
  const list = usePagedList({ procedure: api.apiKeys.list, ask: client.apiKeys.list.query });
  const create = mayChange && (
    <Button leftSection={<IconPlus size={16} />} onClick={creation.open}>
      Create key
    </Button>
  );
  return (
    <>
      <PageHeader
        title="API keys"
        subtitle={
          mayChange
            ? 'For programs and agents that call the API.'
            : 'You can look; an admin or owner can create and revoke keys.'
        }
        actions={!list.isEmpty && create}
      />
      <FilteredList
        list={list}
        empty={
          <EmptyState icon={<IconKey size={22} />} title="No API keys yet" action={create}>
            A key lets a program do what its scopes allow, in this organization only. Create one and send it as
            “Authorization: Bearer”.
          </EmptyState>
        }
      >
        <ApiKeyTable list={list} mayRevoke={mayChange} />
      </FilteredList>
      <CreateApiKey opened={creating} onClose={creation.close} />
    </>
  );
}

type Created = Outputs['apiKeys']['create'];

/** Creates a key, and then shows it once. */
function CreateApiKey({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [created, setCreated] = useState<Created>();
  return (
    <OnceModal
      opened={opened}
      onClose={onClose}
      title={(key) => (key ? 'Copy your key now' : 'Create API key')}
      size="lg"
      value={created}
      onForget={() => setCreated(undefined)}
    >
      {(key, dismiss) =>
        key ? (
          <NewApiKey value={key.key} onDone={dismiss} />
        ) : (
          <CreateApiKeyForm onCreated={setCreated} onCancel={onClose} />
        )
      }
    </OnceModal>
  );
}

/** Shows a new key in full, once. */
function NewApiKey({ value, onDone }: { value: string; onDone: () => void }) {
  return (
    <Stack gap="md">
      <Notice>
        This is the only time that the key is shown. Keep it where only the program that needs it can read it.
      </Notice>
      <TextInput
        label="API key"
        value={value}
        readOnly
        classNames={{ input: classes.key ?? '' }}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onDone}>
          Done
        </Button>
        <CopyTextButton label="Copy key" value={() => value} primary />
      </Group>
    </Stack>
  );
}
