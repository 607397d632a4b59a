'use client';

import { Anchor, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { POLICY_FORMS, type PolicyForm, type PolicyMode, writePolicy } from '#core/csp/policy/output.ts';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { Section } from '#ui/page/section.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { CopyTextButton } from '#ui/values/copy-button.tsx';
import { SelfTest } from './self-test.tsx';
import classes from './set-up.module.css';

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

/** Strict enough to learn from, and in report-only mode it breaks nothing. */
const FIRST_POLICY =
  "default-src 'self'; script-src 'self' 'report-sample'; style-src 'self' 'report-sample'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'";

const { meta: _, ...FORMS } = POLICY_FORMS;
const FORM_OPTIONS = Object.entries(FORMS).map(([value, label]) => ({ value, label }));
const MODES: { value: PolicyMode; label: string }[] = [
  { value: 'report', label: 'Report only' },
  { value: 'enforce', label: 'Enforce' },
];

/** The headers that make a site's visitors report here. @param origin where this console is reached. */
function SetUpHeaders({ origin }: { origin: string }) {
  const [form, setForm] = useState<PolicyForm>('header');
  const [mode, setMode] = useState<PolicyMode>('report');
  const text = writePolicy(form, FIRST_POLICY, mode, `${origin}${paths.cspReport}`);
  const { protocol, hostname } = new URL(origin);
  return (
    <Stack gap="md">
      <Group gap="sm">
        <SegmentedControl
          aria-label="Form"
          className={classes.forms ?? ''}
          value={form}
          onChange={(value) => setForm(value as PolicyForm)}
          data={FORM_OPTIONS}
        />
        <SegmentedControl aria-label="Mode" value={mode} onChange={(value) => setMode(value)} data={MODES} />
      </Group>
      <BodyViewer label="Headers" body={text} />
      <Group gap="md">
        <CopyTextButton primary label="Copy" value={() => text} />
        <Text c="dimmed" className={classes.hint ?? ''}>
          {mode === 'report'
            ? 'Report only blocks nothing: browsers report what they would have blocked.'
            : 'Enforce once the reports have dried up: from then on, browsers block.'}
        </Text>
      </Group>
      {isLoopback(hostname) ? (
        <Notice title="Only this machine reaches this address">
          Visitors’ browsers cannot report to {origin}. Put the console behind a name of your own, by https, and set
          PUBLIC_URL to it: this page then writes that address.
        </Notice>
      ) : (
        protocol === 'http:' && (
          <Notice title="The address is plain http">
            Pages by https may not report to it, and browsers take report-to by https alone, so it is left out. Put TLS
            in front of the console and set PUBLIC_URL.
          </Notice>
        )
      )}
    </Stack>
  );
}

const isLoopback = (hostname: string) => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);

const To = ({ href, children }: { href: string; children: ReactNode }) => (
  <Anchor component={IntentLink} href={href} underline="always">
    {children}
  </Anchor>
);

/** What comes once reports arrive. */
function SetUpNextSteps() {
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
function SetUpPitfalls() {
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
