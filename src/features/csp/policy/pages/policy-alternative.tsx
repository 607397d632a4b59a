'use client';

import { Text } from '@mantine/core';
import { useState } from 'react';
import type { PolicyAlternative } from '#core/csp/policy/change.ts';
import { CopyTextButton } from '#ui/values/copy-button.tsx';
import classes from './policy-alternative.module.css';
import { PolicyRiskLabel } from './policy-edit.tsx';

type Props = { alternative: PolicyAlternative; before: string; isOpen?: boolean };

/** One alternative of a policy change: what is added, its risk, and the whole policy with the changes marked. */
export function PolicyAlternativeView({
  alternative: { directive, add, remove, policy, risk },
  before,
  isOpen = false,
}: Props) {
  const [shown, setShown] = useState(isOpen);
  return (
    <div>
      <p className={classes.change}>
        Add <Sources sources={add} /> to <code className={classes.source}>{directive}</code>
        {remove.length > 0 && (
          <>
            {' '}
            in place of <Sources sources={remove} />
          </>
        )}
      </p>
      <Text maw="68ch">
        <PolicyRiskLabel level={risk.level} />. {risk.words}
      </Text>
      <details className={classes.whole} open={isOpen} onToggle={(event) => setShown(event.currentTarget.open)}>
        <summary>Full policy</summary>
        {shown && <PolicyLines before={before} after={policy} />}
      </details>
    </div>
  );
}

const Sources = ({ sources }: { sources: readonly string[] }) => (
  <code className={classes.source}>{sources.join(' ')}</code>
);

/** A policy with one directive per line. Changed lines are marked. */
function PolicyLines({ before, after }: { before: string; after: string }) {
  const known = new Set(linesOf(before));
  return (
    <>
      <ul className={classes.lines}>
        {linesOf(after).map((line) => (
          <li key={line} className={classes.line} data-changed={!known.has(line)}>
            {line}
          </li>
        ))}
      </ul>
      {after.includes("'nonce-[redacted]'") && (
        <Text c="dimmed" mb="sm">
          [redacted] stands for the nonce that your server generates for each page.
        </Text>
      )}
      <CopyTextButton value={() => after} label="Copy policy" />
    </>
  );
}

const linesOf = (policy: string): string[] => policy.split(/;\s*/).filter((line) => line !== '');
