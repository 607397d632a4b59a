'use client';

import { Modal } from '@mantine/core';
import { useState } from 'react';
import type { Outputs } from '#client/console-api.ts';
import { CreateApiKeyForm } from './create-api-key-form.tsx';
import { NewApiKey } from './new-api-key.tsx';

type Created = Outputs['apiKeys']['create'];

/** Asks what a key is for, then shows it the one time that it can be seen. */
export function CreateApiKey({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [created, setCreated] = useState<Created>();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={() => setCreated(undefined)}
      title={created ? 'Copy your key now' : 'Create API key'}
      // A slip of the mouse must not lose a key that is shown once.
      closeOnClickOutside={!created}
      closeOnEscape={!created}
      size="lg"
    >
      {created ? (
        <NewApiKey value={created.key} onDone={onClose} />
      ) : (
        <CreateApiKeyForm onCreated={setCreated} onCancel={onClose} />
      )}
    </Modal>
  );
}
