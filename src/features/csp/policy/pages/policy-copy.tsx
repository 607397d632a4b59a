'use client';

import { Group, SegmentedControl, Switch } from '@mantine/core';
import { useState } from 'react';
import { POLICY_FORMS, type PolicyForm, type PolicyMode, writePolicy } from '#core/csp/policy/output.ts';
import { parsePolicies } from '#core/csp/policy/policy.ts';
import { OverviewPart } from '#features/csp/groups/pages/overview-part.tsx';
import { paths } from '#ui/page/paths.ts';
import { ScrollRegion } from '#ui/page/scroll-region.tsx';
import { CopyTextButton } from '#ui/values/copy-button.tsx';
import classes from './policy-copy.module.css';

const FORMS = Object.entries(POLICY_FORMS).map(([value, label]) => ({ value, label }));
const MODES: { value: PolicyMode; label: string }[] = [
  { value: 'report', label: 'Report only' },
  { value: 'enforce', label: 'Enforce' },
];

const asksForReports = (policy: string) =>
  parsePolicies(policy).some(({ directives }) => directives.some(({ name }) => /^report-(uri|to)$/.test(name)));

/** The policy as text for the server that sends it. */
export function PolicyCopy({ policy, isProposed }: { policy: string; isProposed: boolean }) {
  const [form, setForm] = useState<PolicyForm>('header');
  const [mode, setMode] = useState<PolicyMode>('report');
  const [chosen, setChosen] = useState<boolean | null>(null);
  const sendsHere = form !== 'meta' && (chosen ?? !asksForReports(policy));
  const endpoint = sendsHere ? `${window.location.origin}${paths.cspReport}` : undefined;
  const text = writePolicy(form, policy, mode, endpoint);
  return (
    <OverviewPart title={isProposed ? 'Deploy the proposed policy' : 'Deploy the policy'}>
      <Group gap="sm" mb="sm">
        <SegmentedControl
          aria-label="Form"
          value={form}
          onChange={(value) => setForm(value as PolicyForm)}
          data={FORMS}
          className={classes.forms ?? ''}
        />
        <SegmentedControl
          aria-label="Mode"
          value={form === 'meta' ? 'enforce' : mode}
          disabled={form === 'meta'}
          onChange={(value) => setMode(value)}
          data={MODES}
        />
        <Switch
          label="Send reports to this console"
          checked={sendsHere}
          disabled={form === 'meta'}
          onChange={({ currentTarget: { checked } }) => setChosen(checked)}
        />
      </Group>
      <ScrollRegion className={classes.scroll} label="Text to copy">
        <pre className={classes.text}>{text}</pre>
      </ScrollRegion>
      <Group mt="sm" mb="sm">
        <CopyTextButton primary label={`Copy ${COPIED[form]}`} value={() => text} />
      </Group>
      <Hints text={text} form={form} mode={mode} />
    </OverviewPart>
  );
}

const COPIED: Record<PolicyForm, string> = {
  header: 'header',
  nginx: 'nginx lines',
  apache: 'Apache lines',
  caddy: 'Caddy lines',
  express: 'Express lines',
  next: 'next.config lines',
  meta: 'meta element',
};

/** What to do with the text before it is deployed. */
function Hints({ text, form, mode }: { text: string; form: PolicyForm; mode: PolicyMode }) {
  const hints = [
    text.includes('{random}') &&
      (form === 'header'
        ? 'Replace {random} with 16 random bytes in Base64, generated for every response, and set the same value on the tags that you trust: <script nonce="…">.'
        : '{random} has to be replaced with 16 random bytes in Base64, generated for every response. A server configuration like this sends the same value every time, so have your application send the header instead.'),
    text.includes('{hash}') && 'Replace {hash} with the hash that the browser’s console shows in its error message.',
    form === 'meta' &&
      'A <meta> element always enforces and can’t send reports. frame-ancestors and sandbox are left out, because browsers ignore them there.',
    form !== 'meta' &&
      mode === 'enforce' &&
      'Deploy it in report-only mode first, and enforce it when no more reports come in.',
  ].filter((hint) => hint !== false);
  return hints.map((hint) => (
    <p key={hint} className={classes.hint}>
      {hint}
    </p>
  ));
}
