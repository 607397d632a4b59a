'use client';

import { Anchor } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import { count, counted } from '#ui/counted.ts';
import { useUrlQuery } from '#ui/use-url-query.ts';
import classes from './overview.module.css';

/** How much there is, and what is hidden of it, with the way to see that too. */
export function OverviewSummary({ timeline: { total, noise, muted } }: { timeline: Outputs['csp']['timeline'] }) {
  const { params, set } = useUrlQuery();
  const shownNoise = params.get('noise');
  const showsMuted = params.get('muted') === 'show';
  return (
    <p className={classes.summary} role="status">
      <strong>{counted(total, 'report')}</strong>
      {noise > 0 && shownNoise !== 'only' && (
        <Hidden
          words={shownNoise === 'show' ? `${count(noise)} of them noise` : `${count(noise)} hidden as noise`}
          isShown={shownNoise === 'show'}
          what="noise"
          onToggle={() => set({ noise: shownNoise === 'show' ? null : 'show' })}
        />
      )}
      {(muted > 0 || showsMuted) && (
        <Hidden
          words={showsMuted ? `${count(muted)} of them muted` : `${count(muted)} muted`}
          isShown={showsMuted}
          what="muted groups"
          onToggle={() => set({ muted: showsMuted ? null : 'show' })}
        />
      )}
    </p>
  );
}

type HiddenProps = { words: string; isShown: boolean; what: string; onToggle: () => void };

function Hidden({ words, isShown, what, onToggle }: HiddenProps) {
  const verb = isShown ? 'Hide' : 'Show';
  return (
    <span className={classes.hidden}>
      {words},{' '}
      <Anchor component="button" type="button" aria-label={`${verb} ${what}`} onClick={onToggle}>
        {verb.toLowerCase()}
      </Anchor>
    </span>
  );
}
