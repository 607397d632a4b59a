'use client';

import { useEffect, useId, useRef } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { SendAnswer } from './send-answer.tsx';
import classes from './test-answer.module.css';

type Props = { connectorId: string; result: Outputs['connectors']['test'] | undefined };

/** What the other side answered to the last test of this visit; a screen reader hears it when it comes. */
export function TestAnswer({ connectorId, result }: Props) {
  const title = useId();
  const place = useRef<HTMLElement>(null);
  // On a phone the answer is below the form.
  useEffect(() => {
    if (result) place.current?.scrollIntoView({ block: 'nearest' });
  }, [result]);
  const log = api.connectors.sends.useInfiniteQuery(
    { id: connectorId },
    { getNextPageParam: (page) => page.next_cursor },
  );
  const send = log.data?.pages[0]?.items.find(({ id }) => id === result?.send_id);
  return (
    <section ref={place} aria-labelledby={title} aria-live="polite">
      <h2 id={title} className={classes.title}>
        Answer
      </h2>
      {result ? (
        <SendAnswer
          ok={result.ok}
          status={result.status}
          duration_ms={result.duration_ms}
          at={send?.at}
          error={result.ok ? null : result.error}
          // The log has the body's own text; the result has what became of it.
          body={send?.response?.body ?? result.body}
          headers={send?.response?.headers}
          {...(send?.response && { encoding: send.response.encoding, size_bytes: send.response.size_bytes })}
        />
      ) : (
        <p className={classes.empty}>What the other side answers is shown here: status, time, headers and body.</p>
      )}
    </section>
  );
}
