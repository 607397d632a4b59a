import type { Outputs } from '#client/console-api.ts';
import { counted } from '#ui/values/counted.ts';
import { duration } from '#ui/values/elapsed.ts';
import { reasonWords } from './delivery-state.tsx';

type Delivery = Pick<
  Outputs['deliveries']['ofEvent']['items'][number],
  | 'status'
  | 'reason'
  | 'attempt_count'
  | 'created_at'
  | 'next_attempt_at'
  | 'last_attempt_at'
  | 'last_status'
  | 'last_error_code'
>;

/** The result of the last attempt: a status, or the error. Null before the first. */
export const answerOf = ({ last_status, last_error_code, attempt_count }: Delivery): string | null =>
  attempt_count === 0 ? null : (last_status?.toString() ?? last_error_code?.replaceAll('_', ' ') ?? null);

/** In how much time, as people say it. Seconds are shown only for short times. */
export function dueWords(at: string, now: number): string {
  const left = Date.parse(at) - now;
  return left <= 0 ? 'now' : `in ${left < 60_000 ? `${Math.ceil(left / 1000)} s` : duration(left)}`;
}

/** What happened to a delivery, and what happens next, in one sentence or two. */
export function deliverySentence(delivery: Delivery, now: number): string {
  const { status, attempt_count, created_at, next_attempt_at, last_attempt_at, last_status } = delivery;
  const answer = answerOf(delivery);
  const due = next_attempt_at === null ? null : dueWords(next_attempt_at, now);
  const result =
    answer === null
      ? ''
      : last_status !== null
        ? `The last answer was ${answer}. `
        : `The last error was “${answer}”. `;
  switch (status) {
    case 'delivered': {
      const after = last_attempt_at
        ? `, ${duration(Math.max(0, Date.parse(last_attempt_at) - Date.parse(created_at)))} after it was created`
        : '';
      return `The receiver answered ${answer ?? 'with success'} to attempt ${attempt_count}${after}.`;
    }
    case 'pending':
      if (attempt_count === 0) return `Not sent yet. The first attempt is due ${due ?? 'soon'}.`;
      return `${counted(attempt_count, 'attempt')} failed. ${result}The next attempt is due ${due ?? 'soon'}.`;
    case 'failed':
      return `Given up after ${counted(attempt_count, 'attempt')}: ${reasonWords(delivery) ?? 'the last one failed'}. ${result}`.trim();
    default:
      return `Cancelled${attempt_count > 0 ? ` after ${counted(attempt_count, 'attempt')}` : ' before it was sent'}: ${reasonWords(delivery) ?? 'by hand'}. ${result}`.trim();
  }
}
