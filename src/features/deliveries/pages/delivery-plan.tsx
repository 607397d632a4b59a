'use client';

import { useEffect, useState } from 'react';
import type { Outputs } from '#client/console-api.ts';
import { fullDelayMs, RETRY_SCHEDULE } from '#core/delivery/retry-schedule.ts';
import { useNow } from '#ui/values/clock.tsx';
import { elapsed } from '#ui/values/elapsed.ts';
import classes from './delivery-plan.module.css';

type Delivery = Outputs['deliveries']['get'];

/** When further attempts would be if each failed: the mean of the schedule, because delays are partly random. */
export function plannedAttempts(nextAt: number, attempts: number, deadlineAt: number): number[] {
  const planned: number[] = [];
  for (let at = nextAt, number = attempts + 1; at <= deadlineAt; number += 1) {
    planned.push(at);
    at += 0.75 * fullDelayMs(RETRY_SCHEDULE, number);
  }
  return planned;
}

/** "now", "in 12 s", "in 3 hours". Seconds are shown only for short times. */
export function untilWords(at: number, now: number): string {
  const seconds = Math.ceil((at - now) / 1000);
  if (seconds <= 0) return 'now';
  return seconds < 60 ? `in ${seconds} s` : elapsed(at, now);
}

/** Past and future attempts on a line up to the deadline, with a logarithmic scale. */
export function DeliveryPlan({ delivery }: { delivery: Delivery }) {
  const now = useSecond();
  const { attempts, next_attempt_at, deadline_at, created_at, status } = delivery;
  if (status !== 'pending' || !next_attempt_at || !deadline_at) return null;
  const begin = Date.parse(created_at);
  const deadline = Date.parse(deadline_at);
  const next = Date.parse(next_attempt_at);
  const planned = plannedAttempts(next, attempts.length, deadline);
  // The first delays are seconds and the last are hours. A logarithmic scale shows both.
  const placeOf = (at: number) =>
    (100 * Math.log1p(Math.max(0, at - begin) / 1000)) / Math.log1p(Math.max(1000, deadline - begin) / 1000);
  return (
    <figure className={classes.root}>
      <svg viewBox="0 0 100 12" preserveAspectRatio="none" className={classes.line} aria-hidden>
        <line x1="0" x2="100" y1="6" y2="6" className={classes.axis} />
        {attempts.map(({ id, started_at }) => (
          <line
            key={id}
            x1={placeOf(Date.parse(started_at))}
            x2={placeOf(Date.parse(started_at))}
            y1="1"
            y2="11"
            className={classes.made}
          />
        ))}
        {planned.map((at) => (
          <line key={at} x1={placeOf(at)} x2={placeOf(at)} y1="3" y2="9" className={classes.planned} />
        ))}
        <line x1="99.8" x2="99.8" y1="0" y2="12" className={classes.deadline} />
      </svg>
      <figcaption className={classes.words}>
        The next attempt is due {untilWords(next, now)}; if it fails, about {Math.max(0, planned.length - 1)} more
        follow until the deadline {elapsed(deadline, now)}.
      </figcaption>
    </figure>
  );
}

/** The time in milliseconds, updated every second, for countdowns. */
function useSecond(): number {
  const start = useNow();
  const [now, setNow] = useState(start);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(now, start);
}
