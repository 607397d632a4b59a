'use client';

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { NumberField } from '#ui/forms/number-field.tsx';
import { type NumberRule, numberFault, numberOf, type TypedNumber } from '#ui/forms/number-values.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { toastFailed } from '#ui/page/toast.tsx';
import { CopyTextButton } from '#ui/values/copy-button.tsx';
import { NewSecret } from './new-secret.tsx';
import { whatStopsVerifying } from './what-stops-verifying.ts';

type Webhook = Outputs['webhooks']['get'];

const OVERLAP = { least: 0, most: 168, fractions: true, whenEmpty: 24 } satisfies NumberRule;

/** Shows the current signing secret on request, and rotates it. A new secret stays visible until it is dismissed. */
export function WebhookSecret({ webhook }: { webhook: Webhook }) {
  const { id } = webhook;
  const cache = api.useUtils();
  const [made, setMade] = useState<string>();
  const onError = (error: Parameters<typeof failureMessage>[0]) => toastFailed(failureMessage(error));
  const reveal = api.webhooks.revealSecret.useMutation({ onError });
  const rotate = api.webhooks.rotateSecret.useMutation({
    onSuccess: ({ secret, ...rotated }) => {
      setMade(secret);
      reveal.reset(); // it shows the previous secret
      cache.webhooks.get.setData({ id }, rotated);
    },
    onError,
  });
  if (made)
    return (
      <Stack gap="lg" align="flex-start">
        <NewSecret secret={made} />
        <Button variant="default" onClick={() => setMade(undefined)}>
          Done
        </Button>
      </Stack>
    );
  return (
    <>
      {reveal.data ? (
        <SigningSecret secret={reveal.data.secret} onHide={reveal.reset} />
      ) : (
        <Group mb="md">
          <Button variant="default" loading={reveal.isPending} onClick={() => reveal.mutate({ id })}>
            Reveal secret
          </Button>
        </Group>
      )}
      <RotateSecret
        webhook={webhook}
        busy={rotate.isPending}
        onRotate={(overlap_hours) => rotate.mutate({ id, overlap_hours })}
      />
    </>
  );
}

function SigningSecret({ secret, onHide }: { secret: string; onHide: () => void }) {
  return (
    <Group align="flex-end" gap="sm" maw={640} mb="md">
      <TextInput
        label="Signing secret"
        description="Your name and the time are in the audit log."
        value={secret}
        readOnly
        flex="1 1 20rem"
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        onFocus={(event) => event.currentTarget.select()}
      />
      <CopyTextButton label="Copy" value={() => secret} />
      <Button variant="default" onClick={onHide}>
        Hide
      </Button>
    </Group>
  );
}

type RotateProps = { webhook: Webhook; busy: boolean; onRotate: (overlapHours: number) => void };

function RotateSecret({ webhook: { previous_secret_until }, busy, onRotate }: RotateProps) {
  const [hours, setHours] = useState<TypedNumber>(OVERLAP.whenEmpty);
  const fault = numberFault(hours, OVERLAP);
  const ask = () => {
    const overlapHours = numberOf(hours, OVERLAP);
    modals.openConfirmModal({
      title: 'Rotate the signing secret?',
      children: (
        <Stack gap="sm">
          {whatStopsVerifying(overlapHours, previous_secret_until, new Date()).map((sentence) => (
            <Text key={sentence}>{sentence}</Text>
          ))}
        </Stack>
      ),
      labels: { confirm: 'Rotate secret', cancel: 'Cancel' },
      onConfirm: () => onRotate(overlapHours),
    });
  };
  return (
    <Stack gap="md" maw={640}>
      {previous_secret_until && (
        <Text>The previous secret still signs too, until {new Date(previous_secret_until).toLocaleString('en')}.</Text>
      )}
      <Group align="flex-start" gap="sm">
        <NumberField
          label="Overlap in hours"
          description="How long the present secret still signs too. Empty: 24."
          rule={OVERLAP}
          value={hours}
          onChange={setHours}
          error={fault}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          w={260}
        />
        <Button variant="default" mt={25} loading={busy} disabled={fault !== null} onClick={ask}>
          Rotate secret
        </Button>
      </Group>
    </Stack>
  );
}
