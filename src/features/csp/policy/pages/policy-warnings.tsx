'use client';

import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import { adviseOnPolicy } from '#core/csp/policy/advice.ts';
import type { PolicyWarning } from '#core/csp/policy/warning.ts';
import { OverviewPart } from '#features/csp/groups/pages/overview-part.tsx';
import { StateLabel, type Tone } from '#ui/page/state-label.tsx';
import classes from './policy-warnings.module.css';
import type { DraftResult } from './workbench-data.ts';

const SEVERITIES: Record<PolicyWarning['severity'], [Tone, string]> = {
  high: ['failure', 'Weak'],
  medium: ['warning', 'Gap'],
  low: ['idle', 'Hint'],
};

const keyOf = ({ id, directive, value }: PolicyWarning) => `${id} ${directive} ${value}`;

type Props = { result: DraftResult; isProposed: boolean; isPicked: boolean };

/** The weaknesses of the policy and of the proposed one. */
export function PolicyWarnings({ result: { pasted, proposal }, isProposed, isPicked }: Props) {
  const [shown, setShown] = useState('proposed');
  const [current, proposed] = useMemo(() => {
    // Policies from reports have no reporting directives.
    const known = (text: string) =>
      adviseOnPolicy(text, pasted.delivery).filter(({ id }) => !(isPicked && id === 'no-report'));
    return [known(pasted.policy), known(proposal.policy)];
  }, [pasted, proposal.policy, isPicked]);
  const before = new Set(current.map(keyOf));
  const list = isProposed && shown === 'proposed' ? proposed : current;
  return (
    <OverviewPart
      title="Warnings"
      aside={
        isProposed && (
          <SegmentedControl
            size="xs"
            aria-label="Warnings of which policy"
            value={shown}
            onChange={setShown}
            data={[
              { value: 'current', label: `Your policy ${current.length}` },
              { value: 'proposed', label: `Proposal ${proposed.length}` },
            ]}
          />
        )
      }
    >
      {list.length === 0 && <p className={classes.none}>No known weaknesses.</p>}
      <ul className={classes.list} aria-label="Warnings">
        {list.map((warning) => (
          <li key={keyOf(warning)} className={classes.warning}>
            <StateLabel tone={SEVERITIES[warning.severity][0]}>{SEVERITIES[warning.severity][1]}</StateLabel>
            <div className={classes.words}>
              {warning.words} <span className={classes.fix}>{warning.fix}</span>
              {!before.has(keyOf(warning)) && <strong> New in the proposed policy.</strong>}
            </div>
          </li>
        ))}
      </ul>
    </OverviewPart>
  );
}
