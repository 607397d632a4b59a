import { Tooltip } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import classes from './group-marks.module.css';

type Marked = Pick<Outputs['csp']['groups']['items'][number], 'is_new' | 'muted' | 'noise' | 'noise_reason'>;

/** The marks of a group: new since yesterday, noise, or muted. */
export function GroupMarks({ group: { is_new, muted, noise, noise_reason } }: { group: Marked }) {
  return (
    <>
      {is_new && (
        <span className={classes.mark} data-mark="new">
          New
        </span>
      )}
      {noise && (
        <Tooltip label={noise_reason ?? noise} multiline maw={320}>
          <span className={classes.mark}>Noise</span>
        </Tooltip>
      )}
      {muted && <span className={classes.mark}>Muted</span>}
    </>
  );
}
