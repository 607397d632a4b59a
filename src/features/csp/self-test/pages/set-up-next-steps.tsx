'use client';

import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { paths } from '#ui/page/paths.ts';
import classes from './set-up-list.module.css';

const To = ({ href, children }: { href: string; children: ReactNode }) => (
  <Anchor component={IntentLink} href={href} underline="always">
    {children}
  </Anchor>
);

/** What comes once reports arrive. */
export function SetUpNextSteps() {
  return (
    <ol className={classes.list}>
      <li>
        Leave the policy in report-only mode for a week, so that rare pages and browsers have their say. Watch them come
        in the <To href={paths.cspStream}>stream</To>.
      </li>
      <li>
        Go through the groups of the <To href={paths.csp}>overview</To>: mend what is yours, mute what you accept. What
        extensions and the like cause is <To href={paths.cspNoise}>noise</To>, and is set aside.
      </li>
      <li>
        Let the <To href={paths.cspPolicy}>policy</To> page propose a policy of what your pages need, and read what each
        change gives away.
      </li>
      <li>
        Get alerts about new violations: <To href={paths.cspAlerts}>alerts</To> go through any connector.
      </li>
      <li>
        Enforce the policy when nothing new comes for some days, and keep a report-only one beside it to try the next.
      </li>
    </ol>
  );
}

/** What goes wrong most often. */
export function SetUpPitfalls() {
  return (
    <ul className={classes.list}>
      <li>
        Both headers belong to every page, also to error pages, and come from one place: a report-to without its
        endpoint in Reporting-Endpoints silences report-uri too.
      </li>
      <li>
        Browsers ask before they report to another origin by report-to. This console answers that for all origins; a
        proxy in front of it must let OPTIONS pass.
      </li>
      <li>
        In a &lt;meta&gt; element, report-uri, frame-ancestors and sandbox do nothing, and there is no report-only: send
        headers.
      </li>
      <li>
        Violations of frame-ancestors come by report-uri alone: give it a policy of its own, in a second header, without
        report-to.
      </li>
      <li>nginx forgets the add_header lines of outer blocks as soon as an inner block has one: repeat them there.</li>
      <li>
        What browsers never tell is listed under <To href={paths.cspCoverage}>coverage</To>.
      </li>
    </ul>
  );
}
