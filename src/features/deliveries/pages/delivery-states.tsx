'use client';

import { UnstyledButton } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { count } from '#ui/values/counted.ts';
import { STATE_NAMES } from './delivery-state.tsx';
import classes from './delivery-states.module.css';

/** Where the server stops counting. */
const MOST_COUNTED = 5_000;

type Counts = Outputs['deliveries']['counts'] | undefined;

const countWords = (number: number) => (number >= MOST_COUNTED ? `${count(MOST_COUNTED)}+` : count(number));

/** The states of deliveries, of which one is chosen, each with how many the other filters leave of it. */
export function DeliveryStates({ counts }: { counts: Counts }) {
  const { params, set } = useUrlQuery();
  const chosen = params.get('status');
  return (
    <fieldset className={classes.root} aria-label="State">
      {[{ state: null, label: 'All' } as const, ...STATE_NAMES].map(({ state, label }) => (
        <UnstyledButton
          key={label}
          className={classes.state}
          aria-pressed={chosen === state}
          onClick={() => set({ status: state })}
        >
          {label}
          {state !== null && <span className={classes.count}> {counts ? countWords(counts[state]) : '–'}</span>}
        </UnstyledButton>
      ))}
    </fieldset>
  );
}
