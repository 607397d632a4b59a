'use client';

import { Anchor, Table, Text } from '@mantine/core';
import { IconBrowserOff } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import type { Outputs } from '#client/console-api.ts';
import { api } from '#client/console-api.ts';
import { COVERAGE_FACTS } from '#core/csp/grouping/coverage-facts.ts';
import { LINE_KINDS } from '#features/csp/live/pages/stream-kinds.ts';
import { RANGE_OPTIONS, rangeName } from '#features/csp/timeline/pages/time-range.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { FilterSelect } from '#ui/lists/filter-select.tsx';
import { Toolbar } from '#ui/lists/toolbar.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { Section } from '#ui/page/section.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { useNow } from '#ui/values/clock.tsx';
import { count } from '#ui/values/counted.ts';
import { CoverageMatrix } from './coverage-matrix.tsx';
import { COVERAGE_RANGE, coverageQuestion } from './coverage-question.ts';
import { coverageRows } from './coverage-rows.ts';
import classes from './coverage-view.module.css';

const usual = RANGE_OPTIONS.find(({ value }) => value === COVERAGE_RANGE);

/** What the log covers: which browsers report and how, and what they never report. */
export function CoverageView() {
  const { params, set } = useUrlQuery();
  const query = new URLSearchParams(params);
  const coverage = api.csp.coverage.useQuery(coverageQuestion(query, useNow()), { placeholderData: keepPreviousData });
  const rows = coverage.data && coverageRows(coverage.data.items);
  return (
    <>
      <Toolbar>
        <FilterSelect
          label="Time"
          all={usual?.label ?? ''}
          options={RANGE_OPTIONS.filter((option) => option !== usual)}
          value={query.has('range') && rangeName(query) !== COVERAGE_RANGE ? rangeName(query) : null}
          onChange={(range) => set({ range })}
        />
      </Toolbar>
      {coverage.isError && <QueryFailure query={coverage} />}
      <Section
        title="Browsers"
        description="Browsers that reported violations, with the deprecated report-uri and with report-to. Noise and self-tests are left out."
      >
        {coverage.isPending && <ListSkeleton rows={4} />}
        {rows?.length === 0 && <NoBrowsers />}
        {rows && rows.length > 0 && <CoverageMatrix rows={rows} settling={coverage.isPlaceholderData} />}
      </Section>
      <Section
        title="Other reports"
        description="Other types of the Reporting API, which browsers send if a page defines an endpoint."
      >
        {coverage.isPending ? (
          <ListSkeleton rows={1} />
        ) : (
          coverage.data && <CoverageOthers others={coverage.data.others} />
        )}
      </Section>
      <Section
        title="Not logged individually"
        description="What reached this console, but didn’t get its own line in the log."
      >
        {coverage.isPending ? <ListSkeleton rows={3} /> : coverage.data && <CoverageLosses coverage={coverage.data} />}
      </Section>
      <Section
        title="Never reported"
        description="What browsers don’t report, so a missing report doesn’t mean that nothing happened. Each entry was checked against its source or in a browser."
      >
        <CoverageFactList />
      </Section>
    </>
  );
}

function NoBrowsers() {
  return (
    <EmptyState
      icon={<IconBrowserOff size={22} />}
      title="No reports in this time range"
      action={
        <LinkButton href={paths.cspSetUp} variant="default">
          Set up and test
        </LinkButton>
      }
    >
      When a visitor’s browser reports a violation, it’s listed here with its versions and how it reports.
    </EmptyState>
  );
}

/** What browsers never report, why, and what can be done about it. */
function CoverageFactList() {
  return (
    <ul className={classes.list}>
      {COVERAGE_FACTS.map(({ id, what, why, remedy, source }) => (
        <li key={id}>
          <h3 className={classes.what}>{what}</h3>
          <p>{why}</p>
          {remedy && <p className={classes.remedy}>{remedy}</p>}
          <p className={classes.source}>{source}</p>
        </li>
      ))}
    </ul>
  );
}

type Coverage = Outputs['csp']['coverage'];

const KINDS = ['suppressed', 'dropped', 'malformed'] as const;

const ADVICE: Record<(typeof KINDS)[number], string> = {
  suppressed: 'They’re included in the counts of groups and charts.',
  dropped: 'They arrived too fast, or the log folder wasn’t writable. Each line says which, and what to do.',
  malformed:
    'Often caused by scanners, or by a proxy that changes request bodies. The lines contain the beginning of the body.',
};

/** What reached the console but didn't get its own line in the log. */
function CoverageLosses({ coverage }: { coverage: Pick<Coverage, (typeof KINDS)[number]> }) {
  return (
    <Table aria-label="Not logged individually">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Result</Table.Th>
          <Table.Th ta="right">Count</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {KINDS.map((kind) => (
          <Table.Tr key={kind}>
            <Table.Td>
              <Anchor component={IntentLink} href={`${paths.cspStream}?kind=${kind}`} underline="always">
                {LINE_KINDS[kind].label}
              </Anchor>
              . {LINE_KINDS[kind].meaning} {ADVICE[kind]}
            </Table.Td>
            <Table.Td ta="right">{count(coverage[kind])}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** What the report types mean, according to their specifications. */
const MEANINGS: Record<string, string> = {
  'integrity-violation':
    'A script or stylesheet was loaded without the integrity metadata that Integrity-Policy requires.',
  'csp-hash': 'The hash of a script that ran, which a policy requests with report-sha256.',
  coep: 'The page loaded something that Cross-Origin-Embedder-Policy doesn’t allow.',
  coop: 'Cross-Origin-Opener-Policy separated a window from its opener, or would have.',
  deprecation: 'The page uses a feature that browsers are going to remove.',
  intervention: 'The browser stopped something that the page did, to protect its user.',
  'permissions-policy-violation': 'The page used a feature that Permissions-Policy disables.',
  'document-policy-violation': 'The page violated its Document-Policy.',
  crash: 'The page crashed, because it ran out of memory or stopped responding.',
  'network-error': 'A network request of the page failed (Network Error Logging).',
};

type Others = Outputs['csp']['coverage']['others'];

/** The other reports of the Reporting API, by type. */
function CoverageOthers({ others }: { others: Others }) {
  if (others.length === 0)
    return (
      <Text c="dimmed">
        None arrived in this time range. To get them, define this console’s report URL as an endpoint in
        Reporting-Endpoints.
      </Text>
    );
  return (
    <Table aria-label="Other reports">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Type</Table.Th>
          <Table.Th visibleFrom="xs">Meaning</Table.Th>
          <Table.Th ta="right">Reports</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {others.map((other) => (
          <Table.Tr key={other.type}>
            <Table.Td>
              <code>{other.type}</code>
            </Table.Td>
            <Table.Td visibleFrom="xs" c="dimmed">
              {meaningOf(other.type)}
            </Table.Td>
            <Table.Td ta="right">{count(other.count)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const meaningOf = (type: string): string =>
  (Object.hasOwn(MEANINGS, type) && MEANINGS[type]) ||
  'A type that this console doesn’t know. It’s logged as it was received.';
