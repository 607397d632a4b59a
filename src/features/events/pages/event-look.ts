import type { Outputs } from '#client/console-api.ts';
import type { Tone } from '#ui/page/state-label.tsx';

type Event = Outputs['events']['get'];

/** Where an event came from, in words. */
export const ORIGINS: Record<Event['origin'], string> = {
  api: 'by the API',
  console: 'by hand',
  source: 'from the change stream',
  system: 'by the console itself',
  test: 'a test',
};

/** How the deliveries of an event stand, worst first. */
export function lookOf({ pending, delivered, failed, cancelled }: Event['deliveries']): { tone: Tone; label: string } {
  const all = pending + delivered + failed + cancelled;
  if (all === 0) return { tone: 'idle', label: 'To nobody' };
  if (failed > 0) return { tone: 'failure', label: `${failed} of ${all} failed` };
  if (pending > 0) return { tone: 'running', label: `${pending} of ${all} waiting` };
  if (cancelled > 0) return { tone: 'idle', label: `${cancelled} of ${all} cancelled` };
  return { tone: 'success', label: all === 1 ? 'Delivered' : `All ${all} delivered` };
}
