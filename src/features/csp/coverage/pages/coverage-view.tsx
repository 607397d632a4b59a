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

/** What the log can tell, and what it cannot: which browsers report and how, and what is known never to arrive. */
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
        description="Who reported violations, by the old way and the new one. Noise is left out, as are self-tests."
      >
        {coverage.isPending && <ListSkeleton rows={4} />}
        {rows?.length === 0 && <NoBrowsers />}
        {rows && rows.length > 0 && <CoverageMatrix rows={rows} settling={coverage.isPlaceholderData} />}
      </Section>
      <Section
        title="Other reports"
        description="Of the Reporting API: browsers send them where a page names an endpoint."
      >
        {coverage.isPending ? (
          <ListSkeleton rows={1} />
        ) : (
          coverage.data && <CoverageOthers others={coverage.data.others} />
        )}
      </Section>
      <Section
        title="Not logged one by one"
        description="What reached this console, but did not become a line of its own."
      >
        {coverage.isPending ? <ListSkeleton rows={3} /> : coverage.data && <CoverageLosses coverage={coverage.data} />}
      </Section>
      <Section
        title="Never to arrive"
        description="What browsers do not report, so that its absence says nothing. Each was looked up or tried."
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
      title="No browser reported in this time"
      action={
        <LinkButton href={paths.cspSetUp} variant="default">
          Set up and test
        </LinkButton>
      }
    >
      As soon as a visitor’s browser reports a violation, it is listed here with its versions and the way it reports.
    </EmptyState>
  );
}

/** What no browser will ever tell, why, and what can be done about it. */
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
  suppressed: 'Nothing is missing: the counts of groups and charts have them.',
  dropped: 'They came too fast, or the log folder could not be written: each line says which, and what to do.',
  malformed: 'Often a scanner, or a proxy that changes bodies. The lines have their beginning.',
};

/** What reached the console and did not become a line of its own. */
function CoverageLosses({ coverage }: { coverage: Pick<Coverage, (typeof KINDS)[number]> }) {
  return (
    <Table aria-label="Not logged one by one">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>What became of it</Table.Th>
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

/** What the types are about, as their specifications say. */
const MEANINGS: Record<string, string> = {
  'integrity-violation': 'A script or style came without the integrity that Integrity-Policy asks for.',
  'csp-hash': 'The hash of a script that ran, as a policy’s report-sha256 asks for.',
  coep: 'Something was loaded that Cross-Origin-Embedder-Policy does not allow.',
  coop: 'A window lost, or would lose, its opener by Cross-Origin-Opener-Policy.',
  deprecation: 'The page uses what browsers are going to take away.',
  intervention: 'The browser stopped something that the page did, for its user’s sake.',
  'permissions-policy-violation': 'The page used a feature that Permissions-Policy turns off.',
  'document-policy-violation': 'The page broke its Document-Policy.',
  crash: 'The page’s process ended: out of memory, or not answering.',
  'network-error': 'A request of the page failed on its way (Network Error Logging).',
};

type Others = Outputs['csp']['coverage']['others'];

/** The other reports of the Reporting API that came, by their type. */
function CoverageOthers({ others }: { others: Others }) {
  if (others.length === 0)
    return (
      <Text c="dimmed">
        None came in this time. The same address takes them: name it as an endpoint in Reporting-Endpoints.
      </Text>
    );
  return (
    <Table aria-label="Other reports">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Type</Table.Th>
          <Table.Th visibleFrom="xs">What it tells</Table.Th>
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
  'A type that this console does not know; it is logged as it came.';
