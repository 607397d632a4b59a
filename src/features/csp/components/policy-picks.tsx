'use client';

import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Outputs } from '#client/console-api.ts';
import { NONCE_PLACEHOLDER } from '#core/csp-policy-change-options.ts';
import { counted } from '#ui/counted.ts';
import { RelativeTime } from '#ui/relative-time.tsx';
import { GroupState } from './group-state.tsx';
import classes from './policy-picks.module.css';

type Policies = Outputs['csp']['policies']['items'];

const FIRST = 3;

/** A report's nonce is taken out before it is written; a policy needs one to come. */
const withNonce = (text: string) => text.replace(/'nonce-\[redacted\]'/gi, NONCE_PLACEHOLDER);

/** Policies that browsers reported violations of, the newest first. */
export function PolicyPicks({ policies, onPick }: { policies: Policies; onPick: (text: string) => void }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? policies : policies.slice(0, FIRST);
  return (
    <div className={classes.root}>
      <p className={classes.lead}>Seen in reports, without the directives that say where reports go:</p>
      <ul className={classes.list} aria-label="Policies seen in reports">
        {shown.map(({ policy_hash: hash, text, disposition, count, last_seen: at }) => (
          <li key={hash} className={classes.pick}>
            <div className={classes.about}>
              <code className={classes.text}>{text ?? 'Its text is no longer kept.'}</code>
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
