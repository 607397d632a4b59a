'use client';

import { Button, Group, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Outputs } from '#client/console-api.ts';
import { OverviewPart } from './overview-part.tsx';
import { PolicyPicks } from './policy-picks.tsx';
import { type Draft, EMPTY_DRAFT } from './workbench-draft.ts';

type Props = {
  draft: Draft;
  onChange: (draft: Draft) => void;
  policies: Outputs['csp']['policies']['items'];
};

/** Where a policy begins that has no past: everything from the site itself, and code by nonce. */
const STARTER =
  "default-src 'self'; script-src 'nonce-{random}' 'strict-dynamic'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

/** The policy that is worked on: typed, pasted with whatever stood around it, or picked. */
export function PolicyInput({ draft, onChange, policies }: Props) {
  const [picking, pick] = useDisclosure(false);
  const isEmpty = draft.text.trim() === '';
  const start = (text: string, isPicked: boolean) => {
    onChange({ text, isPicked, wishes: [] });
    pick.close();
  };
  return (
    <OverviewPart
      title="Your policy"
      aside={
        !isEmpty && (
          <Group gap="xs">
            {policies.length > 0 && (
              <Button variant="subtle" color="gray" size="xs" onClick={pick.toggle} aria-expanded={picking}>
                Pick another
              </Button>
            )}
            <Button variant="subtle" color="gray" size="xs" onClick={() => onChange(EMPTY_DRAFT)}>
              Clear
            </Button>
          </Group>
        )
      }
    >
      {(isEmpty || picking) && policies.length > 0 && (
        <PolicyPicks policies={policies} onPick={(text) => start(text, true)} />
      )}
      <Textarea
        aria-label="Your policy"
        description="It stays in this browser: nothing of it is sent or saved anywhere else."
        placeholder="Paste a header, a line of nginx or Apache, a <meta> element, or the policy alone"
        value={draft.text}
        onChange={({ currentTarget: { value } }) => onChange({ ...draft, text: value, isPicked: false })}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autosize
        minRows={3}
        maxRows={14}
        spellCheck={false}
        autoComplete="off"
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
      />
      {isEmpty && (
        <Button mt="md" variant="default" onClick={() => start(STARTER, false)}>
          Start from a strict policy
        </Button>
      )}
    </OverviewPart>
  );
}
