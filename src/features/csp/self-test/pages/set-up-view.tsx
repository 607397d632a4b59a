'use client';

import { Section } from '#ui/page/section.tsx';
import { SelfTest } from './self-test.tsx';
import { SetUpHeaders } from './set-up-headers.tsx';
import { SetUpNextSteps, SetUpPitfalls } from './set-up-next-steps.tsx';

/** From nothing to reports that arrive. @param origin where this console is reached. */
export function SetUpView({ origin }: { origin: string }) {
  return (
    <>
      <Section
        title="1. Ask browsers to report"
        description="Send these headers with your site’s pages. Browsers then report violations of the policy to this console."
      >
        <SetUpHeaders origin={origin} />
      </Section>
      <Section
        title="2. See that reports arrive"
        description="The self-test posts every kind of report that browsers send to the real endpoint, and watches the log."
      >
        <SelfTest />
      </Section>
      <Section title="3. From reports to a policy" description="What to do with what comes in.">
        <SetUpNextSteps />
      </Section>
      <Section title="Mind" description="What most often keeps reports away.">
        <SetUpPitfalls />
      </Section>
    </>
  );
}
