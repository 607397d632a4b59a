import { counted } from '#ui/values/counted.ts';

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** The length of a bar in words: "30 minutes", "1 hour". */
export function stepWords(stepMs: number): string {
  const [unit, size] = UNITS.find(([, length]) => stepMs % length === 0) ?? (['second', 1_000] as const);
  return counted(stepMs / size, unit);
}

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });
const dayAndClock = new Intl.DateTimeFormat('en', {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** Where a bar begins, short enough for an axis, in the browser's own time zone. */
export function axisTime(at: string, stepMs: number): string {
  const format = stepMs >= 86_400_000 ? day : stepMs >= 3_600_000 ? dayAndClock : clock;
  return format.format(Date.parse(at));
}

/** Where a bar begins, in full. */
export const barTime = (at: string, stepMs: number): string =>
  (stepMs >= 86_400_000 ? day : dayAndClock).format(Date.parse(at));
