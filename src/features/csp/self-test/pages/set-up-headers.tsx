'use client';

import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { POLICY_FORMS, type PolicyForm, type PolicyMode, writePolicy } from '#core/csp/policy/output.ts';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { CopyTextButton } from '#ui/values/copy-button.tsx';
import classes from './set-up-headers.module.css';

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
export function SetUpHeaders({ origin }: { origin: string }) {
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
