'use client';

import { useState } from 'react';
import type { Outputs } from '#client/console-api.ts';
import { OnceModal } from '#ui/once-modal.tsx';
import { CreateApiKeyForm } from './create-api-key-form.tsx';
import { NewApiKey } from './new-api-key.tsx';

type Created = Outputs['apiKeys']['create'];

/** Asks what a key is for, then shows it the one time that it can be seen. */
export function CreateApiKey({ opened, onClose }: { opened: boolean; onClose: () => void }) {
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
