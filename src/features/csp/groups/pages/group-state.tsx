import type { Outputs } from '#client/console-api.ts';
import { StateLabel, type Tone } from '#ui/page/state-label.tsx';
import { count, counted } from '#ui/values/counted.ts';
import classes from './group-state.module.css';

type Dispositions = Outputs['csp']['groups']['items'][number]['dispositions'];
type Disposition = Dispositions[number]['disposition'];

const LABELS: Record<NonNullable<Disposition> | 'unknown', [Tone, string]> = {
  enforce: ['failure', 'Blocked'],
  report: ['warning', 'Would block'],
  unknown: ['idle', 'Outcome unknown'],
};

/** Whether browsers blocked it, or only reported that they would. */
export function GroupState({ disposition }: { disposition: Disposition }) {
  const [tone, label] = LABELS[disposition ?? 'unknown'];
  return <StateLabel tone={tone}>{label}</StateLabel>;
}

/** Each outcome that browsers reported for a group, with its count if there are several. */
export function GroupStates({ dispositions }: { dispositions: Dispositions }) {
  return dispositions.map(({ disposition, count: reports }) => (
    <span key={disposition} className={classes.state} title={counted(reports, 'report')}>
      <GroupState disposition={disposition} />
      {dispositions.length > 1 && <span className={classes.count}>{count(reports)}</span>}
    </span>
  ));
}
