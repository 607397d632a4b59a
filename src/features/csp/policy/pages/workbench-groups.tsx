'use client';

import { Button, Center, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { Verdict } from '#core/csp/policy/verdict.ts';
import { NOISE } from '#features/csp/groups/pages/csp-filters.ts';
import { OverviewPart } from '#features/csp/groups/pages/overview-part.tsx';
import { DEFAULT_RANGE, RANGE_OPTIONS, rangeName } from '#features/csp/timeline/pages/time-range.ts';
import { FilterSelect } from '#ui/lists/filter-select.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { count } from '#ui/values/counted.ts';
import classes from './workbench.module.css';
import type { DraftResult } from './workbench-data.ts';
import { type Draft, withoutRequest, withRequest } from './workbench-draft.ts';
import { WorkbenchGroupRow } from './workbench-group-row.tsx';

const AT_ONCE = 20;

const TABS: { value: Verdict['verdict']; label: string; none: string }[] = [
  { value: 'blocked', label: 'Still reported', none: 'None. This policy would allow everything in these reports.' },
  { value: 'unknown', label: 'Uncertain', none: 'None. The result is certain for all reports.' },
  { value: 'allowed', label: 'Allowed', none: 'None. This policy would report everything again.' },
];

type Props = { result: DraftResult; draft: Draft; onChange: (draft: Draft) => void };

/** The groups by what the policy does with them, to select which ones to allow. */
export function WorkbenchGroups({ result: { pasted, current, proposed }, draft, onChange }: Props) {
  const [tab, setTab] = useState<Verdict['verdict']>('blocked');
  const [most, setMost] = useState(AT_ONCE);
  const rows = current.rows.filter(({ verdict }) => verdict.verdict === tab);
  const granted = new Set(
    proposed.rows.filter(({ verdict }) => verdict.verdict === 'allowed').map(({ group }) => group.id),
  );
  const requested = new Map(draft.requested.map((request) => [request.id, request]));
  return (
    <OverviewPart title="Effect on reported violations" aside={<Narrowing />}>
      <SegmentedControl
        aria-label="Which groups"
        value={tab}
        onChange={(value) => {
          setTab(value);
          setMost(AT_ONCE);
        }}
        data={TABS.map(({ value, label }) => ({ value, label: `${label} ${count(current.totals[value].groups)}` }))}
      />
      {rows.length === 0 && <p className={classes.none}>{TABS.find(({ value }) => value === tab)?.none}</p>}
      <ul className={classes.list} aria-label="Groups">
        {rows.slice(0, most).map((row) => (
          <WorkbenchGroupRow
            key={row.group.id}
            row={row}
            policy={pasted.policy}
            request={requested.get(row.group.id)}
            isGranted={tab !== 'allowed' && granted.has(row.group.id)}
            onAllow={(request) => onChange(withRequest(draft, request))}
            onRemove={(id) => onChange(withoutRequest(draft, id))}
          />
        ))}
      </ul>
      {rows.length > most && (
        <Center mt="md">
          <Button variant="default" onClick={() => setMost(most + AT_ONCE)}>
            Show {Math.min(AT_ONCE, rows.length - most)} more
          </Button>
        </Center>
      )}
    </OverviewPart>
  );
}

/** Selects the reports to test the policy against. */
function Narrowing() {
  const { params, set } = useUrlQuery();
  const range = rangeName(new URLSearchParams(params));
  return (
    <search className={classes.controls}>
      <FilterSelect
        label="Time"
        all={RANGE_OPTIONS.find(({ value }) => value === DEFAULT_RANGE)?.label ?? ''}
        options={RANGE_OPTIONS.filter(({ value }) => value !== DEFAULT_RANGE)}
        value={range === DEFAULT_RANGE ? null : range}
        onChange={(chosen) => set({ range: chosen, since: null, until: null })}
      />
      <FilterSelect
        label="Noise"
        all="Exclude noise"
        options={[NOISE[0]]}
        value={params.get('noise') === NOISE[0].value ? NOISE[0].value : null}
        onChange={(noise) => set({ noise })}
      />
    </search>
  );
}
