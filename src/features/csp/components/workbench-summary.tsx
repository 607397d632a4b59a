import type { Replay } from '#core/csp-policy-replay.ts';
import { count, counted } from '#ui/counted.ts';
import classes from './workbench.module.css';
import type { Group } from './workbench-data.ts';

type Totals = Replay<Group>['totals'];

type Props = {
  current: Totals;
  /** What the proposal would do; null while nothing is proposed. */
  proposed: Totals | null;
};

/** What a policy does with the reports, in one sentence each for the policy and the proposal. */
export function WorkbenchSummary({ current, proposed }: Props) {
  if (current.all.groups === 0) return null;
  return (
    <div role="status" className={classes.summary}>
      <Outcome words={`Of ${counted(current.all.reports, 'report')}, this policy would`} totals={current} />
      {proposed && <Outcome words="The proposal would" totals={proposed} />}
    </div>
  );
}

function Outcome({ words, totals: { all, blocked, unknown } }: { words: string; totals: Totals }) {
  const share = (reports: number) => `${(100 * reports) / Math.max(1, all.reports)}%`;
  return (
    <div>
      <p className={classes.sentence}>
        {words} still report{' '}
        <strong>
          {count(blocked.reports)} in {counted(blocked.groups, 'group')}
        </strong>
        {unknown.groups > 0 && (
          <>
            ; {count(unknown.reports)} in {counted(unknown.groups, 'group')} are up to the page
          </>
        )}
        .
      </p>
      <div className={classes.bar} aria-hidden>
        <span data-verdict="blocked" style={{ width: share(blocked.reports) }} />
        <span data-verdict="unknown" style={{ width: share(unknown.reports) }} />
      </div>
    </div>
  );
}
