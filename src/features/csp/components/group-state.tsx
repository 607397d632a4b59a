import type { Outputs } from '#client/console-api.ts';
import { StateLabel, type Tone } from '#ui/state-label.tsx';

type Disposition = Outputs['csp']['groups']['items'][number]['disposition'];

const LABELS: Record<NonNullable<Disposition> | 'untold', [Tone, string]> = {
  enforce: ['failure', 'Blocked'],
  report: ['warning', 'Would block'],
  untold: ['idle', 'Not told'],
};

/** Whether browsers blocked it, or only reported that they would. */
export function GroupState({ disposition }: { disposition: Disposition }) {
  const [tone, label] = LABELS[disposition ?? 'untold'];
  return <StateLabel tone={tone}>{label}</StateLabel>;
}
