'use client';

import { useEffect, useRef, useState } from 'react';
import { api } from '#client/console-api.ts';
import { runSelfTest } from '#features/csp/self-test/pages/self-test-run.ts';
import { type SelfTestResults, withUpdate } from '#features/csp/self-test/pages/self-test-verdict.ts';

type SelfTest = { run: string; results: SelfTestResults; isOver: boolean };

/** A name for a run that no other has, and that does not look like a secret, which would be redacted. */
const newRun = (): string =>
  `run-${[...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;

/** The self-test that is running, or ran last. */
export function useSelfTest() {
  const { client } = api.useUtils();
  const [test, setTest] = useState<SelfTest | null>(null);
  const isThere = useRef(true);
  useEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
    };
  }, []);

  const start = async () => {
    const run = newRun();
    const change = (how: (test: SelfTest) => SelfTest) => {
      if (isThere.current) setTest((present) => (present?.run === run ? how(present) : present));
    };
    setTest({ run, results: new Map(), isOver: false });
    await runSelfTest(
      {
        listen(marker, heard) {
          const stream = client.csp.tail.subscribe({ q: marker }, { onData: ({ data }) => heard(data) });
          return () => stream.unsubscribe();
        },
        lookUp: async (marker) => (await client.csp.lines.query({ q: marker, limit: 100 })).items,
      },
      run,
      (news) => change((present) => ({ ...present, results: withUpdate(present.results, news) })),
    );
    change((present) => ({ ...present, isOver: true }));
  };

  return { test, isRunning: test !== null && !test.isOver, start };
}
