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

/** Everything to set up reporting. @param origin the console's public origin. */
export function SetUpView({ origin }: { origin: string }) {
  return (
    <>
      <Section
        title="1. Turn on reporting"
        description="Send these headers with your site’s pages. Browsers then report violations of the policy to this console."
      >
        <SetUpHeaders origin={origin} />
      </Section>
      <Section
        title="2. Check that reports arrive"
        description="The self-test sends every kind of report that browsers send to the real endpoint, and checks that each one appears in the log."
      >
        <SelfTest />
      </Section>
      <Section title="3. Build your policy" description="What to do once reports arrive.">
        <SetUpNextSteps />
      </Section>
      <Section title="Troubleshooting" description="The most common reasons why reports don’t arrive.">
        <SetUpPitfalls />
      </Section>
    </>
  );
}

/** Strict enough to produce useful reports. In report-only mode, it breaks nothing. */
const FIRST_POLICY =
  "default-src 'self'; script-src 'self' 'report-sample'; style-src 'self' 'report-sample'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'";

const { meta: _, ...FORMS } = POLICY_FORMS;
const FORM_OPTIONS = Object.entries(FORMS).map(([value, label]) => ({ value, label }));
const MODES: { value: PolicyMode; label: string }[] = [
  { value: 'report', label: 'Report only' },
  { value: 'enforce', label: 'Enforce' },
];

/** The headers that make browsers report to this console. @param origin the console's public origin. */
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
            ? 'Report-only mode blocks nothing. Browsers report what they would have blocked.'
            : 'Browsers block what the policy doesn’t allow. Switch to this mode when no more reports come in.'}
        </Text>
      </Group>
      {isLoopback(hostname) ? (
        <Notice title="This address works only on this machine">
          Visitors’ browsers can’t reach {origin}. Make the console available over HTTPS under your own domain, and set
          PUBLIC_URL to that address. This page will then use it.
        </Notice>
      ) : (
        protocol === 'http:' && (
          <Notice title="The address doesn’t use HTTPS">
            HTTPS pages can’t report to it. Browsers support report-to only over HTTPS, so it’s left out here. Make the
            console available over HTTPS and set PUBLIC_URL.
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

/** The next steps once reports arrive. */
function SetUpNextSteps() {
  return (
    <ol className={classes.list}>
      <li>
        Leave the policy in report-only mode for a week, so that rarely used pages and browsers are included. Watch the
        reports in the <To href={paths.cspStream}>stream</To>.
      </li>
      <li>
        Go through the groups of the <To href={paths.csp}>overview</To>. Fix what your site causes, and mute what you
        accept. Reports caused by browser extensions and similar software are <To href={paths.cspNoise}>noise</To>,
        which the overview hides.
      </li>
      <li>
        Use the <To href={paths.cspPolicy}>policy</To> page to create a policy that allows what your pages need. It
        shows the risk of each change.
      </li>
      <li>
        Turn on <To href={paths.cspAlerts}>alerts</To> to get a message about new violations through any connector.
      </li>
      <li>
        Enforce the policy when nothing new has been reported for a few days. To try changes, send a report-only policy
        alongside it.
      </li>
    </ol>
  );
}

/** The most common mistakes. */
function SetUpPitfalls() {
  return (
    <ul className={classes.list}>
      <li>
        Send both headers with every page, including error pages, and from the same place. If Reporting-Endpoints
        doesn’t define the endpoint of report-to, browsers send no reports at all, not even with report-uri.
      </li>
      <li>
        Before browsers report to another origin with report-to, they send a CORS preflight request. This console
        accepts all origins, but a proxy in front of it must forward OPTIONS requests.
      </li>
      <li>
        In a &lt;meta&gt; element, browsers ignore report-uri, frame-ancestors, and sandbox, and there is no report-only
        mode. Use headers.
      </li>
      <li>
        Browsers report violations of frame-ancestors only with report-uri. Send frame-ancestors as a separate policy,
        in a second header, without report-to.
      </li>
      <li>In nginx, a block with an add_header line doesn’t inherit those of outer blocks. Repeat them there.</li>
      <li>
        What browsers never report is listed under <To href={paths.cspCoverage}>coverage</To>.
      </li>
    </ul>
  );
}
