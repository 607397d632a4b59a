'use client';

import { Button, Group, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import type { Outputs } from '#client/console-api.ts';
import { NONCE_PLACEHOLDER } from '#core/csp/policy/change-options.ts';
import { GroupState } from '#features/csp/groups/pages/group-state.tsx';
import { OverviewPart } from '#features/csp/groups/pages/overview-part.tsx';
import { counted } from '#ui/values/counted.ts';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import classes from './policy-input.module.css';
import { type Draft, EMPTY_DRAFT } from './workbench-draft.ts';

type Props = {
  draft: Draft;
  onChange: (draft: Draft) => void;
  policies: Outputs['csp']['policies']['items'];
};

/** A strict policy to start from: everything from the site itself, and code with a nonce. */
const STARTER =
  "default-src 'self'; script-src 'nonce-{random}' 'strict-dynamic'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

/** The policy to edit: typed, pasted from a configuration, or picked from the reports. */
export function PolicyInput({ draft, onChange, policies }: Props) {
  const [picking, pick] = useDisclosure(false);
  const isEmpty = draft.text.trim() === '';
  const start = (text: string, isPicked: boolean) => {
    onChange({ text, isPicked, requested: [] });
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
        description="The policy stays in this browser. It isn’t sent or saved anywhere else."
        placeholder="Paste a header, an nginx or Apache line, a <meta> element, or just the policy"
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

type Policies = Outputs['csp']['policies']['items'];

const FIRST = 3;

/** Nonces in reports are redacted, so they are replaced with a placeholder. */
const withNonce = (text: string) => text.replace(/'nonce-\[redacted\]'/gi, NONCE_PLACEHOLDER);

/** Policies that browsers reported violations of, newest first. */
function PolicyPicks({ policies, onPick }: { policies: Policies; onPick: (text: string) => void }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? policies : policies.slice(0, FIRST);
  return (
    <div className={classes.root}>
      <p className={classes.lead}>Policies from reports, without their reporting directives:</p>
      <ul className={classes.list} aria-label="Policies seen in reports">
        {shown.map(({ policy_hash: hash, text, disposition, count, last_seen: at }) => (
          <li key={hash} className={classes.pick}>
            <div className={classes.about}>
              <code className={classes.text}>{text ?? 'The log no longer has its text.'}</code>
              <span className={classes.facts}>
                <GroupState disposition={disposition} />
                <span>{counted(count, 'report')}</span>
                <span>
                  last <RelativeTime at={at} />
                </span>
              </span>
            </div>
            <Button
              variant="default"
              size="xs"
              disabled={text === null}
              onClick={() => onPick(withNonce(text ?? ''))}
              aria-label={`Use the policy ${text ?? hash}`.slice(0, 120)}
            >
              Use
            </Button>
          </li>
        ))}
      </ul>
      {policies.length > shown.length && (
        <Button variant="subtle" color="gray" size="xs" onClick={() => setWhole(true)}>
          Show all {policies.length}
        </Button>
      )}
    </div>
  );
}
